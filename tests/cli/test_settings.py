"""What is selected, ignored, suppressed and known already, on the command line and in configurations."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from kit import command, git

BOTH = {"malformed-trailer", "misspelt-prefix"}


@pytest.fixture
def run(mini: Path, series: Path, tmp_path: Path):
    """Checks a series with two errors and three warnings; what came out, as JSON."""

    def _run(*arguments: object, status: int, **extra: str) -> dict:
        done = command(
            "check", series / "broken-rename.mbox", "--repo", mini, "--base", "mainline", "--format", "json",
            *arguments, cwd=tmp_path, **extra,
        )  # fmt: skip
        assert done.returncode == status, done.stderr
        return json.loads(done.stdout)

    return _run


def rules(report: dict) -> set[str]:
    return {finding["rule"] for finding in report["findings"]}


def test_select_by_name_and_id(run) -> None:
    report = run("--select", "malformed-trailer,PT202", "--select", "pt205", status=1)
    assert report["rules"] == ["malformed-trailer", "misspelt-prefix", "missing-signoff"]
    assert rules(report) == BOTH
    assert report["left_out"][0].startswith("rules left out: does-not-apply, broken-kconfig, ")
    report = run("--select", "PT123", "--ignore", "PT201", status=0)
    assert report["rules"] == ["invisible-identifier"]


def test_ignore_decides_the_status_too(run) -> None:
    report = run("--ignore", "malformed-trailer, incomplete-rename", status=0)
    assert report["left_out"] == ["rules left out: incomplete-rename, malformed-trailer"]
    assert "misspelt-prefix" in rules(report)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--select", "dead-symbl"), "no rule is called dead-symbl (hint: did you mean dead-symbol?)"),
        (("--ignore", "PT999"), "no rule is called PT999 (hint: did you mean PT"),
        (("--ignore", "@@@"), "no rule is called @@@ (hint: patchtool rules lists them)"),
        (("--select", "PT201", "--ignore", "PT201"), "no rule is left to run (hint: select more, or ignore"),
        (("--write-baseline",), "--write-baseline needs a file (hint: name it with --baseline)"),
        (("--baseline", "none.json"), "none.json: cannot be read: No such file or directory (hint: make one"),
        (("--config", "none.toml"), "none.toml: cannot be read: No such file or directory"),
        (("--order", "--format", "sarif"), "--order prints text or JSON (hint: --format json)"),
        (("--order", "--select", "PT201"), "--order runs no rules (hint: leave out --select)"),
    ],
)  # fmt: skip
def test_what_cannot_be(tmp_path: Path, series: Path, arguments: tuple[str, ...], said: str) -> None:
    done = command("check", series / "clean.mbox", *arguments, cwd=tmp_path)
    assert (done.returncode, done.stdout) == (2, b"")
    assert done.stderr.decode().startswith(f"patchtool: {said}")


def test_a_configuration_is_the_default_and_options_overrule_it(run, tmp_path: Path) -> None:
    (tmp_path / ".patchtool.toml").write_text(
        'ignore = ["malformed-trailer", "incomplete-rename"]\nfail-on = "warning"\n'
        '[[suppress]]\nrule = "PT105"\nreason = "meant so"\n'
        '[[suppress]]\nrule = "stable-tag"\npath = "none/*"\nreason = "not met"\n'
    )
    report = run(status=1)
    assert rules(report) == {"misspelt-prefix", "stable-tag", "undefined-symbol"}
    assert {(one["rule"], one["reason"]) for one in report["waived"]} == {("changed-condition", "meant so")}
    place = tmp_path / ".patchtool.toml"
    assert report["notes"] == [f"{place}:6: the suppression of stable-tag in none/* covers nothing"]
    run("--fail-on", "error", status=0)
    assert rules(run("--ignore", "dead-symbol", status=1)) >= BOTH
    assert rules(run("--config", "/dev/null", status=1)) >= BOTH


def test_a_configuration_with_a_rule_that_is_none(tmp_path: Path, series: Path) -> None:
    own = tmp_path / "own.toml"
    own.write_text('base = "v5.5"\nselect = ["PT201", "no-such"]\n')
    done = command("check", series / "clean.mbox", "--config", own, cwd=tmp_path)
    assert done.stderr.decode().startswith(f"patchtool: {own}:2: no rule is called no-such (hint: ")
    own.write_text('[[suppress]]\nrule = "dead-symbl"\nreason = "x"\n')
    done = command("check", series / "clean.mbox", "--config", own, cwd=tmp_path)
    said = f"patchtool: {own}:1: no rule is called dead-symbl (hint: did you mean dead-symbol?)\n"
    assert (done.returncode, done.stderr.decode()) == (2, said)


def test_the_tree_says_nothing_about_its_check(mini: Path, series: Path, tmp_path: Path) -> None:
    kernel = tmp_path / "kernel"
    git(tmp_path, "clone", "-q", str(mini), "kernel")
    git(kernel, "checkout", "-q", "mainline")
    planted = kernel / ".patchtool.toml"
    planted.write_text('ignore = ["malformed-trailer", "incomplete-rename"]\n')
    arguments = ("check", series / "broken-rename.mbox", "--base", "mainline", "--format", "json")
    done = command(*arguments, cwd=kernel)
    assert done.returncode == 1
    report = json.loads(done.stdout)
    assert {"malformed-trailer", "incomplete-rename"} <= rules(report)
    assert report["notes"] == [
        f"{planted} is not read: a tree does not say how it is checked (hint: --config {planted})"
    ]
    assert command(*arguments, "--config", planted, cwd=kernel).returncode == 0
    planted.rename(kernel / ".git" / "patchtool.toml")
    assert command(*arguments, cwd=kernel).returncode == 0


def test_a_baseline_leaves_only_what_is_new(run, tmp_path: Path) -> None:
    known = tmp_path / "known.json"
    report = run("--baseline", known, "--write-baseline", "--ignore", "misspelt-prefix", status=0)
    assert len(json.loads(known.read_text())["findings"]) == len(report["findings"]) == 8
    report = run("--baseline", known, "--fail-on", "warning", status=1)
    assert rules(report) == {"misspelt-prefix"}
    assert {one["by"] for one in report["waived"]} == {str(known)}


def test_text_says_what_was_waived_and_left_out(mini: Path, series: Path, tmp_path: Path) -> None:
    (tmp_path / "own.toml").write_text('[[suppress]]\nrule = "*"\npath = "*.mbox"\nreason = "sent"\n')
    done = command(
        "check", series / "broken-rename.mbox", "--repo", mini, "--base", "mainline",
        "--config", "own.toml", "--ignore", "PT101,PT105", cwd=tmp_path,
    )  # fmt: skip
    assert done.stdout.decode().splitlines()[-2:] == [
        "waived: 5 findings: sent (own.toml:1)",
        "not checked: rules left out: incomplete-rename, changed-condition, as asked",
    ]


def test_colour(series: Path, tmp_path: Path) -> None:
    def coloured(*arguments: str, **extra: str) -> bool:
        return b"\x1b[" in command("check", series / "clean.mbox", *arguments, cwd=tmp_path, **extra).stdout

    assert not coloured()
    assert coloured("--color", "always")
    assert coloured("--color", "always", NO_COLOR="1")
    assert not coloured("--color", "never", FORCE_COLOR="1")
    assert coloured("--color", "auto", FORCE_COLOR="1")
    (tmp_path / ".patchtool.toml").write_text('color = "always"\n')
    assert coloured()
    assert not coloured("--color=never")


def test_no_rule_is_off_unasked(mini: Path, series: Path, tmp_path: Path) -> None:
    def last(*options: str) -> str:
        arguments = ("check", series / "clean.mbox", "--repo", mini, *options)
        return command(*arguments, cwd=tmp_path).stdout.decode().splitlines()[-1]

    assert last() == last("--all-rules") == "not checked: nothing was left open"
    assert last("--select", "guard-mismatch,fixes-tag").startswith("not checked: rules left out: ")
    assert last("--ignore", "stable-tag") == "not checked: rules left out: stable-tag, as asked"
