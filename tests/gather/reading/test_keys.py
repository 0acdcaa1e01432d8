import pytest
import toy_tree

from patchtool.gather.reading.values import Unknown

TEXT = """
#define CONFIG_INIT_ON 1
DEFINE_STATIC_KEY_TRUE(on);
DEFINE_STATIC_KEY_FALSE(off);
DEFINE_STATIC_KEY_MAYBE(CONFIG_INIT_ON, maybe);
DEFINE_STATIC_KEY_MAYBE(CONFIG_INIT_OFF, maybe_not);
struct static_key old = STATIC_KEY_INIT_TRUE;
"""


def value(expression):
    return toy_tree.value(TEXT, expression, "struct area area; vm_flags_init(&area, 5);")


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("static_branch_likely(&on) + static_branch_unlikely(&on)", 2),
        ("static_branch_likely(&off) + static_branch_unlikely(&off)", 0),
        ("static_branch_maybe(CONFIG_INIT_ON, &maybe)", 1),
        ("static_branch_maybe(CONFIG_INIT_OFF, &maybe_not)", 0),
        ("static_key_false(&old) + static_key_enabled(&on.key)", 2),
        ("area.vm_flags", 5),
        ("ffs(0) * 100 + __builtin_ffs(1) * 10 + ffs(24)", 14),
    ],
)
def test_a_branch_goes_as_its_key_is_declared(expression, expected):
    assert value(expression) == expected


@pytest.mark.parametrize(
    ("expression", "reason"),
    [
        ("static_branch_likely(&nowhere)", "no file at hand defines the static key `nowhere`"),
        ("static_branch_likely(&keys[3])", "the static key `keys[3]` cannot be followed"),
        ("vm_flags_init(4, 5)", "vm_flags_init() of an area that cannot be followed"),
    ],
)
def test_what_no_file_declares_is_not_guessed(expression, reason):
    with pytest.raises(Unknown) as caught:
        value(expression)
    assert caught.value.message == reason
