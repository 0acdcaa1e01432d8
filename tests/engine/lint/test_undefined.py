"""What a small kernel uses and does not define: every place, and what it does there."""

from __future__ import annotations

from pathlib import Path

import pytest

from kit import kernel, one
from patchtool.core.lint import Weight
from patchtool.core.tree import MissingBlob
from patchtool.engine.lint.survey import Counts, Survey, from_json, to_json
from patchtool.engine.lint.undefined import kconfig_files, survey
from patchtool.engine.states import silent
from patchtool.tree.git import Scratch
from patchtool.tree.snapshot import Snapshot

CODE = """\
/* CONFIG_LOST_COMMENT
 * CONFIG_FOO */
#if defined(CONFIG_SLAB) || \\
\tdefined(CONFIG_LOST_IF)
#endif /* CONFIG_LOST_IF */
#ifdef CONFIG_SLAB_MODULE
#ifdef CONFIG_LOST_MOD_MODULE
#endif
#endif
#define CONFIG_LOST_MACRO 1
int x = CONFIG_LOST_MACRO + IS_ENABLED(CONFIG_LOST_ENABLED) + IF_ENABLED(CONFIG_LOST_IF, &x);
char *s = "CONFIG_LOST_STRING";
M(CONFIG_LOST_PASTED_##x, CONFIG_LOST_PASTED ##x)
enum { CONFIG_k };
int y = IS_ENABLED(CONFIG_LOST_TWICE) ? CONFIG_LOST_TWICE : 0;
"""
FILES = {
    "mm/Kconfig": (
        "config SLAB\n\tbool\n\tselect LOST_SELECT\n\tdepends on LOST_DEPENDS\n\thelp\n"
        "\t  See CONFIG_LOST_HELP. # CONFIG_SLAB\n"
    ),
    "Documentation/kbuild/Kconfig.example": "config LOST_DOC\n",
    "scripts/kconfig/tests/a/Kconfig": "config LOST_TEST\n",
    "scripts/kconfig/tests/a/config": "CONFIG_LOST_ELSE=y\n",
    "tools/perf/Kconfig": "config LOST_TOOL\n",
    "tools/perf/a.c": "#ifdef CONFIG_LOST_TOOL2\n",
    "drivers/scsi/ChangeLog.x": "CONFIG_LOST_HISTORY\n",
    "mm/Makefile": (
        "obj-$(CONFIG_LOST_OBJ) += a.o # CONFIG_LOST_REMARK\nCONFIG_LOST_OWN := y\n"
        "ccflags-y += -DCONFIG_LOST_FLAG\nobj-$(CONFIG_$(LOST_X)) += b.o\n"
    ),
    "mm/a.c": CODE,
    "arch/arm/boot/dts/a.dts": "#ifdef CONFIG_LOST_DTS\n#endif\n",
    "arch/arm/configs/x_defconfig": (
        "CONFIG_LOST_DEF=y\n# CONFIG_LOST_UNSET is not set\n# on CONFIG_LOST_SAID\n"
    ),
    "Documentation/a.rst": "``CONFIG_LOST_DOC`` and ``CONFIG_XXX``\r\n",
    "scripts/tool.pl": "CONFIG_LOST_SCRIPT\n",
}


@pytest.fixture
def repo(tmp_path: Path) -> Path:
    return kernel(tmp_path / "kernel", FILES)


def found(repo: Path) -> Survey:
    with Scratch(repo) as scratch:
        return survey(Snapshot(scratch, scratch.head, "HEAD"), silent)


def forget(repo: Path, *paths: str) -> None:
    for path in paths:
        oid = one(repo, "rev-parse", f"HEAD:{path}")
        (repo / ".git/objects" / oid[:2] / oid[2:]).unlink()


def test_every_place_of_every_name(repo: Path) -> None:
    seen = found(repo)
    assert list(seen.places) == sorted(seen.places)
    assert {
        name: [f"{p.use.path}:{p.use.line} {p.use.kind} {p.use.verb} {p.weight}" for p in places]
        for name, places in seen.places.items()
    } == {
        "LOST_COMMENT": ["mm/a.c:1 comment  text"],
        "LOST_DEF": ["arch/arm/configs/x_defconfig:1 defconfig  text"],
        "LOST_DEPENDS": ["mm/Kconfig:4 kconfig depends decides"],
        "LOST_DOC": ["Documentation/a.rst:1 doc  text"],
        "LOST_DTS": ["arch/arm/boot/dts/a.dts:1 code  decides"],
        "LOST_ENABLED": ["mm/a.c:11 code  decides"],
        "LOST_FLAG": ["mm/Makefile:3 makefile  value"],
        "LOST_HELP": ["mm/Kconfig:6 help  text"],
        "LOST_IF": ["mm/a.c:4 code  decides", "mm/a.c:5 comment  text", "mm/a.c:11 code  decides"],
        "LOST_MACRO": ["mm/a.c:10 code  value", "mm/a.c:11 code  value"],
        "LOST_MOD_MODULE": ["mm/a.c:7 code  decides"],
        "LOST_OBJ": ["mm/Makefile:1 makefile  decides"],
        "LOST_OWN": ["mm/Makefile:2 makefile  value"],
        "LOST_REMARK": ["mm/Makefile:1 comment  text"],
        "LOST_SAID": ["arch/arm/configs/x_defconfig:3 comment  text"],
        "LOST_SCRIPT": ["scripts/tool.pl:1 other  text"],
        "LOST_SELECT": ["mm/Kconfig:3 kconfig select decides"],
        "LOST_STRING": ["mm/a.c:12 string  text"],
        "LOST_TWICE": ["mm/a.c:15 code  decides"],
        "LOST_UNSET": ["arch/arm/configs/x_defconfig:2 defconfig  text"],
    }
    assert seen.own == {
        "LOST_FLAG": "mm/Makefile:3", "LOST_MACRO": "mm/a.c:10", "LOST_OWN": "mm/Makefile:2",
    }  # fmt: skip
    assert (seen.near, seen.absent) == ({}, ())
    assert (seen.counts.files, seen.counts.defined, seen.counts.pasted) == (3, 2, 2)
    assert seen.places["LOST_DOC"][0].use.text == "``CONFIG_LOST_DOC`` and ``CONFIG_XXX``"


def test_which_files_define(repo: Path) -> None:
    with Scratch(repo) as scratch:
        files = kconfig_files(Snapshot(scratch, scratch.head, "HEAD"))
    assert files == ("Kconfig", "arch/Kconfig", "mm/Kconfig")


def test_what_is_absent_is_said_and_hides_nothing_else(repo: Path) -> None:
    forget(repo, "mm/a.c", "mm/Makefile")
    seen = found(repo)
    assert seen.absent == ("mm/Makefile", "mm/a.c")
    assert "LOST_DTS" in seen.places
    assert "LOST_IF" not in seen.places


def test_where_a_kconfig_file_is_absent_nothing_is_said(repo: Path) -> None:
    forget(repo, "mm/Kconfig")
    with pytest.raises(MissingBlob, match="HEAD:mm/Kconfig"):
        found(repo)


def test_a_tree_in_which_all_is_defined(tmp_path: Path) -> None:
    repo = kernel(tmp_path / "kernel", {"mm/a.c": "#ifdef CONFIG_FOO\n#endif\n"})
    assert found(repo) == Survey({}, {}, {}, Counts(2, 1, 1, 0), ())


def test_a_survey_is_kept_whole(repo: Path) -> None:
    seen = found(repo)
    assert any(place.weight is Weight.DECIDES for places in seen.places.values() for place in places)
    assert from_json(to_json(seen)) == seen
