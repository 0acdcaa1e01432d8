"""Files that `patchtool model` writes: pictures of traces, Promela twins."""

from __future__ import annotations

import re
from pathlib import Path

from patchtool.cli import common
from patchtool.core.model import ModelReport, ModelRun
from patchtool.gather.machine.machine import Machine
from patchtool.gather.machine.promela import promela
from patchtool.gather.machine.recorder import Recorder
from patchtool.report.model_text import violations
from patchtool.report.plain import count
from patchtool.report.timeline_svg import timeline_svg


def write_drawings(folder: Path, report: ModelReport, prefix: str = "") -> list[Path]:
    """Draw each violation's trace to `PREFIX-ARCH-CONFIG-SCENARIO-PROPERTY.svg`; equal programs once.

    Raises:
        UsageError: the folder can't be written.
    """
    written = []
    for run, verdict in violations(report):
        place = folder / f"{prefix}{_slug(run)}-{verdict.name}.svg"
        _write(place, timeline_svg(run, verdict))
        written.append(place)
    return written


def write_twins(target: str, report: ModelReport, recorder: Recorder) -> str:
    """Write each program's twin into a folder, or return the only one for `-`; else a line a file.

    Raises:
        UsageError: `-` and not exactly one program, or the folder can't be written.
    """
    twins: dict[int, tuple[Machine, list[ModelRun]]] = {}
    for run in report.runs:
        machine = recorder.machine_of(run)
        if machine is not None:
            twins.setdefault(id(machine), (machine, []))[1].append(run)
    if target == "-":
        if len(twins) != 1:
            hint = "choose one with --arch, --up or --smp and --scenario, or name a folder"
            raise common.UsageError(f"{count(len(twins), 'program')} to print", hint=hint)
        ((machine, runs),) = twins.values()
        return promela(machine, _title(report, runs))
    lines = []
    for machine, runs in twins.values():
        place = Path(target) / f"{_slug(runs[0])}.pml"
        _write(place, promela(machine, _title(report, runs)))
        lines.append(f"{place}\n")
    return "".join(lines)


def _title(report: ModelReport, runs: list[ModelRun]) -> str:
    return "\n".join([report.ref, *(f"{run.arch} {run.config}, {run.scenario}" for run in runs)])


def _slug(run: ModelRun) -> str:
    words = f"{run.arch} {run.config} {run.scenario}".replace("!SMP", "UP")
    return re.sub(r"[^A-Za-z0-9]+", "-", words)


def _write(place: Path, text: str) -> None:
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(text, encoding="utf-8")
    except OSError as error:
        raise common.UsageError(f"can't be written: {error.strerror}", at=str(place)) from error
