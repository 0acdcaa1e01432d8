import os

import kconfiglib

from patchtool.kconfig.parser import parse


def of(tree, top):
    return parse(tree({"Kconfig": top, "arch/tiny/Kconfig": ""}), "tiny")


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
