import pytest

from patchtool.core.tree import Use, UseKind
from patchtool.csource.words import classify, role

SYMBOLS = ("SMP", "LATE_FREE")


def found(path, source):
    data = source if isinstance(source, bytes) else source.encode()
    return [(u.line, u.symbol, u.kind.value) for u in classify(path, data, SYMBOLS)]


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("arch/arm/Kconfig-nommu", "kconfig"),
        ("Documentation/Kconfig", "kconfig"),
        ("Documentation/kbuild/Kconfig.recursion-issue-01", "doc"),
        ("scripts/kconfig/tests/choice/Kconfig", "other"),
        ("arch/mips/Kbuild.platforms", "makefile"),
        ("scripts/Makefile.build", "makefile"),
        ("arch/mips/alchemy/Platform", "makefile"),
        ("tools/build/fixdep.mk", "makefile"),
        ("arch/x86/kernel/vmlinux.lds.S", "code"),
        ("arch/arm/boot/dts/a.dtsi", "code"),
        ("Documentation/a.c", "doc"),
        ("arch/arm/configs/multi_v7_defconfig", "defconfig"),
        ("kernel/configs/tiny.config", "defconfig"),
        ("arch/sh/configs/README", "doc"),
        ("drivers/net/notes.txt", "doc"),
        ("scripts/checkpatch.pl", "other"),
        ("MAINTAINERS", "other"),
    ],
)
def test_a_path_says_what_a_file_is(path, kind):
    assert role(path).value == kind


def test_c_comments_strings_and_code():
    source = (
        "#ifdef CONFIG_SMP /* not for LATE_FREE */\n"
        'static char *a = "/* CONFIG_SMP"; int SMP = IS_ENABLED(CONFIG_LATE_FREE);\n'
        "// SMP is bare \\\n   and SMP again\n"
        '/* LATE_FREE\n * CONFIG_LATE_FREE_MODULE "\n */ #if defined(CONFIG_SMP_MODULE)\n'
        '#error "SMP isn\'t there" CONFIG_SMP\n'
        "char q = '\"'; // CONFIG_SMP\n"
        "int CONFIG_SMPX, XCONFIG_SMP, CONFIG_SMP_X;\n"
        "#endif /* CONFIG_SMP */\n"
    )
    assert found("mm/a.c", source) == [
        (1, "SMP", "code"),
        (1, "LATE_FREE", "comment"),
        (2, "SMP", "string"),
        (2, "LATE_FREE", "code"),
        (3, "SMP", "comment"),
        (4, "SMP", "comment"),
        (5, "LATE_FREE", "comment"),
        (6, "LATE_FREE", "comment"),
        (7, "SMP", "code"),
        (8, "SMP", "string"),
        (9, "SMP", "comment"),
        (11, "SMP", "comment"),
    ]


def test_a_use_holds_the_whole_line():
    assert classify("mm/a.h", b"\r\n\t#if CONFIG_SMP \xff\r\n", {"SMP"}) == (
        Use("mm/a.h", 2, "SMP", UseKind.CODE, "\t#if CONFIG_SMP \udcff"),
    )


def test_broken_c_loses_nothing():
    source = "x = \"open;\n#ifdef CONFIG_SMP\nchar a = 'ab';\nCONFIG_LATE_FREE\n/* not closed\nCONFIG_SMP\n"
    assert found("a.c", source) == [(2, "SMP", "code"), (4, "LATE_FREE", "code"), (6, "SMP", "comment")]


def test_a_symbol_that_ends_like_a_module_is_its_own():
    data = b"CONFIG_A_MODULE CONFIG_A_MODULE_MODULE\n"
    assert [u.symbol for u in classify("a.c", data, ("A", "A_MODULE"))] == ["A_MODULE"]
    assert [u.symbol for u in classify("a.c", data, ("A",))] == ["A"]


def test_assembly_comments_by_architecture():
    line = "#if !defined(CONFIG_SMP)\n\tmov r0, #CONFIG_LATE_FREE\t@ when SMP\n"
    assert found("arch/arm/kernel/a.S", line) == [
        (1, "SMP", "code"),
        (2, "LATE_FREE", "code"),
        (2, "SMP", "comment"),
    ]
    x86 = "# define A CONFIG_SMP\n#SMP here\n\tmovl %eax, %ebx # on SMP\n"
    assert found("arch/x86/kernel/a.S", x86) == [
        (1, "SMP", "code"),
        (2, "SMP", "comment"),
        (3, "SMP", "comment"),
    ]
    sparc = "#if !defined(CONFIG_SMP)\n\tnop ! SMP\n"
    assert found("arch/sparc/kernel/a.S", sparc) == [(1, "SMP", "code"), (2, "SMP", "comment")]


def test_makefiles():
    source = (
        "obj-$(CONFIG_SMP) += SMP.o # for SMP \\\n and LATE_FREE\n"
        "ifdef CONFIG_SMP_MODULE\nx = \\# CONFIG_SMP\n"
    )
    assert found("mm/Makefile", source) == [
        (1, "SMP", "makefile"),
        (1, "SMP", "comment"),
        (2, "LATE_FREE", "comment"),
        (4, "SMP", "makefile"),
    ]


def test_defconfigs_documents_and_others():
    source = "# CONFIG_SMP is not set\nCONFIG_LATE_FREE=y\n# SMP and CONFIG_SMP\nSMP\n"
    assert found("arch/arm/configs/a_defconfig", source) == [
        (1, "SMP", "defconfig"),
        (2, "LATE_FREE", "defconfig"),
        (3, "SMP", "comment"),
    ]
    assert [line for line, _, _ in found("Documentation/a.rst", source)] == [1, 2, 3, 4]
    assert found("scripts/a.sh", source) == [
        (1, "SMP", "other"),
        (2, "LATE_FREE", "other"),
        (3, "SMP", "other"),
    ]


def test_kconfig_files_are_read_as_such():
    source = "config SMP\n\tselect LATE_FREE\n\thelp\n\t  SMP\n"
    assert found("mm/Kconfig", source) == [
        (1, "SMP", "definition"),
        (2, "LATE_FREE", "kconfig"),
        (4, "SMP", "help"),
    ]


def test_every_use_in_a_megabyte_is_found():
    block = b'/* a comment on SMP */\nstatic int f(int a)\n{\n\treturn a + CONFIG_SMP; // "\n}\n' * 12_000
    uses = classify("mm/big.c", block, SYMBOLS)
    assert len(uses) == 24_000
