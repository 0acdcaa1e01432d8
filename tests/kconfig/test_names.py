import json

import pytest

from patchtool.kconfig.names import Names, names_of, packed_names, unpacked_names
from patchtool.kconfig.outline import outline


def test_names_of_several_files():
    first = b"if TOP\nconfig A\n\tselect B if C\n\tdepends on D\nconfig A\n\tbool\nendif\n"
    second = b'config A\n\tbool "a E" if F\n'
    assert names_of(map(outline, (first, second))) == Names({"A": 2}, frozenset({"TOP", "C", "D", "F"}))
    assert names_of(()) == Names({}, frozenset())


def test_names_come_back_as_they_were():
    names = Names({"A": 2}, frozenset({"B", "C"}))
    assert unpacked_names(json.loads(json.dumps(packed_names(names)))) == names


@pytest.mark.parametrize("value", [None, [], [{}], [{"A": "2"}, []], [{}, [1]]])
def test_damaged_names_count_as_absent(value):
    assert unpacked_names(value) is None
