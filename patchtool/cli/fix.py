"""`patchtool check --fix`: what is mechanical in a mailbox put right, in a copy, line by line in the open."""

from __future__ import annotations

import io
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from patchtool.cli import common
from patchtool.core.finding import Finding
from patchtool.engine.check import check_mails
from patchtool.engine.walk import Options
from patchtool.mail.mailbox import load
from patchtool.mail.mend import Change, Left, Mended, mend
from patchtool.mail.series import read_series
from patchtool.report.console import Lines
from patchtool.report.plain import count
from patchtool.rules import ALL

_STDIN = "stdin"


def fix(series: str, output: Path | None, *, revision: int | None, force: bool) -> bool:
    """Mends a copy of the mails that `series` names (a file, a folder, or - for standard input).

    The copy is `output`, else it stands beside the input as `X.fixed.mbox` (a folder: `X.fixed`), for
    standard input it is standard output. Every change is printed, on standard error where the mails go to
    standard output. False where a line that could be put right had to be left.

    Raises:
        UsageError: the copy would be the input, or is there already and `force` is not set.
        MailError: no series in it, or a compressed one.
    """
    held = _read(series)
    stream = io.BytesIO(held[_STDIN]) if series == "-" else None
    read = read_series(series, revision=revision, stream=stream)
    findings = check_mails(read, Options(rules=ALL), why="--fix looks at the mails alone").findings
    mended = {source: mend(data, source, findings) for source, data in held.items()}
    changes = [change for done in mended.values() for change in done.changes]
    if series == "-" and output is None:
        written = "standard output"
        _show(mended, findings, written, error=True)
        sys.stdout.buffer.write(mended[_STDIN].data)
        sys.stdout.buffer.flush()
    else:
        written = _write(series, output, mended, force=force) if changes else ""
        _show(mended, findings, written, error=False)
    return not any(done.left for done in mended.values())


def _read(series: str) -> dict[str, bytes]:
    if series == "-":
        return {_STDIN: sys.stdin.buffer.read()}
    if not Path(series).exists():
        raise common.UsageError(
            f"no such file: {series}", hint="--fix takes a mailbox, a folder of mails, or -"
        )
    return {source: Path(source).read_bytes() for source in dict.fromkeys(m.source for m in load(series))}


def _write(series: str, output: Path | None, mended: Mapping[str, Mended], *, force: bool) -> str:
    targets = {_target(source, series, output): done.data for source, done in mended.items()}
    inputs = {Path(source).resolve() for source in mended if source != _STDIN}
    for target in targets:
        if target.resolve() in inputs:
            raise common.UsageError(
                "the copy would be the input itself", at=str(target), hint="name another -o"
            )
        if target.exists() and not force:
            raise common.UsageError("there is a file already", at=str(target), hint="--force writes over it")
    for target, data in targets.items():
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(data)
        except OSError as error:
            raise common.UsageError(f"cannot be written: {error.strerror}", at=str(target)) from None
    whole = Path(series).is_dir()
    return str(output or _beside(Path(series))) if whole else str(next(iter(targets)))


def _target(source: str, series: str, output: Path | None) -> Path:
    if series == "-":
        return output or Path(_STDIN)
    named = Path(series)
    if named.is_dir():
        return (output or _beside(named)) / Path(source).relative_to(named)
    if output and output.is_dir():
        return output / named.name
    return output or _beside(named)


def _beside(named: Path) -> Path:
    if named.is_dir():
        return named.with_name(f"{named.resolve().name}.fixed")
    return named.with_name(f"{named.stem}.fixed{named.suffix or '.mbox'}")


def _show(mended: Mapping[str, Mended], findings: Sequence[Finding], written: str, *, error: bool) -> None:
    out = Lines()
    done = list(mended.values())
    changes = [change for one in done for change in one.changes]
    left = [line for one in done for line in one.left]
    for change in changes:
        _add_change(out, change)
    for line in left:
        _add_left(out, line)
    out.words("fixed", count(len(changes), "line"), f", written to {written}" if written else "")
    others = sum(finding.mend is None for finding in findings)
    verb = "needs" if others == 1 else "need"
    said = f"; {count(others, 'finding')} {verb} a person, see patchtool check" if others else ""
    out.words("not fixed", count(len(left), "line"), said)
    common.show(out, error=error)


def _add_change(out: Lines, change: Change) -> None:
    out.add(f"{change.source}:{change.line}: ", ("fixed", "good"))
    for line in change.old:
        out.add((f"    - {line}", "bad"))
    out.add((f"    + {change.new}", "good"))


def _add_left(out: Lines, left: Left) -> None:
    place = f"{left.source}:{left.line}" if left.line else left.source
    out.add(f"{place}: ", ("not fixed", "warning"), f": {left.reason}")
    out.add((f"    | {left.old}", "dim"))
