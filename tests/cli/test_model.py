"""`patchtool model` as a user runs it, on the mini kernel: one tree, a series, pictures and twins."""

from __future__ import annotations

import json
import re
from pathlib import Path
from xml.etree import ElementTree

import pytest

from kit import changed_lines, command, commit, diff, git, mail

POWERPC = ("--arch", "powerpc")


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> str:
    """What one test explored the next need not explore again."""
    return str(tmp_path_factory.mktemp("cache"))


def run(mini: Path, cache: str, *arguments: object, columns: int = 60) -> tuple[int, str, str]:
    """Exit status, standard output and standard error."""
    given = {"PATCHTOOL_CACHE": cache, "COLUMNS": str(columns)}
    done = command("model", *arguments, *POWERPC, cwd=mini, **given)
    return done.returncode, done.stdout.decode(), done.stderr.decode()


def scenarios(out: str) -> list[str]:
    return [f"{run['config']}, {run['scenario']}" for run in json.loads(out)["runs"]]


def test_scenarios_and_cpus_are_chosen(mini: Path, cache: str) -> None:
    chosen = ("--rev", "mainline", "--scenario", "zap", "--format", "json")
    _, out, _ = run(mini, cache, *chosen, "--smp")
    assert scenarios(out) == ["radix SMP, zap", "hash SMP, zap"]
    _, out, _ = run(mini, cache, *chosen, "--scenario", "nested", "--up")
    assert scenarios(out) == ["radix !SMP, zap", "radix !SMP, nested", "hash !SMP, zap", "hash !SMP, nested"]
    _, out, _ = run(mini, cache, *chosen, "--up", "--smp")
    assert len(scenarios(out)) == 4


def test_an_unknown_scenario_is_bad_use_and_the_known_ones_are_named(mini: Path, cache: str) -> None:
    status, out, err = run(mini, cache, "--rev", "mainline", "--scenario", "lunch")
    assert (status, out) == (2, "")
    assert err.startswith("patchtool: no scenario is called lunch (hint: known are: munmap, ")


def test_the_status_is_about_what_was_asked(mini: Path, cache: str) -> None:
    assert run(mini, cache, "--rev", "mainline", "--scenario", "zap")[0] == 0
    assert run(mini, cache, "--rev", "mainline", "--scenario", "munmap alloc-fail")[0] == 1


def test_a_trace_names_functions_lines_and_what_it_comes_to(mini: Path, cache: str) -> None:
    _, out, _ = run(mini, cache, "--rev", "mainline", "--smp", "--scenario", "munmap alloc-fail", "--trace")
    trace = out[out.index("\nhw-uaf: powerpc radix SMP, munmap alloc-fail\n") :]
    assert "CPU0: hardware walker of CPU 0\n" in trace
    assert "tlb_remove_table_one()\n" in trace
    assert "mainline:mm/mmu_gather.c:" in trace
    assert "\n  => hw-uaf: a hardware walker reads a page table after it was freed\n" in trace


def test_pictures_one_a_violation(mini: Path, cache: str, tmp_path: Path) -> None:
    chosen = ("--rev", "mainline", "--smp", "--scenario", "munmap alloc-fail")
    _, _, err = run(mini, cache, *chosen, "--svg", tmp_path / "new" / "out")
    assert err == f"2 pictures of mainline in {tmp_path}/new/out\n"
    names = sorted(place.name for place in (tmp_path / "new" / "out").iterdir())
    assert names == [f"powerpc-radix-SMP-munmap-alloc-fail-{name}.svg" for name in ("hw-uaf", "order")]
    root = ElementTree.parse(tmp_path / "new" / "out" / names[0]).getroot()
    texts = [node.text for node in root.iter("{http://www.w3.org/2000/svg}text")]
    assert {"hardware walker reads table 1, which", "is freed", "CPU0 walk cache", "table 1"} <= set(texts)


def test_pictures_where_nothing_can_be_written(mini: Path, cache: str, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    chosen = ("--rev", "mainline", "--up", "--scenario", "munmap")
    status, _, err = run(mini, cache, *chosen, "--svg", tmp_path / "file")
    assert status == 2
    assert "can't be written" in err


def test_twins_a_program_and_who_runs_it(mini: Path, cache: str, tmp_path: Path) -> None:
    chosen = ("--rev", "mainline", "--up", "--scenario", "munmap", "--scenario", "nested")
    status, out, _ = run(mini, cache, *chosen, "--promela", tmp_path)
    assert status == 0
    assert out.splitlines() == [
        f"{tmp_path}/powerpc-{name}.pml"
        for name in ("radix-UP-munmap", "radix-UP-nested", "hash-UP-munmap", "hash-UP-nested")
    ]
    text = (tmp_path / "powerpc-hash-UP-munmap.pml").read_text()
    assert "mainline\n   powerpc hash !SMP, munmap\n" in text
    assert "\nproctype U() {\n" in text


def test_one_twin_alone_goes_to_standard_output(mini: Path, cache: str) -> None:
    one = ("--rev", "mainline", "--up", "--scenario", "zap", "--promela", "-")
    status, out, err = run(mini, cache, *one)
    assert (status, out) == (2, "")
    assert err.startswith("patchtool: 2 programs to print (hint: ")
    status, out, _ = run(mini, cache, "--rev", "mainline", "--promela", "-", "--series", "x")
    assert status == 2


FLIPS = """\
on mainline (5.6.0-rc1): as asked; states: base, 1, 2, 3-9

powerpc radix !SMP
  munmap:
    FAIL order hw-uaf -> still FAIL (1) -> PASS (2)
  munmap no-alloc-fail:
    FAIL order hw-uaf -> PASS (1)
  exit:
    FAIL order hw-uaf -> still FAIL (1) -> FAIL 2flush (2)
      -> PASS (3)
"""
CHOSEN = ("--up", "--scenario", "munmap", "--scenario", "munmap no-alloc-fail", "--scenario", "exit")


def test_a_series_flips_what_it_should(mini: Path, cache: str, series: Path) -> None:
    chosen = ("--series", series / "v1.mbox", "--rev", "mainline", *CHOSEN)
    status, out, _ = run(mini, cache, *chosen)
    assert status == 0
    head, _, rest = out.partition("\nthe same in every state\n")
    assert head.partition("\n")[2] == FLIPS
    assert "4/9  program unchanged on 2 configurations\n5/9  program unchanged" in rest
    assert rest.endswith("\nchecked: 10 states, 2 configurations, 6 runs in each state\n")
    assert max(map(len, out.splitlines())) <= 60
    status, wide, _ = run(mini, cache, *chosen, columns=200)
    assert "  exit   " in wide
    assert " -> " not in wide


def test_traces_of_the_first_state_and_the_last(mini: Path, cache: str, series: Path, tmp_path: Path) -> None:
    chosen = ("--series", series / "v1.mbox", "--rev", "mainline", "--up", "--scenario", "exit")
    _, out, err = run(mini, cache, *chosen, "--trace", "--svg", tmp_path)
    assert "\norder: powerpc radix !SMP, exit\n" in out
    assert out.endswith(" freed\n")
    assert err.splitlines() == [
        f"2 pictures of mainline in {tmp_path}",
        f"0 pictures of mainline+9/9 in {tmp_path}",
    ]
    assert sorted(place.name for place in tmp_path.iterdir()) == [
        f"base-powerpc-radix-UP-exit-{name}.svg" for name in ("hw-uaf", "order")
    ]


def test_the_base_is_chosen_as_check_chooses_it(mini: Path, cache: str, series: Path) -> None:
    chosen = ("--scenario", "zap", "--up", "--format", "json")
    status, out, _ = run(mini, cache, "--series", series / "v1.mbox", *chosen)
    found = json.loads(out)
    assert status == 0
    assert found["base"]["why"] == "its files are the series' pre-images"
    assert [len(names) for names in found["groups"]] == [10]
    assert [row["flips"] for row in found["rows"]] == [False]


@pytest.fixture
def clone(mini: Path, tmp_path: Path) -> Path:
    """A clone to make diffs in, mainline checked out."""
    folder = tmp_path / "clone"
    git(tmp_path, "clone", "-q", "--branch", "mainline", str(mini), str(folder))
    return folder


def texts(folder: Path, *paths: str) -> dict[str, str]:
    return {path: (folder / path).read_text() for path in paths}


def line_of(folder: Path, path: str, text: str) -> int:
    """The first line that has the text, 1-based."""
    lines = (folder / path).read_text().splitlines()
    return next(n for n, line in enumerate(lines, 1) if text in line)


def put(place: Path, *diffs: bytes) -> Path:
    """A mailbox with one mail a diff."""
    total = len(diffs)
    mails = [mail(text, f"[PATCH {n}/{total}] mm: Change {n}") for n, text in enumerate(diffs, 1)]
    place.write_bytes(b"".join(b"From x Thu Jan  1 00:00:00 1970\n" + text + b"\n" for text in mails))
    return place


def test_a_patch_that_hurts_and_the_one_that_mends_it(clone: Path, cache: str, tmp_path: Path) -> None:
    """RCU is left out, and comes back: a bisect hazard, at the place of the last step of the trace."""
    path = "mm/mmu_gather.c"
    good = texts(clone, path)
    rcu, direct = "call_rcu(&(*slot)->rcu, tlb_remove_table_rcu);", "tlb_remove_table_rcu(&(*slot)->rcu);"
    bad = {path: good[path].replace(rcu, direct)}
    there = diff(clone, bad)
    commit(clone, bad)
    box = put(tmp_path / "s.mbox", there, diff(clone, good))
    chosen = ("--rev", "HEAD~1", "--smp", "--scenario", "munmap no-alloc-fail")
    status, out, _ = run(clone, cache, "--series", box, *chosen)
    assert status == 1
    assert "    PASS -> FAIL sw-uaf (1) -> PASS (2)\n" in out
    said = out[out.index("\n\nHEAD~1+1/2:") + 2 :]
    assert "error: [patch 1, gone after 2] model-regression\n" in said
    assert (
        "    sw-uaf held for powerpc radix SMP, munmap no-alloc-fail\n      and 1 more and is violated"
        in said
    )
    status, out, _ = run(clone, cache, "--series", put(tmp_path / "1.mbox", there), *chosen)
    assert status == 1
    assert "error: [patch 1] model-regression\n" in out


def test_a_patch_that_does_not_apply_ends_the_walk(clone: Path, cache: str, tmp_path: Path) -> None:
    fits = diff(clone, {"arch/Kconfig": texts(clone, "arch/Kconfig")["arch/Kconfig"] + "\n"})
    odd = changed_lines("mm/mmu_gather.c", (["nowhere"], ["to go"]))
    chosen = ("--rev", "mainline", "--up", "--scenario", "zap")
    status, out, _ = run(clone, cache, "--series", put(tmp_path / "s.mbox", fits, odd, fits), *chosen)
    assert status == 3
    assert out.endswith("\nundecided: 2/3, 3/3: not examined, 2/3: it does not apply\n")
    assert "states: base-1\n" in out


def renamed(folder: Path, old: str, new: str, *left_out: str) -> dict[str, str]:
    """Every file with the new name for the old one, but for those left out."""
    paths = git(folder, "grep", "-lw", "-e", old, "-e", f"CONFIG_{old}", "--", "arch", "mm", "include")
    found = texts(folder, *(path for path in paths.decode().split() if path not in left_out))
    return {path: re.sub(rf"\b(CONFIG_)?{old}\b", rf"\g<1>{new}", text) for path, text in found.items()}


def test_a_renaming_that_changes_a_program_is_a_finding(clone: Path, cache: str, tmp_path: Path) -> None:
    """The use that is forgotten decides whether the TLB is flushed before tables are freed."""
    old, new, forgotten = "HAVE_RCU_TABLE_NO_INVALIDATE", "GATHER_NO_INVALIDATE", "mm/mmu_gather.c"
    chosen = ("--rev", "HEAD", "--smp", "--scenario", "munmap alloc-fail")
    whole = put(tmp_path / "whole.mbox", diff(clone, renamed(clone, old, new)))
    status, out, _ = run(clone, cache, "--series", whole, *chosen)
    assert (status, "No verdict flips." in out, "renaming" in out) == (0, True, False)
    lost = put(tmp_path / "lost.mbox", diff(clone, renamed(clone, old, new, forgotten)))
    status, out, _ = run(clone, cache, "--series", lost, *chosen)
    assert status == 0
    at, message = out[out.index("\n\nHEAD+1/1:") + 2 :].split("\n    hint:")[0].split("\n", 1)
    flush = line_of(clone, "include/asm-generic/tlb.h", "\ttlb_flush(tlb)")
    sync = line_of(clone, "mm/mmu_gather.c", "\tsmp_call_function(")
    assert at == f"HEAD+1/1:include/asm-generic/tlb.h:{flush}: warning: [patch 1] renaming-changes-program"
    assert " ".join(message.split()) == (
        f"The patch renames {old} -> {new}, and yet the program of powerpc radix SMP, munmap alloc-fail is"
        f" another one: ipi, tlb_remove_table_one() at mm/mmu_gather.c:{sync} before,"
        f" flush, tlb_flush_mmu_tlbonly() at include/asm-generic/tlb.h:{flush} after."
    )


def test_without_an_architecture_all_of_the_tree_are_examined(mini: Path, cache: str) -> None:
    asked = ("--rev", "mainline", "--scenario", "zap", "--format", "json")
    done = command("model", *asked, cwd=mini, PATCHTOOL_CACHE=cache)
    examined = {run["arch"] for run in json.loads(done.stdout)["runs"]}
    assert examined == {"alpha", "arm", "arm64", "m68k", "powerpc", "s390", "sparc", "x86"}
