"""`--format html`: each command's page on the mini kernel, and where it is written."""

from __future__ import annotations

from pathlib import Path

import pytest
from page_kit import parsed

from kit import command
from patchtool.cli.pages import code_of
from patchtool.core.finding import Location, Verdict
from patchtool.core.model import ModelReport, ModelRun, PropertyVerdict, TraceStep
from patchtool.core.tree import MissingBlob
from patchtool.report.html.code import Excerpt

HTML = ("--format", "html")


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> str:
    return str(tmp_path_factory.mktemp("cache"))


def titles(page: str) -> list[str]:
    return [node.text for node in parsed(page).every("h2")][:-2]  # the last words, the help


def test_check_writes_a_file_and_keeps_its_status(
    mini: Path, series: Path, tmp_path: Path, cache: str
) -> None:
    given = ("check", series / "broken-rename.mbox", "--repo", mini, "--base", "mainline", *HTML)
    done = command(*given, "-o", tmp_path / "x.html", cwd=tmp_path, PATCHTOOL_CACHE=cache)
    assert (done.returncode, done.stdout) == (1, b"")
    assert done.stderr.decode() == f"written to {tmp_path / 'x.html'}\n"
    page = (tmp_path / "x.html").read_text(encoding="ascii")
    assert titles(page) == ["The series", "Mended by the series"]
    assert len(list(parsed(page).every("article"))) == 9
    assert len(page) < 300_000
    printed = command(*given, cwd=tmp_path, PATCHTOOL_CACHE=cache)
    assert (printed.returncode, printed.stdout.decode()) == (1, page)


def test_kconfig(mini: Path, series: Path, tmp_path: Path, cache: str) -> None:
    given = ("kconfig", series / "v1.mbox", "--repo", mini, "--base", "mainline", *HTML)
    done = command(*given, "--symbol", "MMU_GATHER_NO_RANGE", cwd=tmp_path, PATCHTOOL_CACHE=cache)
    assert (done.returncode, done.stderr) == (0, b"")
    page = done.stdout.decode("ascii")
    assert titles(page) == ["Kconfig, patch by patch", "In the end, after patch 9 of 9", "The series"]
    assert "alpha" in parsed(page).one("section", id="l5").words


def test_a_model_has_the_code_of_its_steps(mini: Path, tmp_path: Path, cache: str) -> None:
    chosen = ("--rev", "mainline", "--arch", "powerpc", "--smp", "--scenario", "munmap")
    done = command("model", *chosen, *HTML, "--repo", mini, cwd=tmp_path, PATCHTOOL_CACHE=cache)
    assert (done.returncode, done.stderr) == (1, b"")
    root = parsed(done.stdout.decode("ascii"))
    rows = [row for row in root.every("tr", class_="step") if list(row.every("a"))]
    assert rows
    for row in rows:
        place = row.one("a").text
        figure = root.one("figure", id=row.attributes["data-code"] or "")
        assert figure.words.startswith(f"{place} in mainline ")
        assert figure.one("tr", class_="here").words.startswith(place.partition(":")[2])


def test_a_series_through_the_model(mini: Path, series: Path, tmp_path: Path, cache: str) -> None:
    chosen = ("--series", series / "v1.mbox", "--rev", "mainline", "--arch", "powerpc", "--smp")
    some = ("--scenario", "munmap", "--scenario", "exit", "-o", tmp_path / "m.html")
    done = command("model", *chosen, *some, *HTML, "--repo", mini, cwd=tmp_path, PATCHTOOL_CACHE=cache)
    assert done.returncode in {0, 1}, done.stderr
    assert titles((tmp_path / "m.html").read_text()) == [
        "The series through the model",
        "Traces in mainline",
        "The series",
        "The code",
    ]


def test_a_backport_has_its_plan_and_what_it_mends(mini: Path, series: Path, cache: str) -> None:
    done = command("backport", series / "v1.mbox", "--to", "5.4.y", *HTML, cwd=mini, PATCHTOOL_CACHE=cache)
    assert (done.returncode, done.stderr) == (0, b"")
    page = done.stdout.decode("ascii")
    assert titles(page) == [
        "The plan",
        "For 5.4.y",
        "Traces of what changed in 5.4.y",
        "Traces that are mended in 5.4.y",
        "The series",
        "The code",
    ]
    assert len(page) < 1_000_000


@pytest.mark.parametrize("words", [("model", "--arch", "powerpc"), ("kconfig", "x.mbox")])
def test_a_file_is_for_a_page(mini: Path, words: tuple[str, ...]) -> None:
    done = command(*words, "-o", "x.html", cwd=mini)
    assert (done.returncode, done.stdout) == (2, b"")
    assert done.stderr == b"patchtool: --output is for a page (hint: add --format html)\n"


def test_a_check_writes_a_copy_or_a_page(mini: Path, series: Path) -> None:
    done = command("check", series / "v1.mbox", "-o", "x", cwd=mini)
    assert done.returncode == 2
    assert done.stderr.startswith(b"patchtool: --output is for --fix and for a page (hint: ")


def test_a_page_that_cannot_be_written_is_said(mini: Path, series: Path, tmp_path: Path) -> None:
    place = tmp_path / "none" / "x.html"
    done = command("check", series / "v1.mbox", "--base", "mainline", *HTML, "-o", place, cwd=mini)
    assert done.returncode == 2
    assert done.stderr.decode() == f"patchtool: {place}: can't be written: No such file or directory\n"


class _Tree:
    # A tree of two files, of which one is absent from its store.
    name = "v5.5"

    def read(self, path: str) -> bytes | None:
        if path == "mm/absent.c":
            raise MissingBlob(path, self.name)
        return b"".join(b"%d\n" % n for n in range(1, 41)) if path == "mm/a.c" else None

    def paths(self, prefix: str = "") -> tuple[str, ...]:
        return ("mm/a.c", "mm/absent.c")


def test_code_is_what_stands_around_a_line_and_left_out_where_it_cannot_be_read() -> None:
    places = [
        Location(path, line, ref)
        for path, line, ref in (
            ("mm/a.c", 20, "v5.5"),
            ("mm/a.c", 2, "v5.5"),
            ("mm/a.c", 99, "v5.5"),
            ("mm/absent.c", 1, "v5.5"),
            ("mm/gone.c", 9, "v5.5"),
            ("mm/a.c", 20, "elsewhere"),
        )
    ]
    steps = (*(TraceStep("U", "acts", "f", at) for at in places), TraceStep("CPU0", "reads"))
    verdict = PropertyVerdict("order", Verdict.VIOLATED, "", steps)
    report = ModelReport("v5.5", "", (ModelRun("arm", "SMP", "munmap", (verdict,), 1, "p"),))
    assert code_of([report], {"v5.5": _Tree()}) == {
        places[0]: Excerpt(11, tuple(str(n) for n in range(11, 30))),
        places[1]: Excerpt(1, tuple(str(n) for n in range(1, 12))),
    }
