import pytest

from patchtool.gather.reading.declared import static_key

TEXT = b"""
DEFINE_STATIC_KEY_TRUE(on);
DEFINE_STATIC_KEY_FALSE_RO(off_for_good);
DEFINE_STATIC_KEY_MAYBE(CONFIG_INIT_ON, maybe);
struct static_key old_on = STATIC_KEY_INIT_TRUE;
static struct static_key_false old_off __read_mostly = STATIC_KEY_FALSE_INIT;
DECLARE_STATIC_KEY_TRUE(elsewhere);
"""


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("on", ("1", 2)),
        ("off_for_good", ("0", 3)),
        ("maybe", ("IS_ENABLED(CONFIG_INIT_ON)", 4)),
        ("old_on", ("1", 5)),
        ("old_off", ("0", 6)),
        ("elsewhere", None),
        ("off", None),
    ],
)
def test_a_key_has_the_value_it_is_declared_with(name, expected):
    assert static_key(TEXT, name) == expected
