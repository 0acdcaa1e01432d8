from patchtool.core.expr import And, Compare, M, N, Not, Or, Sym, Y, both, raised
from patchtool.core.finding import Location
from patchtool.core.symbol import Default, Entry, Select, SymbolFacts
from patchtool.kconfig.atlas import Atlas, Hashed, Outlines
from patchtool.kconfig.facts import facts_of
from patchtool.kconfig.slices import sliced


def facts(tree, text, *symbols):
    files = {"Kconfig": text, "arch/tiny/Kconfig": "config NOT_READ\n\tbool\n\tselect A\n"}
    atlas = Atlas(Hashed(tree(files)), ("tiny",), Outlines())
    found = facts_of(sliced(atlas, "tiny", symbols), atlas.outlines, symbols)
    return found if len(symbols) > 1 else found[symbols[0]]


def at(line):
    return Location("Kconfig", line)


def test_everything_that_is_said_of_a_symbol(tree):
    text = """\
menu "m"
\tdepends on MENU
\tvisible if SEEN
if IF
menuconfig A
\ttristate "prompt" if B
\tdepends on C || !D
\tdefault m if E = "x"
\tdefault y
\tselect S if F
\timply I
endif
endmenu
config B
\tbool
\tdepends on G
\tselect A if \\
\t\tH && m
\timply A
config A
\timply J
\tdefault n if TAIL
"""
    depends = And((Or((Sym("C"), Not(Sym("D")))), Sym("IF"), Sym("MENU")))
    assert facts(tree, text, "A") == SymbolFacts(
        "A",
        "tiny",
        "tristate",
        entries=(
            Entry(at(5), "prompt", And((Sym("B"), Sym("SEEN"), *depends.parts)), depends),
            Entry(at(20), "", N, Y),
        ),
        defaults=(
            Default("m", M, And((Compare("E", "=", '"x"'), *depends.parts))),
            Default("y", Y, depends),
            Default("n", N, Sym("TAIL")),
        ),
        selected=(Select("B", "A", And((Sym("H"), M, Sym("MODULES"))), Sym("G"), at(17)),),
        implied=(Select("B", "A", Y, Sym("G"), at(19)),),
        selects=(Select("A", "S", Sym("F"), depends, at(10)),),
        implies=(Select("A", "I", Y, depends, at(11)), Select("A", "J", Y, Y, at(21))),
        is_menu=True,
    )


def test_symbols_that_nothing_declares(tree):
    found = facts(tree, "config X\n\tbool\n\tselect A\n", "A", "Z")
    assert found == {
        "A": SymbolFacts("A", "tiny", selected=(Select("X", "A", Y, Y, at(3)),)),
        "Z": SymbolFacts("Z", "tiny"),
    }


def test_texts_and_numbers(tree):
    text = """\
config A
\thex "a"
\trange 0x10 MAX if B > 3
\tdefault 0x20 if C != D
\tdefault "0x30"
\tdefault OTHER
"""
    found = facts(tree, text, "A")
    assert (found.kind, found.ranges) == ("hex", (('"0x10"', "MAX", Compare("B", ">", '"3"')),))
    assert found.defaults == (
        Default("0x20", None, Compare("C", "!=", "D")),
        Default('"0x30"', None, Y),
        Default("OTHER", None, Y),
    )


def test_defaults_may_be_expressions(tree):
    found = facts(tree, 'config A\n\tdef_bool B && !(C || "$(ARCH)" = "tiny") && 0\n', "A")
    assert [(one.value, one.expr) for one in found.defaults] == [("n", N)]
    found = facts(tree, 'config A\n\tdef_bool B || "text" || D <= 0x10\n', "A")
    assert [one.value for one in found.defaults] == ['B || D <= "0x10"']
    assert found.defaults[0].expr == Or((Sym("B"), Compare("D", "<=", '"0x10"')))


def test_choices(tree):
    text = """\
choice
\tprompt "which" if TRI
\tdepends on ON
\tdefault B
config A
\tbool "a" if MORE
config B
\tbool "b"
endchoice
choice
\ttristate "how"
\toptional
config C
\ttristate "c"
config D
\ttristate "d"
endchoice
"""
    found = facts(tree, text, "A", "B", "C")
    visible = raised(And((Sym("TRI"), Sym("ON"))))
    assert found["A"].entries == (Entry(at(5), "a", both(Sym("MORE"), visible), visible),)
    assert found["B"].entries == (Entry(at(7), "b", visible, visible),)
    assert found["C"].entries == (Entry(at(13), "c", Y, Y),)
    assert [(one.choice, one.mandatory) for one in found.values()] == [
        (("B",), True),
        (("A",), True),
        (("D",), False),
    ]


def test_what_a_build_machine_answers_is_marked(tree):
    text = """\
if $(success,true)
config A
\tbool
endif
config B
\tbool
\tselect C if $(failure,true)
\tselect D
config C
\tbool
config D
\tdefault y if "$(ARCH)" = "tiny"
"""
    found = facts(tree, text, "A", "B", "C", "D")
    assert [one.name for one in found.values() if one.probed] == ["A", "C"]


def test_the_line_of_each_select_holds_it(tree):
    text = "config A\n\tbool\n\tselect X\n\n\t# select Y\n\timply X\n\thelp\n\t  select X\n"
    text += "\n\tselect Y if \\\n\t X\n"
    found = facts(tree, text, "X", "Y")
    lines = text.split("\n")
    edges = [edge for one in found.values() for edge in (*one.selected, *one.implied)]
    assert [(edge.at.line, lines[edge.at.line - 1].split()[1]) for edge in edges] == [
        (3, "X"),
        (6, "X"),
        (10, "Y"),
    ]
