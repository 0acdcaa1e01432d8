import pytest

from patchtool.kconfig.outline import Kind, Raised, Statement, outline


def brief(text):
    return [(s.kind, s.line, s.end, s.close, s.name, s.parent) for s in outline(text.encode()).statements]


def test_every_kind_of_statement():
    text = """\
mainmenu "Linux/$(ARCH)"
comment "Compiler: $(CC)"
source "scripts/Kconfig.include"
probe = $(success,$(1))

menu "Things"
\tdepends on NET && !S390
\tvisible if EXPERT

if BLOCK # not COMMENTED
choice MODE
\tprompt "A or B" if PICK
\tdefault A if "text"
config A
\tbool "a"
menuconfig B
\tbool
endchoice
endif
endmenu
osource "drivers/*/Kconfig.local"
$(info,done)
"""
    assert outline(text.encode()).statements == (
        Statement(Kind.MAINMENU, 1, 1, word="mainmenu"),
        Statement(Kind.COMMENT, 2, 2, word="comment", probes=True),
        Statement(Kind.SOURCE, 3, 3, "scripts/Kconfig.include", "source"),
        Statement(Kind.MACRO, 4, 4, probes=True),
        Statement(Kind.MENU, 6, 8, word="menu", close=20, mentions=("EXPERT", "NET", "S390")),
        Statement(Kind.IF, 10, 10, word="if", close=19, parent=4, mentions=("BLOCK",)),
        Statement(Kind.CHOICE, 11, 13, "MODE", "choice", 18, 5, mentions=("A", "PICK")),
        Statement(Kind.CONFIG, 14, 15, "A", "config", parent=6),
        Statement(Kind.CONFIG, 16, 17, "B", "menuconfig", parent=6),
        Statement(Kind.SOURCE, 21, 21, "drivers/*/Kconfig.local", "osource"),
        Statement(Kind.MACRO, 22, 22, probes=True),
    )


def test_an_entry_with_what_it_raises_and_what_decides_it():
    text = """\
config A
\ttristate "A if NOT_THIS" if SEEN # nor THIS
\tdefault m if B = 0x10 || C > 3 || 64BIT
\tdef_bool y \\
\t\tif JOINED
\tselect T if D && \\
\t\tE
\timply U if $(cc-option,-mfoo)
\tdepends on $(ARCH) != "x86" && A2 if A3
\trange 1 MAX
"""
    (entry,) = outline(text.encode()).statements
    assert entry == Statement(
        Kind.CONFIG,
        1,
        10,
        "A",
        "config",
        raises=(Raised("select", "T", 6, ("D", "E")), Raised("imply", "U", 8, (), True)),
        mentions=("64BIT", "A2", "A3", "B", "C", "JOINED", "MAX", "SEEN"),
    )


@pytest.mark.parametrize("opening", ["help", "---help---", "help # why", "  help"])
def test_a_help_text_is_no_statement(opening):
    text = f"""\
config A
\tbool
\t{opening}

\t  config B
\t    select C

          if you say Y here, the line has blanks for a tab.
\t  source "no"
config D
\tbool
"""
    assert brief(text) == [("config", 1, 2, 0, "A", -1), ("config", 10, 11, 0, "D", -1)]
    assert outline(text.encode()).names == {"A", "D"}


def test_attributes_may_follow_a_help_text():
    text = "config A\n\tbool\n\thelp\n\t  Text.\n\n\tselect B if C\n"
    (entry,) = outline(text.encode()).statements
    assert (entry.end, entry.raises) == (6, (Raised("select", "B", 6, ("C",)),))


def test_an_empty_help_text_ends_at_once():
    assert brief("config A\n\thelp\nconfig B\n\tbool\n") == [
        ("config", 1, 2, 0, "A", -1),
        ("config", 3, 4, 0, "B", -1),
    ]


@pytest.mark.parametrize(
    "text, expected",
    [
        ("endif\n", [("other", 1, 1, 0, "", -1)]),
        ("menu x\nendif\n", [("menu", 1, 1, 0, "", -1), ("other", 2, 2, 0, "", 0)]),
        ("if A\nconfig B\n", [("if", 1, 1, 0, "", -1), ("config", 2, 2, 0, "B", 0)]),
        ("config\n", [("other", 1, 1, 0, "", -1)]),
        ("select A\n", [("other", 1, 1, 0, "", -1)]),
        ("config A\n<<<<<<< HEAD\n\tbool\n", [("config", 1, 1, 0, "A", -1), ("other", 2, 3, 0, "", -1)]),
        ("", []),
    ],
)
def test_what_should_not_be_there_is_told_apart(text, expected):
    assert brief(text) == expected


def test_any_bytes_are_read():
    found = outline(b'config A\r\n\tbool "\xe4"\r\nconfig B\r\n\tbool\r\n').statements
    assert [(one.name, one.line, one.end) for one in found] == [("A", 1, 2), ("B", 3, 4)]


def test_what_stands_below_a_probe_is_probed():
    found = outline(b"if $(success,x)\nconfig A\n\tbool\nendif\nconfig B\n\tbool\n").statements
    assert [(one.name, one.probes) for one in found] == [("", True), ("A", True), ("B", False)]


def test_where_a_symbol_stands():
    found = outline(b"config A\n\tselect B\nchoice X\nconfig B\nif C\nconfig B\nendif\nendchoice\n")
    assert found.places == {"A": (0,), "B": (0, 2, 4)}
    assert (found.names, found.choices, set(found.entries)) == ({"A", "B"}, {"X"}, {1, 4, 6})
    assert list(found.around(4)) == [3, 1]
    assert (found.sources, found.has_macros) == ((), False)
