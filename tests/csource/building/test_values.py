import pytest

from patchtool.csource.building.formulas import ALWAYS, NEVER, Formulas
from patchtool.csource.building.terms import parsed
from patchtool.csource.building.values import Opaque, Values


class Anything:
    def possible(self, symbol):
        return "yn"

    def text(self, symbol):
        return None


def truth(text):
    return Values(Formulas(), Anything(), {}, unsure=False).truth(parsed(text), ALWAYS)


@pytest.mark.parametrize(("text", "expected"), [("-7 / 2 == -3", ALWAYS), ("1 << 3 > 8", NEVER)])
def test_numbers_are_those_of_c(text, expected):
    assert truth(text) == expected


@pytest.mark.parametrize("text", ["1 / 0", "1 % 0", "1 << -1", "1 >> -1", "MISSING("])
def test_what_c_leaves_undefined_is_not_decided(text):
    with pytest.raises(Opaque):
        truth(text)
