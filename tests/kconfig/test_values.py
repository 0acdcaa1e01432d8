from patchtool.kconfig.parser import parse
from patchtool.kconfig.values import Base

TOP = """config SMP
\tbool "Symmetric multi-processing"

config FORCE
\tbool
\tselect SMP

config BOARD
\tbool "A board"
\tselect FORCE

config BARE
\tbool

config NEEDS
\tbool "Needs a board"
\tdepends on BOARD

config COUNT
\tint "How many"
\trange 2 8
\tdefault 4

choice
\tprompt "Size"
\tdepends on BOARD
config SMALL
\tbool "small"
config LARGE
\tbool "large"
endchoice

config LATE_FREE
\tdef_bool y if SMP
"""


def parsed(tree):
    return parse(tree({"Kconfig": TOP, "arch/tiny/Kconfig": ""}), "tiny")


def test_values_of_two_configurations_of_one_parse_stay_apart(tree):
    both = parsed(tree)
    one, two = both.with_values({"SMP": "y"}), both.with_values({"SMP": "n"})
    assert [values.value("LATE_FREE") for values in (one, two, one, two)] == ["y", "n", "y", "n"]
    assert (one.value("COUNT"), two.value("SMP"), one.value("SMP")) == ("4", "n", "y")
    assert (one.refused, two.refused) == ((), ())


def test_an_undefined_symbol_is_n(tree):
    values = parsed(tree).with_values({"GHOST": "n"})
    assert (values.value("GHOST"), values.defined("GHOST"), values.defined("SMP")) == ("n", False, True)
    assert values.refused == ()


def test_each_assignment_that_did_not_take_says_why(tree):
    values = parsed(tree).with_values({"BOARD": "y", "SMP": "n", "BARE": "y", "GHOST": "y", "COUNT": "9"})
    assert values.refused == (
        "SMP=n: it is y, selected by FORCE (selected by BOARD)",
        "BARE=y: it is n, it has no prompt, so it cannot be set",
        "GHOST=y: no such symbol in this architecture",
        "COUNT=9: it is 8, its dependencies or its range allow no other",
    )
    lonely = parsed(tree).with_values({"NEEDS": "y", "SMALL": "y", "COUNT": "many"})
    assert lonely.refused == (
        "NEEDS=y: it is n, its prompt is not visible: depends on BOARD",
        "SMALL=y: it is n, its prompt is not visible: depends on BOARD",
        "COUNT=many: it is 4, the value is not valid for type int",
    )


def test_a_choice_has_one_member(tree):
    values = parsed(tree).with_values({"BOARD": "y", "LARGE": "y", "SMALL": "y"})
    assert (values.value("SMALL"), values.value("LARGE")) == ("y", "n")
    assert values.refused == ("LARGE=y: it is n, another member of its choice is chosen",)


def test_what_a_config_file_would_hold(tree):
    values = parsed(tree).with_values({"SMP": "y"})
    assert values.written() == {"SMP": "y", "BOARD": "n", "COUNT": "4", "LATE_FREE": "y"}


def test_every_prompt_answered_with_one_answer(tree):
    both = parsed(tree)
    no, yes = (both.with_values({}, base) for base in (Base.ALLNOCONFIG, Base.ALLYESCONFIG))
    assert no.written() == {"SMP": "n", "BOARD": "n", "COUNT": "4"}
    assert yes.written() == {
        "SMP": "y",
        "FORCE": "y",
        "BOARD": "y",
        "NEEDS": "y",
        "COUNT": "4",
        "SMALL": "y",
        "LARGE": "n",
        "LATE_FREE": "y",
    }
    assert both.with_values({"BOARD": "n", "COUNT": "7"}, Base.ALLYESCONFIG).written() == {
        "SMP": "y",
        "BOARD": "n",
        "COUNT": "7",
        "LATE_FREE": "y",
    }
    assert (no.refused, yes.refused, no.value("SMP"), yes.value("SMP")) == ((), (), "n", "y")


def test_assignments_in_another_order_are_another_configuration(tree):
    one = parsed(tree)
    orders = ({"BOARD": "y", "LARGE": "y", "SMALL": "y"}, {"BOARD": "y", "SMALL": "y", "LARGE": "y"})
    assert [one.with_values(order).value("LARGE") for order in orders] == ["n", "y"]


def test_symbols_that_stay_y_in_allnoconfig_and_modules_in_allyesconfig(tree):
    top = (
        'config MODULES\n\tbool "m"\n\toption modules\nconfig EXPERT\n\tbool "e"\n\toption allnoconfig_y\n'
        'choice\n\ttristate "c"\nconfig A\n\ttristate "a"\n\tdepends on m\n'
        'config B\n\ttristate "b"\nendchoice\n'
    )
    both = parse(tree({"Kconfig": top, "arch/tiny/Kconfig": ""}), "tiny")
    no, yes = (both.with_values({}, base).written() for base in (Base.ALLNOCONFIG, Base.ALLYESCONFIG))
    assert no == {"MODULES": "n", "EXPERT": "y", "B": "y"}
    assert yes == {"MODULES": "y", "EXPERT": "y", "B": "y"}
