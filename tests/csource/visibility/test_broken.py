"""What does not build before a series is not held against it."""

from code_kit import KERNEL, Files, Kconfig, tree

from patchtool.core.expr import N, Sym, negated, text
from patchtool.core.kconfig import Outcome
from patchtool.csource.visibility.broken import Working, broken

WORDS = (
    'config WIDE\n\tbool "wide"\n\nconfig NARROW\n\tbool "narrow"\n'
    "config MMU\n\tdef_bool y\nconfig X86\n\tdef_bool y\nconfig SMP\n\tdef_bool y\n"
)
PAGES = "#ifdef CONFIG_WIDE\n#define SHIFT 39\n#endif\n#ifdef CONFIG_NARROW\n#define SHIFT 22\n#endif\n"
OFFSETS = "#include <asm/page.h>\nvoid f(void)\n{\n\tDEFINE(_SHIFT, SHIFT);\n}\n"
FILES = {
    "arch/x86/Kconfig": WORDS,
    "arch/x86/include/asm/page.h": PAGES,
    "arch/x86/kernel/asm-offsets.c": OFFSETS,
}


def unbuilt(**more):
    files = FILES | more
    kconfig = Kconfig(Files(files), "x86", {}, {"WIDE": "y"}, {"NARROW": "y"})
    return broken(tree(files), "x86", kconfig), kconfig


def test_a_configuration_without_what_the_build_begins_with_is_broken():
    where, kconfig = unbuilt()
    assert text(where) == "WIDE != y && NARROW != y"
    working = Working(kconfig, lambda: where)
    assert kconfig.possible(negated(Sym("WIDE"))).assignment == ()
    assert working.possible(negated(Sym("WIDE"))).assignment == (("NARROW", "y"),)
    assert working.possible(where).outcome is Outcome.NO


def test_an_error_on_the_way_breaks_it_too():
    where, _ = unbuilt(**{"arch/x86/include/asm/page.h": PAGES + "#ifdef CONFIG_WIDE\n#error no\n#endif\n"})
    assert text(where) == "WIDE != y && NARROW != y || WIDE = y"


def test_a_name_that_is_in_sight_nowhere_and_a_tree_without_the_file_say_nothing():
    assert unbuilt(**{"arch/x86/include/asm/page.h": "\n"})[0] == N
    assert broken(tree(), "arm", Kconfig(Files(), "arm", {})) == N
    assert "arch/arm/kernel/asm-offsets.c" not in KERNEL
