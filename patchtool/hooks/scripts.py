"""A hook put beside or before what is there, and taken away again so that nothing of it is left."""

from __future__ import annotations

import hashlib
import os
import re
import shlex
from contextlib import suppress
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from patchtool.hooks.place import HookError

# What was there before a hook of ours, where it was asked to be kept in front of it.
KEPT = ".before-patchtool"
_MARK = re.compile(rb"\A#!/bin/sh\n# patchtool hook ([0-9a-f]{16})\n")
_MADE = b"# The folder was made for it.\n"


class Hook(StrEnum):
    """git's hooks that patchtool knows; what comes before a push or a mail may take longer than a commit."""

    COMMIT_MSG = "commit-msg"
    APPLYPATCH_MSG = "applypatch-msg"
    PRE_PUSH = "pre-push"
    SENDEMAIL_VALIDATE = "sendemail-validate"

    @property
    def is_about_a_commit(self) -> bool:
        """Whether it runs before a commit is made, and not before something leaves the machine."""
        return self in (Hook.COMMIT_MSG, Hook.APPLYPATCH_MSG)


@dataclass(frozen=True, slots=True)
class Done:
    """What was done about a hook at `path`; `kept` is the file of the one that was there, None without."""

    path: Path
    kept: Path | None
    changed: bool = True


def install(folder: Path, hooks: list[Hook], program: Path, *, chain: bool) -> list[Done]:
    """Write a script a hook that runs `program`; with `chain` one that is there runs first, and can refuse.

    All or nothing: what stands in the way of one hook leaves the others too. A hook of ours is renewed.

    Raises:
        HookError: a hook is there and `chain` is not set, or the folder can't be written.
    """
    kept = {hook: _in_the_way(folder / hook, chain=chain) for hook in hooks}
    try:
        made = not folder.is_dir()
        folder.mkdir(parents=True, exist_ok=True)
        return [_install(folder / hook, _script(hook, program, made=made), kept[hook]) for hook in hooks]
    except OSError as error:
        raise HookError(f"cannot be written: {error.strerror}", at=str(error.filename or folder)) from None


def uninstall(folder: Path, hooks: list[Hook]) -> list[Done]:
    """Take our scripts away and put back what was there; hooks that are not ours are left.

    Raises:
        HookError: a script of ours was changed by somebody, or the folder can't be written.
    """
    ours = [folder / hook for hook in hooks if _is_ours(folder / hook)]
    try:
        return [_uninstall(place) for place in ours]
    except OSError as error:
        raise HookError(f"cannot be removed: {error.strerror}", at=str(error.filename or folder)) from None


# The hook that has to be kept, None where there is none or one of ours.
def _in_the_way(place: Path, *, chain: bool) -> Path | None:
    kept = place.with_name(place.name + KEPT)
    if not os.path.lexists(place) or _is_ours(place):
        return None
    if not chain:
        raise HookError(
            "there is a hook already", at=str(place), hint="--chain runs it first, and then patchtool"
        )
    if os.path.lexists(kept):
        raise HookError("a hook is kept there already", at=str(kept), hint="move it elsewhere")
    return kept


def _install(place: Path, text: bytes, kept: Path | None) -> Done:
    if _is_ours(place):
        old = place.read_bytes()
        text = text + _MADE if _MADE in old and _MADE not in text else text
        text = _marked(text)
        if old == text:
            return Done(place, _kept(place), changed=False)
    else:
        text = _marked(text)
    # A second name first, and one step from the old hook to the new: at no moment is there none.
    new = place.with_name(f"{place.name}.patchtool-{os.getpid()}")
    with open(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o777), "wb") as stream:
        stream.write(text)
    try:
        if kept:
            os.link(place, kept, follow_symlinks=False)
            os.replace(new, place)
        elif _is_ours(place):
            os.replace(new, place)
        else:
            os.link(new, place)  # refuses where a hook has come up meanwhile
    finally:
        new.unlink(missing_ok=True)
    return Done(place, _kept(place))


def _uninstall(place: Path) -> Done:
    made = _MADE in place.read_bytes()
    kept = _kept(place)
    if kept:
        os.replace(kept, place)
    else:
        place.unlink()
    if made:
        with suppress(OSError):  # something else is in it
            place.parent.rmdir()
    return Done(place, kept)


def _kept(place: Path) -> Path | None:
    kept = place.with_name(place.name + KEPT)
    return kept if os.path.lexists(kept) else None


def _is_ours(place: Path) -> bool:
    if not place.is_file() or place.is_symlink():
        return False
    data = place.read_bytes()
    found = _MARK.match(data)
    if found and found[1] != _digest(data[found.end() :]):
        raise HookError("a hook of patchtool that somebody changed", at=str(place), hint="remove it by hand")
    return found is not None


def _digest(text: bytes) -> bytes:
    return hashlib.sha256(text).hexdigest()[:16].encode()


def _marked(text: bytes) -> bytes:
    return b"#!/bin/sh\n# patchtool hook " + _digest(text) + b"\n" + text


# Everything below the two lines that `_marked` puts above it.
def _script(hook: Hook, program: Path, *, made: bool) -> bytes:
    head = f"""# `patchtool hook uninstall` takes it away, and puts back what was here before it.
patchtool={shlex.quote(str(program))}
before="$0{KEPT}"
"""
    middle = _FEEDING if hook is Hook.PRE_PUSH else _PLAIN
    last = _GOES_ON if hook.is_about_a_commit else _STOPS
    text = f"{head}{middle}{last}".replace("HOOK", hook.value)
    return os.fsencode(text) + (_MADE if made else b"")


_PLAIN = """if [ -x "$before" ]; then "$before" "$@" || exit; fi
"$patchtool" hook run HOOK -- "$@"
status=$?
"""
# Both hooks read the same list of refs.
_FEEDING = """refs=$(cat)
feed() { [ -z "$refs" ] || printf '%s\\n' "$refs"; }
if [ -x "$before" ]; then feed | "$before" "$@" || exit; fi
feed | "$patchtool" hook run HOOK -- "$@"
status=$?
"""
# A program that fails costs nobody a commit message; what leaves the machine it holds back.
_GOES_ON = """case $status in
0 | 1 | 130) exit $status ;;
esac
echo "patchtool: HOOK failed with status $status: the commit goes on, not checked" >&2
exit 0
"""
_STOPS = """case $status in
0 | 1 | 130) exit $status ;;
esac
echo "patchtool: HOOK failed with status $status: stopped, for nothing was checked" >&2
echo "(hint: --no-verify lets a push go on, --no-validate a mail)" >&2
exit 1
"""
