import pytest

from patchtool.kconfig.parser import parse
from patchtool.kconfig.semantics import Semantics, semantics

# The lines of scripts/kconfig/symbol.c that tell, in the forms of Linux 5.5, 6.1 and 6.18.
OLD = "if (newval.tri == mod && (type == S_BOOLEAN || sym->implied.tri == yes))\n"
LIMITED = "newval.tri = EXPR_AND(newval.tri,\n\t\t\tsym->dir_dep.tri);\n"
NEW = (
    LIMITED + 'newval.val = "0x0";\nstruct symbol *sym_calc_choice(struct menu *choice)\n'
    "sym->curr.val = range_sym->curr.val;\n"
)
DROPPED = "if (sym_string_within_range(sym, sym->def[S_DEF_USER].val))\n"
RULES = {
    OLD: Semantics(
        imply_promotes=True, imply_limited=False, zeroed=False, ranked=False, clamped=False, verbatim=False
    ),
    LIMITED: Semantics(
        imply_promotes=False, imply_limited=True, zeroed=False, ranked=False, clamped=False, verbatim=False
    ),
    NEW: Semantics(
        imply_promotes=False, imply_limited=True, zeroed=True, ranked=True, clamped=True, verbatim=True
    ),
}
SYMBOL_C = "scripts/kconfig/symbol.c"


def sources(symbol_c):
    return {SYMBOL_C: symbol_c, "scripts/kconfig/confdata.c": "" if symbol_c is NEW else DROPPED}


MODULES = 'config MODULES\n\tdef_bool y\n\tmodules\nconfig BASE\n\ttristate "b"\n'


def of(tree, top, symbol_c=None):
    files = {"Kconfig": top, "arch/tiny/Kconfig": ""}
    return parse(tree(files | (sources(symbol_c) if symbol_c else {})), "tiny")


@pytest.mark.parametrize(("text", "rules"), RULES.items())
def test_the_tree_tells_how_it_computes(tree, text, rules):
    assert semantics(tree(sources(text))) == rules


def test_a_tree_that_does_not_tell_computes_as_the_newest_kernel(tree):
    assert semantics(tree({"Kconfig": ""})) == Semantics() == RULES[NEW]


@pytest.mark.parametrize(
    ("symbol_c", "base_n", "base_m", "asked_m"),
    [(OLD, "n", "y", "y"), (LIMITED, "n", "m", "m"), (NEW, "n", "m", "m")],
)
def test_what_is_implied_by_y(tree, symbol_c, base_n, base_m, asked_m):
    top = f'{MODULES}config IT\n\ttristate "i"\n\tdepends on BASE\nconfig WHO\n\tdef_bool y\n\timply IT\n'
    parsed = of(tree, top, symbol_c)
    asked = ({"BASE": "n"}, {"BASE": "m"}, {"BASE": "y", "IT": "m"})
    assert [parsed.with_values(one).value("IT") for one in asked] == [base_n, base_m, asked_m]


@pytest.mark.parametrize("symbol_c", RULES)
def test_the_user_overrules_imply_and_select_overrules_all(tree, symbol_c):
    top = (
        f'{MODULES}config IT\n\ttristate "i"\nconfig WHO\n\tdef_bool y\n\timply IT\n'
        'config FORCE\n\ttristate "f"\n\tselect IT\nconfig PLAIN\n\tbool\n\tdepends on BASE\n'
        "config OTHER\n\tdef_bool y\n\timply PLAIN\n"
    )
    parsed = of(tree, top, symbol_c)
    values = [parsed.with_values(a) for a in ({}, {"IT": "n"}, {"IT": "n", "FORCE": "y"}, {"BASE": "m"})]
    assert [one.value("IT") for one in values] == ["y", "n", "y", "y"]
    assert [one.value("PLAIN") for one in values] == ["n", "n", "n", "y"]


def test_a_number_without_a_default(tree):
    top = (
        "config INT\n\tint\nconfig HEX\n\thex\nconfig TEXT\n\tstring\n"
        'config ASKED\n\tint "a"\nconfig EMPTY\n\tint\n\tdefault TEXT\n'
    )
    symbols = ("INT", "HEX", "TEXT", "ASKED", "EMPTY")
    old, new = of(tree, top, LIMITED).with_values({}), of(tree, top, NEW).with_values({})
    assert [old.value(symbol) for symbol in symbols] == ["", "", "", "", ""]
    assert [new.value(symbol) for symbol in symbols] == ["0", "0x0", "", "0", ""]
    assert (old.written(), new.written()) == ({"ASKED": "", "EMPTY": ""}, {"ASKED": "0", "EMPTY": ""})


def test_a_number_outside_of_its_range(tree):
    top = (
        'config HEX\n\thex "h"\n\trange 0x0A 0xFF\n\tdefault 0x0C\nconfig INT\n\tint "i"\n\trange LOW 9\n'
        'config LOW\n\tint "l"\n\trange 0 5 if HEX = 0xFF\n\tdefault 3\n'
    )
    asked = ({}, {"HEX": "0x100", "INT": "10"}, {"HEX": "9", "LOW": "7"}, {"HEX": "0xFF", "LOW": "7"})

    def answers(symbol_c):
        parsed = of(tree, top, symbol_c)
        return [" ".join(parsed.with_values(one).written().values()) for one in asked]

    assert answers(LIMITED) == ["0x0C 3 3", "0x0C 3 3", "0x0C 7 7", "0xFF 3 3"]
    assert answers(NEW) == ["0x0C 3 3", "0xFF 9 3", "0x0A 7 7", "0xFF 5 5"]


CHOICE = (
    'config GATE\n\tbool "g"\n\tdefault y\nchoice\n\tprompt "c"\n\tdefault B\nconfig A\n\tbool "a"\n'
    'config B\n\tbool "b"\nconfig C\n\tbool "c"\n\tdepends on GATE\nendchoice\n'
)


@pytest.mark.parametrize(
    ("assignments", "before", "since"),
    [
        ({}, "B", "B"),
        ({"B": "n"}, "B", "A"),
        ({"B": "n", "A": "n"}, "B", "C"),
        ({"B": "n", "A": "n", "C": "n"}, "B", "B"),
        ({"C": "n", "A": "n", "B": "n"}, "B", "C"),
        ({"A": "y", "C": "y"}, "C", "C"),
        ({"C": "y", "A": "y"}, "A", "A"),
        ({"A": "y", "C": "y", "GATE": "n"}, "B", "A"),
        ({"A": "n", "B": "n", "GATE": "n"}, "B", "A"),
    ],
)
def test_the_member_of_a_choice(tree, assignments, before, since):
    def chosen(symbol_c):
        values = of(tree, CHOICE, symbol_c).with_values(assignments)
        return "".join(name for name in "ABC" if values.value(name) == "y")

    assert (chosen(LIMITED), chosen(NEW)) == (before, since)


def test_a_transitional_symbol_is_what_the_user_said_and_is_not_written(tree):
    top = (
        'config NEW_BOOL\n\tbool "n"\n\tdefault OLD_BOOL\nconfig OLD_BOOL\n\tbool\n\ttransitional\n'
        'config NEW_TEXT\n\tstring "t"\n\tdefault OLD_TEXT\nconfig OLD_TEXT\n\tstring\n\ttransitional\n'
        'config NEW_INT\n\tint "i"\n\tdefault OLD_INT\nconfig OLD_INT\n\tint\n\ttransitional\n'
        "\thelp\n\t  The old name.\n"
    )
    parsed = of(tree, top)
    old = parsed.with_values({"OLD_BOOL": "y", "OLD_TEXT": "x y", "OLD_INT": "42"})
    assert (old.written(), old.refused) == ({"NEW_BOOL": "y", "NEW_TEXT": "x y", "NEW_INT": "42"}, ())
    assert (old.value("OLD_BOOL"), old.value("OLD_TEXT")) == ("y", "x y")
    both = parsed.with_values({"OLD_BOOL": "y", "NEW_BOOL": "n", "OLD_INT": "x"})
    assert both.written() == {"NEW_BOOL": "n", "NEW_TEXT": "", "NEW_INT": "0"}
    assert both.refused == ("OLD_INT=x: it is 0, the value is not valid for type int",)
    assert parsed.with_values({}).written() == {"NEW_BOOL": "n", "NEW_TEXT": "", "NEW_INT": "0"}
