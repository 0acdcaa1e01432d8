"""Every format of `patchtool check`, over a real run, as its consumer reads it."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path
from xml.etree.ElementTree import fromstring

import pytest

from kit import SCRIPT, command

FORMATS = ("text", "terse", "json", "sarif", "junit", "markdown", "b4", "b4-review", "patchwork", "nipa")


@pytest.fixture(scope="module")
def printed(mini: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """What each format prints of a series with two errors and three warnings."""
    series = Path(__file__).parents[2] / "fixtures" / "series" / "broken-rename.mbox"
    found = {}
    for form in FORMATS:
        done = command(
            "check", series, "--repo", mini, "--base", "mainline", "--format", form,
            cwd=series.parent, PATCHTOOL_CACHE=str(tmp_path_factory.getbasetemp() / "formats-cache"),
        )  # fmt: skip
        assert (done.returncode, done.stderr) == (1, b"")
        found[form] = done.stdout.decode()
    return found


def test_all_of_them_say_the_same(printed: dict[str, str]) -> None:
    report = json.loads(printed["json"])
    severities = [finding["severity"] for finding in report["findings"]]
    assert [severities.count(level) for level in ("error", "warning", "note")] == [2, 3, 4]
    lines = printed["terse"].splitlines()
    assert lines[-1] == "total: 2 errors, 3 warnings, 4 notes, 9 patches checked"
    assert [sum(f": {kind}: " in line for line in lines) for kind in ("ERROR", "WARNING", "CHECK")] == [
        2,
        3,
        4,
    ]
    assert printed["b4"].splitlines() == lines[:-1]
    assert printed["nipa"].splitlines() == ["2 errors, 3 warnings, 4 notes", *lines[:-1]]
    levels = [result["level"] for result in json.loads(printed["sarif"])["runs"][0]["results"]]
    assert levels == severities
    assert fromstring(printed["junit"]).attrib["failures"] == "2"
    assert [printed["markdown"].count(f"- **{level}** ") for level in ("error", "warning", "note")] == [
        2,
        3,
        4,
    ]
    states = [check["state"] for check in json.loads(printed["patchwork"])]
    assert states == ["success", "fail", "success", "warning", "success", "fail", *["success"] * 3]
    assert json.loads(printed["b4-review"])[0]["summary"] == "2 errors, 3 warnings, 4 notes"


def test_the_markdown_fits_a_mail(printed: dict[str, str]) -> None:
    folded = [line for line in printed["markdown"].splitlines() if not line.startswith(("####", "      "))]
    assert [line for line in folded if len(line) > 75 and len(line.split()) > 1] == []


def test_nipa_reads_a_line_of_its_own_and_the_status(mini: Path, series: Path, tmp_path: Path) -> None:
    def run(name: str) -> tuple[int, str]:
        reader, writer = os.pipe()
        done = subprocess.run(
            [SCRIPT, "check", series / name, "--repo", mini, "--base", "mainline", "--format", "nipa"],
            cwd=tmp_path, pass_fds=[writer], env={**os.environ, "DESC_FD": str(writer)},
            capture_output=True, check=False,
        )  # fmt: skip
        os.close(writer)
        with os.fdopen(reader) as stream:
            return done.returncode, stream.read()

    assert run("broken-rename.mbox") == (1, "2 errors, 3 warnings, 4 notes\n")
    assert run("clean.mbox") == (0, "0 errors, 0 warnings, 0 notes\n")


def test_nipas_description_goes_nowhere_else(mini: Path, series: Path, tmp_path: Path) -> None:
    done = command(
        "check", series / "clean.mbox", "--repo", mini, "--format", "nipa", cwd=tmp_path, DESC_FD="none"
    )
    assert (done.returncode, done.stdout) == (2, b"")
    assert done.stderr == b"patchtool: DESC_FD=none: no file descriptor that can be written\n"


def test_patchwork_links_to_the_report(mini: Path, series: Path, tmp_path: Path) -> None:
    url = "https://ci.example.org/run/7"
    done = command(
        "check", series / "clean.mbox", "--repo", mini, "--format", "patchwork", "--report-url", url,
        cwd=tmp_path,
    )  # fmt: skip
    assert {check["target_url"] for check in json.loads(done.stdout)} == {url}


def test_one_patch_of_a_series_on_standard_input(series: Path, tmp_path: Path) -> None:
    mails = (series / "broken-rename.mbox").read_bytes().split(b"From mboxrd@z ")
    second = b"From mboxrd@z " + mails[3]
    done = command("check", "-", "--single", "--format", "b4", cwd=tmp_path, data=second)
    assert done.stdout.decode().splitlines() == [
        "-:30: ERROR: malformed-trailer: The address of Signed-off-by has no closing `>`. (hint: add the `>`)"
    ]
    text = command("check", "-", "--single", cwd=tmp_path, data=second).stdout.decode()
    assert "not checked: 8 other patches of the series, as asked\n" in text
    assert "not checked: rules that need a tree: does-not-apply, " in text
    done = command("check", series / "clean.mbox", "--single", cwd=tmp_path)
    assert done.returncode == 2
    assert b"(hint: --single is for one)" in done.stderr
