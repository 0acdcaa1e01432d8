"""Explorations come back from the cache as they went in, and only for the same question."""

from __future__ import annotations

from pathlib import Path

import pytest

from patchtool.core.finding import Location
from patchtool.gather.machine.explorer import explore
from patchtool.gather.machine.machine import Machine
from patchtool.gather.machine.program import Effect, Kind, assemble
from patchtool.gather.machine.verdicts import Explorer


def machine(cpus: int = 2) -> Machine:
    at = Location("mm/mmu_gather.c", 1)
    run = [Effect(Kind.UNHOOK, (1,), at=at), Effect(Kind.FREE, (1,), at=at)]
    return Machine(assemble([run]), cpus, "page-table", True)


def test_a_second_run_gives_the_same_without_exploring(tmp_path: Path) -> None:
    first = Explorer(tmp_path).explore(machine())
    assert first == explore(machine(), 400_000)
    (kept,) = tmp_path.iterdir()
    kept.write_text(kept.read_text().replace(f'"states": {first.states}', '"states": 7'))
    assert Explorer(tmp_path).explore(machine()).states == 7


def test_another_machine_and_another_bound_are_other_questions(tmp_path: Path) -> None:
    Explorer(tmp_path).explore(machine())
    Explorer(tmp_path).explore(machine(cpus=1))
    Explorer(tmp_path, bound=5).explore(machine())
    assert len(list(tmp_path.iterdir())) == 3


@pytest.mark.parametrize("junk", ["", "[]", "{", '{"states": 1}', '{"states": 1, "traces": {"order": [1]}}'])
def test_a_broken_file_is_explored_again(tmp_path: Path, junk: str) -> None:
    first = Explorer(tmp_path).explore(machine())
    (kept,) = tmp_path.iterdir()
    kept.write_text(junk)
    assert Explorer(tmp_path).explore(machine()) == first


def test_without_a_folder_nothing_is_written(tmp_path: Path) -> None:
    explorer = Explorer()
    assert explorer.explore(machine()) is explorer.explore(machine())
    assert not list(tmp_path.iterdir())
