from patchtool.core.expr import And, Const, N, Sym, Y
from patchtool.kconfig.entries import Declared
from patchtool.kconfig.parser import parse

TEXT = """\
config A
\ttristate "a"
\tdefault m if D
\tselect B if C && m
config B
\tbool
config UNASKED
\tbool
\tselect ELSEWHERE
config N
\tint "n" if !A
\trange 1 B
\tdefault 7
"""


def test_entries_in_the_words_of_core(tree):
    parsed = parse(tree({"Kconfig": TEXT, "arch/tiny/Kconfig": ""}), "tiny")
    plain = {"mandatory": False, "is_menu": False, "transitional": False, "choice": ()}
    first = Declared(
        "A", "tristate", "Kconfig", 1, "a", Y, Y,
        defaults=(("m", Const("m"), Sym("D")),),
        selects=(("B", And((Sym("C"), Const("m"), Sym("MODULES")))),),
        implies=(), ranges=(), **plain,
    )  # fmt: skip
    second = Declared("B", "bool", "Kconfig", 5, "", N, Y, (), (), (), (), **plain)
    assert parsed.declared({"B"}) == (first, second)
    (number,) = parsed.declared({"N"})
    assert (number.kind, number.defaults, number.ranges) == ("int", (("7", None, Y),), (('"1"', "B", Y),))
