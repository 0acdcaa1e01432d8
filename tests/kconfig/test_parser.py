import os
import threading

import kconfiglib
import pytest

from patchtool.kconfig.parser import KconfigError, parse

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


def test_nothing_is_run_and_every_probe_is_noted(tree, tmp_path, capfd):
    mark = tmp_path / "mark"
    parsed = of(
        tree,
        f'if-success = $(shell,{{ $(1); }} && echo "$(2)" || echo "$(3)")\n'
        "success = $(if-success,$(1),y,n)\nfailure = $(if-success,$(1),n,y)\n"
        f"unused := $(shell,touch {mark})\n$(info,hello)\n"
        "$(error-if,$(failure,command -v cc),no compiler)\n"
        f"config PROBED\n\tdef_bool $(success,touch {mark})\n"
        f"config VERSION\n\tint\n\tdefault $(shell,touch {mark})\n"
        f'config TEXT\n\tstring\n\tdefault "$(shell,touch {mark})"\n'
        'config FLAG\n\tstring\n\tdefault "$(if-success,true,yes,no such)"\n',
    )
    values = parsed.with_values({})
    assert [values.value(name) for name in ("PROBED", "VERSION", "TEXT", "FLAG")] == ["n", "0", "", "no such"]
    assert parsed.notes == (
        "Kconfig:4: $(shell,...) is not run: taken as empty",
        "Kconfig:5: $(info,...) is not run: taken as empty",
        "Kconfig:6: $(failure,...) is not run: taken as n",
        "Kconfig:8: $(success,...) is not run: taken as n",
        "Kconfig:11: $(shell,...) is not run: taken as empty",
        "Kconfig:14: $(shell,...) is not run: taken as empty",
        "Kconfig:17: $(if-success,...) is not run: taken as no such",
    )
    assert not mark.exists()
    assert capfd.readouterr() == ("", "")


def test_a_variable_that_names_itself_is_empty(tree):
    parsed = of(tree, 'a := $(a)b\nconfig A\n\tstring\n\tdefault "$(a)"\n')
    assert parsed.with_values({}).value("A") == "b"


def test_no_module_is_imported_and_the_process_is_left_alone(tree, tmp_path, monkeypatch):
    mark = tmp_path / "imported"
    (tmp_path / "kconfigfunctions.py").write_text(f"open({str(mark)!r}, 'w').close()\nfunctions = {{}}\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.setenv("CONFIG_", "EVIL_")
    monkeypatch.setenv("srctree", "/nowhere")
    before = dict(os.environ), kconfiglib.os, kconfiglib._shell_fn, kconfiglib.Kconfig._fn_val
    of(tree, "config A\n\tbool\n")
    assert (dict(os.environ), kconfiglib.os, kconfiglib._shell_fn, kconfiglib.Kconfig._fn_val) == before
    assert not mark.exists()


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
