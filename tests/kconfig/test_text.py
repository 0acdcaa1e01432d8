from patchtool.core.tree import Use, UseKind
from patchtool.kconfig.text import definitions, scan


def found(source, symbols=None):
    data = source if isinstance(source, bytes) else source.encode()
    return [(u.line, u.symbol, u.kind.value, u.verb) for u in scan("mm/Kconfig", data, symbols)]


def test_a_whole_entry():
    source = (
        "config LAZY_TABLES\n"
        '\tbool "Free tables late" if EXPERT && !TINY\n'
        "\tdepends on MMU && (SMP || PARAVIRT)\n"
        "\tdefault y if 64BIT\n"
        "\tselect LATE_FREE if SMP\n"
        "\timply TABLE_DEBUG\n"
        "\thelp\n"
        "\t  Say Y to keep CONFIG_MMU and TABLE_PAGES alive.\n"
    )
    assert found(source) == [
        (1, "LAZY_TABLES", "definition", ""),
        (2, "EXPERT", "kconfig", "prompt-if"),
        (2, "TINY", "kconfig", "prompt-if"),
        (3, "MMU", "kconfig", "depends"),
        (3, "SMP", "kconfig", "depends"),
        (3, "PARAVIRT", "kconfig", "depends"),
        (4, "64BIT", "kconfig", "if"),
        (5, "LATE_FREE", "kconfig", "select"),
        (5, "SMP", "kconfig", "if"),
        (6, "TABLE_DEBUG", "kconfig", "imply"),
        (8, "MMU", "help", ""),
        (8, "TABLE_PAGES", "help", ""),
    ]


def test_the_whole_line_and_its_place_are_kept():
    assert scan("arch/arm/Kconfig", b"config A_B\r\n\tselect C\t\tif D\r\n") == (
        Use("arch/arm/Kconfig", 1, "A_B", UseKind.DEFINITION, "config A_B"),
        Use("arch/arm/Kconfig", 2, "C", UseKind.KCONFIG, "\tselect C\t\tif D", "select"),
        Use("arch/arm/Kconfig", 2, "D", UseKind.KCONFIG, "\tselect C\t\tif D", "if"),
    )


def test_help_ends_at_a_line_indented_less_than_its_first():
    source = (
        "config A\n\tbool\n\thelp\n\n"
        "\t  First line.\n\n"
        "\t    select IN_HELP\n"
        "\tselect AFTER_HELP\n"
        "config B\n\t---help---\n          by blanks IN_BLANKS\n\t  by tab IN_TABS\nconfig C\n"
    )
    assert found(source) == [
        (1, "A", "definition", ""),
        (7, "IN_HELP", "help", ""),
        (8, "AFTER_HELP", "kconfig", "select"),
        (9, "B", "definition", ""),
        (11, "IN_BLANKS", "help", ""),
        (12, "IN_TABS", "help", ""),
        (13, "C", "definition", ""),
    ]


def test_an_empty_help_hides_nothing():
    assert found("config A\n\thelp\nconfig B\n") == [(1, "A", "definition", ""), (3, "B", "definition", "")]


def test_blocks_continuations_and_comments():
    source = (
        "if NET && !UML # needs CONFIG_NET\n"
        "menuconfig SHOP\n\ttristate\n\tdepends on ONE && \\\n\t\tTWO\n"
        'menu "Things of CONFIG_SHOP"\n\tvisible if SEEN\nendmenu\n'
        "choice\n\tdefault FIRST\nendchoice\n"
        "endif # NET_UML\n"
    )
    assert found(source) == [
        (1, "NET", "kconfig", "if"),
        (1, "UML", "kconfig", "if"),
        (1, "NET", "comment", ""),
        (2, "SHOP", "definition", ""),
        (4, "ONE", "kconfig", "depends"),
        (5, "TWO", "kconfig", "depends"),
        (6, "SHOP", "string", ""),
        (7, "SEEN", "kconfig", "visible"),
        (10, "FIRST", "kconfig", "default"),
        (12, "NET_UML", "comment", ""),
    ]


def test_values_macros_and_strings_are_no_symbols():
    source = (
        'cc-flag = $(shell,test -n "$(CC)" && echo NOT_A_SYMBOL)\n'
        "$(error-if,$(failure,true),NOT_THIS)\n"
        'source "arch/$(SRCARCH)/Kconfig"\n'
        'config COUNT\n\tint\n\trange 2 MANY if BIG\n\tdefault 0x10 if ARCH = "x86" && COUNT != 8\n'
        "\tdefault -1\n\tdepends on $(cc-option,-m(64)) && REAL\n"
        '\toption env="COUNT"\n\tmodules\n\ttransitional\n'
        "\tdef_bool y\n\tdef_tristate m && OTHER\n"
    )
    assert found(source) == [
        (4, "COUNT", "definition", ""),
        (6, "MANY", "kconfig", "range"),
        (6, "BIG", "kconfig", "if"),
        (7, "ARCH", "kconfig", "if"),
        (7, "COUNT", "kconfig", "if"),
        (9, "REAL", "kconfig", "depends"),
        (14, "OTHER", "kconfig", "def_tristate"),
    ]


def test_a_conditional_dependency():
    assert found("config A\n\tdepends on B if C\n")[1:] == [
        (2, "B", "kconfig", "depends"),
        (2, "C", "kconfig", "if"),
    ]


def test_broken_text_loses_nothing():
    source = b'<<<<<<< HEAD\nconfig A\n\tselct LOST_ONE\n\tdefault "open\n\tselect \xff\xfe KEPT\n'
    assert found(source) == [
        (1, "HEAD", "kconfig", ""),
        (2, "A", "definition", ""),
        (3, "LOST_ONE", "kconfig", ""),
        (5, "KEPT", "kconfig", "select"),
    ]
    assert scan("k", source)[-1].text.encode("utf-8", "surrogateescape") == b"\tselect \xff\xfe KEPT"


def test_given_symbols_count_in_prose_without_underscore():
    source = "config A\n\thelp\n\t  On SMP, not SMPX. See CONFIG_SMP.\n# SMP\n"
    assert found(source, {"SMP"}) == [(3, "SMP", "help", ""), (4, "SMP", "comment", "")]
    assert found(source) == [(1, "A", "definition", ""), (3, "SMP", "help", "")]


def test_definitions_repeat_where_the_file_does():
    source = b"config A\n\tbool\nmenuconfig B\n\thelp\n\t  config NOT_ME\n  config A\n"
    assert definitions(source) == (("A", 1), ("B", 3), ("A", 6))
