"""The one place where errors become exit codes: every way to end a run passes here."""

from __future__ import annotations

import errno
import os
import signal
import sys
import tempfile
import traceback
from collections.abc import Callable
from types import FrameType

from patchtool import installed_version
from patchtool.cli import common
from patchtool.core.errors import PatchtoolError
from patchtool.report.plain import one_line

_NO_ROOM = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EROFS}


def ended(run: Callable[[], int]) -> int:
    """The exit status of a run, with what it has to say of its end on standard error."""
    # An interrupt reaches git's processes too: what fails for it is no error of theirs.
    interrupts: list[int] = []

    def interrupt(number: int, frame: FrameType | None) -> None:
        interrupts.append(number)
        signal.default_int_handler(number, frame)

    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
        signal.signal(signal.SIGINT, interrupt)
    try:
        status = run()
    except SystemExit as end:
        status = end.code if isinstance(end.code, int) else common.CLEAN
    except PatchtoolError as error:
        return _interrupted() if interrupts else _refused(error)
    except KeyboardInterrupt:
        status = common.INTERRUPTED
    except BrokenPipeError:  # the reader went away, e.g. `| head`
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return common.CLEAN
    except OSError as error:
        if error.errno not in _NO_ROOM:
            return _bug(error)
        return _refused(PatchtoolError(f"can't write: {error.strerror}", hint="make room"))
    except Exception as error:  # noqa: BLE001  # the one place that may: a bug must not look like a finding
        return _bug(error)
    # typer has caught an interrupt of a command, and says nothing.
    return _interrupted() if status == common.INTERRUPTED else status


def _bug(error: Exception) -> int:
    print(f"patchtool: a bug of ours: {one_line(repr(error))}; see {_log()}", file=sys.stderr)
    return common.OUR_BUG


def _interrupted() -> int:
    print("patchtool: interrupted", file=sys.stderr)
    return common.INTERRUPTED


def _refused(error: PatchtoolError) -> int:
    place = f"{one_line(error.at)}: " if error.at else ""
    hint = f" (hint: {one_line(error.hint)})" if error.hint else ""
    print(f"patchtool: {place}{one_line(error.message)}{hint}", file=sys.stderr)
    return common.BAD_INPUT


def _log() -> str:
    with tempfile.NamedTemporaryFile(
        "w", prefix="patchtool-bug-", suffix=".log", delete=False, encoding="utf-8", errors="backslashreplace"
    ) as log:
        log.write(f"patchtool {installed_version()}, Python {sys.version}\narguments: {sys.argv[1:]!r}\n\n")
        log.write(traceback.format_exc())
    return log.name
