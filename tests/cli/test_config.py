"""Configuration files: what may stand in them, which of them count, and what they do to a run."""

from __future__ import annotations

from pathlib import Path

import pytest

from kit import git
from patchtool.cli.config import BadConfig, Config, read_config
from patchtool.cli.config_files import Found, find
from patchtool.engine.suppress import Suppression

WHOLE = """\
select = ["dead-symbol", "PT101"]
ignore = ["stable-tag"]
fail-on = "warning"
rules = "rules"
renames = ["a.toml", "/b.toml"]
baseline = "known.json"
base = "v5.5"
repo = "~/linux"
color = "never"

[[suppress]]
rule = "dead-symbol"
path = "arch/arm/*"
reason = "out of tree"

[[suppress]]
rule = "*"
reason = "whole"
"""


NO_KEY = "is no key of patchtool's configuration"


def put(place: Path, text: str) -> Path:
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_text(text)
    return place


def test_every_key(tmp_path: Path) -> None:
    place = put(tmp_path / "c.toml", WHOLE)
    read = read_config(place)
    assert read == Config(
        select=("dead-symbol", "PT101"),
        ignore=("stable-tag",),
        fail_on="warning",
        rules=(tmp_path / "rules",),
        renames=(tmp_path / "a.toml", Path("/b.toml")),
        baseline=tmp_path / "known.json",
        base="v5.5",
        repo=Path.home() / "linux",
        color="never",
        suppress=(
            Suppression("dead-symbol", "arch/arm/*", "out of tree", f"{place}:11"),
            Suppression("*", "*", "whole", f"{place}:16"),
        ),
        places=read.places,
    )
    assert (read.places["select"], read.places["base"]) == (f"{place}:1", f"{place}:7")


def test_the_section_of_a_pyproject(tmp_path: Path) -> None:
    text = '[project]\nbase = "x"\n[tool.other]\nselect = 7\n[tool.patchtool]\nbase = "v5.4"\n'
    place = put(tmp_path / "pyproject.toml", text)
    assert read_config(place) == Config(base="v5.4", places={"base": f"{place}:6"})


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('selct = ["a"]', f"c.toml:1: `selct` {NO_KEY} (hint: did you mean `select`?)"),
        ('\nfail_on = "note"', f"c.toml:2: `fail_on` {NO_KEY} (hint: did you mean `fail-on`?)"),
        ("zzz = 1", f"c.toml:1: `zzz` {NO_KEY} (hint: known are select, ignore, fail-on, "),
        ('fail-on = "bad"', "c.toml:1: `fail-on` is one of error, warning, note, never, and not `bad`"),
        ("base = 5", "c.toml:1: `base` is no text"),
        ("repo = ''", "c.toml:1: `repo` is no text"),
        ('select = "a"', 'c.toml:1: `select` is no list of texts (hint: select = ["..."])'),
        ("rules = [1]", "c.toml:1: `rules` is no list of texts"),
        ("suppress = 1", "c.toml:1: `suppress` is no list of tables (hint: write each as [[suppress]])"),
        ('\n[[suppress]]\nrule = "a"', "c.toml:2: the suppression has no reason (hint: add reason = "),
        ('[[suppress]]\nrule = "a"\nreason = " "', "c.toml:1: the suppression has no reason"),
        ('[[suppress]]\nreason = "a"', "c.toml:1: the suppression has no rule"),
        (
            '[[suppress]]\nrule="a"\nreason="b"\n[[suppress]]\nrul = "a"',
            "c.toml:5: `rul` is no key of a suppression (hint: did you mean `rule`?)",
        ),
        ("[[suppress]]\nrule = 1\nreason = 'a'", "c.toml:2: `rule` is no text"),
        ("a = \n", "c.toml:1: not TOML: "),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_with_its_place(tmp_path: Path, text: str, said: str) -> None:
    place = put(tmp_path / "c.toml", text)
    with pytest.raises(BadConfig) as caught:
        read_config(place)
    assert str(caught.value).startswith(f"{tmp_path}/{said}")


def test_files_that_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(BadConfig, match="cannot be read: No such file"):
        read_config(tmp_path / "none.toml")
    (tmp_path / "c.toml").write_bytes(b"\xff")
    with pytest.raises(BadConfig, match="not UTF-8"):
        read_config(tmp_path / "c.toml")


def test_the_nearer_file_says_what_counts() -> None:
    near, far = Suppression("a", "*", "r", "x:1"), Suppression("b", "*", "r", "y:1")
    above = Config(select=("a",), suppress=(near,), places={"select": "x"})
    below = Config(select=("b",), base="v5.5", suppress=(far,), places={"select": "y", "base": "y"})
    assert above.over(below) == Config(
        select=("a",), base="v5.5", suppress=(near, far), places={"select": "x", "base": "y"}
    )


def test_the_clones_then_the_projects_then_the_users(tmp_path: Path) -> None:
    top = tmp_path / "project"
    below = top / "a" / "b"
    below.mkdir(parents=True)
    git(top, "init", "-q", "--template=")
    project = put(top / ".patchtool.toml", "")
    put(top / "pyproject.toml", "[tool.patchtool]\n")
    put(tmp_path / ".patchtool.toml", "")
    clone = put(top / ".git" / "patchtool.toml", "")
    user = put(tmp_path / "config" / "patchtool" / "config.toml", "")
    found = find(below, {"XDG_CONFIG_HOME": str(tmp_path / "config")})
    assert found == Found(((clone, top), (project, top), (user, user.parent)), ())
    assert find(below, {"HOME": str(tmp_path)}).files == ((clone, top), (project, top))


def test_a_linked_work_tree_has_its_clones_file(tmp_path: Path) -> None:
    top = tmp_path / "one"
    top.mkdir()
    git(top, "init", "-q", "--template=")
    git(top, "commit", "-q", "--allow-empty", "-m", "x")
    git(top, "worktree", "add", "-q", str(tmp_path / "two"))
    put(top / ".git" / "patchtool.toml", 'baseline = "known.json"')
    ((file, folder),) = find(tmp_path / "two", {}).files
    assert (file.resolve(), folder) == (top / ".git" / "patchtool.toml", tmp_path / "two")


def test_another_tools_pyproject_is_none_of_ours(tmp_path: Path) -> None:
    put(tmp_path / "pyproject.toml", "[tool.other]\n")
    assert find(tmp_path, {}) == Found((), ())
    put(tmp_path / "pyproject.toml", "broken = ")
    assert find(tmp_path, {}) == Found((), ())


def test_a_kernels_own_files_are_passed_over(tmp_path: Path) -> None:
    put(tmp_path / "Kconfig", "")
    place = put(tmp_path / ".patchtool.toml", "")
    assert find(tmp_path, {}) == Found((), (place,))
    git(tmp_path, "init", "-q", "--template=")
    inner = put(tmp_path / "mm" / "pyproject.toml", "[tool.patchtool]\n")
    assert find(tmp_path / "mm", {}) == Found((), (inner,))
