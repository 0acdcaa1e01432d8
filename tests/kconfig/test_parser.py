import threading

import pytest

from patchtool.kconfig.environment import UnknownArch
from patchtool.kconfig.parser import KconfigError, Parsed, parse, parse_all

ARCH = "config TINY_ARCH\n\tdef_bool y\n"


def of(tree, top, **files):
    return parse(tree({"Kconfig": top, "arch/tiny/Kconfig": ARCH, **files}), "tiny")


def test_files_symbols_and_the_environment(tree):
    parsed = of(
        tree,
        'mainmenu "Linux/$(ARCH)"\nsource "arch/$(SRCARCH)/Kconfig"\nsource "$(srctree)/mm/Kconfig"\n'
        'config WHO\n\tstring\n\tdefault "$(ARCH) $(HOME) $HOME"\n',
        **{"mm/Kconfig": "config MMU\n\tbool\n"},
    )
    assert parsed.files == ("Kconfig", "arch/tiny/Kconfig", "mm/Kconfig")
    assert parsed.symbols() == {"TINY_ARCH", "MMU", "WHO"}
    assert parsed.with_values({}).value("WHO") == "tiny  $HOME"
    assert (parsed.notes, parsed.warnings) == ((), ())


def test_older_syntax(tree):
    parsed = of(
        tree,
        'mainmenu "Linux/$ARCH $KERNELVERSION"\nconfig SRCARCH\n\tstring\n\toption env="SRCARCH"\n'
        'source "arch/$SRCARCH/Kconfig"\nsource mm/Kconfig\n',
        **{"mm/Kconfig": "config MMU\n\tdef_bool y\n"},
    )
    assert parsed.files == ("Kconfig", "arch/tiny/Kconfig", "mm/Kconfig")
    assert [parsed.with_values({}).value(name) for name in ("SRCARCH", "MMU")] == ["tiny", "y"]


def test_newer_syntax(tree):
    parsed = of(
        tree,
        'config MODULES\n\tbool "m"\n\tmodules\n\tdefault y\n'
        'config B\n\ttristate "b"\nconfig C\n\ttristate "c"\nconfig D\n\tbool "d"\n'
        'config A\n\ttristate "a"\n\tdepends on B if C && !D\n',
    )

    def most(b, c, d):
        return parsed.with_values({"B": b, "C": c, "D": d, "A": "y"}).value("A")

    assert [most("n", "y", "n"), most("m", "y", "n"), most("n", "m", "n")] == ["n", "m", "n"]
    assert [most("n", "n", "n"), most("n", "y", "y"), most("y", "y", "n")] == ["y", "y", "y"]


def test_a_condition_of_a_dependency_may_be_any_expression(tree):
    top = 'config B\n\ttristate "b"\nconfig N\n\tint "n"\n\tdefault 3\n'
    top += "config MODULES\n\tdef_bool y\n\tmodules\n"
    parsed = of(tree, f"{top}config A\n\tdef_tristate y\n\tdepends on B if N > 2 && (MODULES || !B)\n")
    asked = ({"B": "m"}, {"B": "n"}, {"B": "n", "N": "1"})
    assert [parsed.with_values(one).value("A") for one in asked] == ["m", "n", "y"]


def test_a_negated_condition_of_m_counts_as_none(tree):
    top = 'config MODULES\n\tdef_bool y\n\tmodules\nconfig B\n\ttristate "b"\nconfig D\n\tbool "d"\n'
    parsed = of(tree, f"{top}config A\n\tdef_tristate y\n\tdepends on D if !B\n")
    asked = ({"B": "n"}, {"B": "m"}, {"B": "y"}, {"D": "y"})
    assert [parsed.with_values(one).value("A") for one in asked] == ["n", "y", "y", "y"]


def test_bytes_that_are_no_utf8_and_line_ends_of_another_system(tree):
    lines = (b"config A", b'\tbool "caf\xe9"', b"\tdefault y \\", b"\t\tif B", b"\thelp", b"\t  \xff", b"")
    top = b"\r\n".join((*lines, b"config B", b"\tdef_bool y", b""))
    parsed = of(tree, top)
    assert (parsed.with_values({}).value("A"), parsed.symbols()) == ("y", {"A", "B"})


def test_values_and_limits_that_macros_make(tree):
    parsed = of(
        tree,
        "big := 9\nname = $(1)_$(2)\nsum = y\n"
        "config $(name,NEW,$(big))\n\tdef_bool $(sum)\n"
        'config COUNT\n\tint "c"\n\trange 2 $(big)\n\tdefault 12\n',
    )
    values = parsed.with_values({})
    assert [values.value(name) for name in ("NEW_9", "COUNT")] == ["y", "9"]
    assert parsed.with_values({"COUNT": "7"}).value("COUNT") == "7"


def test_choices_old_and_new(tree):
    # A named choice of modules (until 6.10), and one without a type or a name.
    parsed = of(
        tree,
        'config MODULES\n\tdef_bool y\n\tmodules\nchoice OLD\n\ttristate "o"\n\toptional\n'
        'config A\n\ttristate "a"\nconfig B\n\ttristate "b"\nendchoice\n'
        'choice\n\tprompt "n"\nconfig C\n\tbool "c"\nconfig D\n\tbool "d"\nendchoice\n',
    )

    def letters(**assignments):
        values = parsed.with_values(assignments)
        return "".join(values.value(name) for name in "ABCD")

    assert [letters(), letters(A="m", B="m"), letters(B="y", D="y")] == ["nnyn", "mmyn", "nyny"]


def test_an_architecture_that_does_not_parse_hides_no_other(tree):
    kernel = tree(
        {"Kconfig": 'source "arch/$(SRCARCH)/Kconfig"\n', "arch/bad/Kconfig": "config A\n\tbol\n"}
        | {f"arch/{arch}/Kconfig": ARCH for arch in ("a", "z")}
    )
    found = dict(parse_all(kernel, ("a", "bad", "z")))
    assert [type(one) for one in found.values()] == [Parsed, KconfigError, Parsed]
    assert str(found["bad"]) == "arch/bad/Kconfig:2: couldn't parse 'bol': syntax error"
    assert [(found[arch].arch, found[arch].files[-1]) for arch in "az"] == [
        ("a", "arch/a/Kconfig"),
        ("z", "arch/z/Kconfig"),
    ]
    with pytest.raises(UnknownArch):
        list(parse_all(kernel, ("a", "nowhere")))


@pytest.mark.parametrize("more", ["\tdefault y\n", '\tprompt "p"\n', "\tdepends on B\n", "\tselect B\n"])
def test_a_transitional_symbol_says_nothing_else(tree, more):
    with pytest.raises(KconfigError) as caught:
        of(tree, f"config B\n\tbool\nconfig A\n\tbool\n\ttransitional\n{more}")
    assert str(caught.value) == "Kconfig:3: a transitional symbol can only have a type and a help text"


@pytest.mark.parametrize(
    ("top", "said"),
    [
        ("config A\n\tbool\n\tselct B\n", "Kconfig:3: couldn't parse 'selct B': "),
        ("config A\n\tdepends on B &&\n", "Kconfig:2: couldn't parse 'depends on B &&': "),
        ('source "mm/Kconfig"\n', "Kconfig:1: 'mm/Kconfig' not found (in 'source \"mm/Kconfig\"')"),
        ("if A\nconfig A\n\tbool\n", "Kconfig: expected 'endif' at end of 'Kconfig'"),
        ('source "Kconfig"\n', "Kconfig:1: recursive 'source' of 'Kconfig' detected."),
        ("if " + "(" * 3000 + "A\n", "an expression or a chain of sources is nested too deeply"),
        ('menu "m"\n\thelp\n\t  x\nendmenu\n', "Kconfig:2: an attribute stands where it has no meaning"),
        ("config A\n\tbool\n\tdepends on $(bad\n", "Kconfig:3: couldn't parse 'depends on $(bad': "),
    ],
)
def test_errors_name_their_place(tree, top, said):
    with pytest.raises(KconfigError) as caught:
        of(tree, top)
    assert str(caught.value).startswith(said)
    assert "\n" not in str(caught.value)


def test_a_circle_is_an_error_that_names_it(tree):
    with pytest.raises(KconfigError) as caught:
        of(tree, "config A\n\tbool\n\tdepends on B\nconfig B\n\tbool\n\tdepends on A\n")
    assert str(caught.value) == ("circular dependency: A (defined at Kconfig:1) -> B (defined at Kconfig:4)")


def test_a_folder_without_kconfig_is_an_error(tree):
    with pytest.raises(KconfigError) as caught:
        parse(tree({"arch/tiny/Kconfig": ARCH}), "tiny")
    assert str(caught.value) == "folder:Kconfig: no such file (hint: name a kernel tree)"


def test_threads_do_not_mix_their_environments(tree, tmp_path):
    kernel = tree(
        {"Kconfig": 'config WHO\n\tstring\n\tdefault "$(ARCH)"\n'}
        | {f"arch/a{n}/Kconfig": ARCH for n in range(8)}
    )
    seen = {}

    def work(arch):
        seen[arch] = parse(kernel, arch).with_values({}).value("WHO")

    threads = [threading.Thread(target=work, args=(f"a{n}",)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert seen == {f"a{n}": f"a{n}" for n in range(8)}
