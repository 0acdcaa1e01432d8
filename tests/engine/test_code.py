"""What the C code of a series' states gets wrong: asked for once, in any order, on the mini kernel."""

from __future__ import annotations

from collections.abc import Iterator
from difflib import unified_diff
from pathlib import Path

import pytest

from patchtool.core.expr import is_set
from patchtool.core.kconfig import Answer, Outcome
from patchtool.engine.check import check_on
from patchtool.engine.code import Configurations, Mentions, SeriesCode
from patchtool.engine.states import steps
from patchtool.engine.walk import Options
from patchtool.kconfig.store import FactStore
from patchtool.mail.series import read_series
from patchtool.rules import invisible_identifier
from patchtool.tree.base import choose_base
from patchtool.tree.git import Scratch
from patchtool.tree.snapshot import Snapshot
from patchtool.tree.stack import Stack
from patchtool.tree.words import Grep

CASES = Path(__file__).resolve().parents[2] / "fixtures" / "rules" / "invisible-identifier"


@pytest.fixture
def scratch(mini: Path) -> Iterator[Scratch]:
    with Scratch(mini) as opened:
        yield opened


def code_of(scratch: Scratch, said: list[str], folder: Path | None = None, last: int = 2) -> SeriesCode:
    series = read_series(str(CASES / "bad-order.mbox"))
    tree, _ = choose_base(scratch, series, "mainline")
    return SeriesCode(list(steps(tree, series))[: last + 1], FactStore(folder), Grep(), said.append)


def test_states_are_read_in_order_whichever_is_asked_for_and_each_once(scratch: Scratch) -> None:
    said: list[str] = []
    code = code_of(scratch, said)
    assert said == []
    assert code.at(2).hidden == ()
    assert {use.name for use in code.at(1).hidden} == {"tlb_is_empty"}
    assert code.at(0).hidden == code.notes == ()
    assert said == ["reading the code of 1/2", "reading the code of 2/2"]


def test_what_was_found_is_kept_between_runs_and_a_state_that_was_not_seen_is_read(
    scratch: Scratch, tmp_path: Path
) -> None:
    said: list[str] = []
    first = code_of(scratch, said, tmp_path, last=1).at(1)
    assert said == ["reading the code of 1/2"]
    again = code_of(scratch, said, tmp_path)
    assert again.at(1) == first
    assert said == ["reading the code of 1/2"]
    assert again.at(2).hidden == ()
    assert said[1:] == ["reading the code of 1/2", "reading the code of 2/2"]
    whole = code_of(scratch, said, tmp_path)
    assert [whole.at(n) for n in range(3)] == [again.at(n) for n in range(3)]
    assert len(said) == 3


def test_a_word_is_found_in_the_base_and_in_what_a_state_changes(scratch: Scratch) -> None:
    series = read_series(str(CASES / "bad-order.mbox"))
    tree, _ = choose_base(scratch, series, "mainline")
    states = [step.tree for step in steps(tree, series)]
    mentions = Mentions(tree, Grep(), ["tlb_is_empty"])
    asked = ["tlb_is_empty", "pgalloc.h"]
    generic = {path for path in mentions.finder(tree)(["pgalloc.h"]) if path.startswith("include/")}
    assert generic == {"include/asm-generic/tlb.h"}
    assert [mentions.finder(state)(asked[:1]) for state in states] == [
        (),
        ("mm/mmap.c",),
        ("include/asm-generic/tlb.h", "mm/mmap.c"),
    ]


def test_kconfig_that_does_not_parse_leaves_its_architecture_undecided(scratch: Scratch) -> None:
    tree = broken_arm(scratch)
    store = FactStore()
    answer = Configurations(store, tree, "arm").possible(is_set("SMP"))
    assert answer.outcome is Outcome.UNDECIDED
    assert answer.reason.startswith("its Kconfig is not read: arch/arm/Kconfig:")
    assert Configurations(store, tree, "x86").possible(is_set("MMU")) == Answer(Outcome.YES)
    series = read_series(str(CASES / "bad-member.mbox"))
    _, base = choose_base(scratch, series, "mainline")
    report = check_on(series, tree, base, Options(rules=(invisible_identifier.RULE,)))
    assert {(finding.severity, finding.verdict) for finding in report.findings} == {
        ("error", "VIOLATED"),
        ("note", "UNDECIDED"),
    }


def broken_arm(scratch: Scratch) -> Snapshot:
    """mainline with a block that ends and never began in arm's Kconfig."""
    path = "arch/arm/Kconfig"
    base = Snapshot(scratch, scratch.resolve("mainline") or "", "mainline")
    before = (base.read(path) or b"").decode().splitlines(keepends=True)
    after = [*before, "endmenu\n"]
    lines = "".join(unified_diff(before, after, f"a/{path}", f"b/{path}"))
    oid = Stack(scratch, base.oid).apply(f"diff --git a/{path} b/{path}\n{lines}".encode())
    return Snapshot(scratch, oid, "broken")
