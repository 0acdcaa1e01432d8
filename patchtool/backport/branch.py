"""The result as commits on a new branch of the user's repository: the one thing that is written there."""

from __future__ import annotations

import os
import re
import time
from collections.abc import Sequence
from email.utils import mktime_tz, parsedate_tz
from pathlib import Path

from patchtool.backport.message import Worded
from patchtool.core.errors import PatchtoolError
from patchtool.core.plan import Target
from patchtool.core.series import Patch, Person
from patchtool.mail.mailinfo import strip_space
from patchtool.tree.git import GitError, Scratch, ask

_ABSENT = "0" * 40
# What git takes off a name's ends, and what it never lets into one.
_CRUD = "".join(map(chr, range(33))) + ".,:;<>\"\\'"
_SPECIAL = re.compile(r"[^\w.+]+")
_NEVER = str.maketrans("", "", "<>\n\0")
# Nothing of the user's configuration may run a program, nor write beside the new objects.
_FETCH = (
    "-c", "protocol.file.allow=always", "-c", "core.alternateRefsCommand=:", "-c", "gc.auto=0",
    "-c", "maintenance.auto=false", "-c", "fetch.writeCommitGraph=false", "-c", "fetch.bundleURI=",
    "fetch", "--quiet", "--no-tags", "--no-write-fetch-head", "--no-auto-maintenance", "--no-prune",
    "--no-recurse-submodules", "--refmap=", "--",
)  # fmt: skip


class BranchError(PatchtoolError):
    """The branch can't be made; nothing of the user's repository has changed."""


def branch_names(scratch: Scratch, asked: str, targets: Sequence[Target]) -> dict[str, str]:
    """The branch of each target, by the target's name: `asked`, or `asked-5.4.y` where there are several.

    Raises:
        BranchError: git allows no such name, or the repository has the branch.
    """
    several = len({target.name for target in targets}) > 1
    names = {
        target.name: f"{asked}-{_SPECIAL.sub('-', target.name)}" if several else asked for target in targets
    }
    for name in names.values():
        ref = f"refs/heads/{name}"
        if name.startswith("-") or name == "HEAD" or scratch.run("check-ref-format", ref).status:
            raise BranchError(
                "git allows no branch of that name", at=repr(name), hint="see git help check-ref-format"
            )
        if scratch.run("rev-parse", "--verify", "--quiet", "--end-of-options", ref).status == 0:
            raise BranchError("the branch is there already", at=name, hint="name another one, or delete it")
    return names


def commit(scratch: Scratch, target: Target, worded: Sequence[Worded], committer: Person, now: int) -> str:
    """The commits of a target in the scratch repository, the 40-hex id of the last; the target's without any.

    They are those that `git am` would make: author and author date of the mail, the committer at `now`
    (seconds since 1970) in the local time zone.

    Raises:
        BranchError: an author date is none that can be read.
    """
    tip = target.commit
    for one in worded:
        patch = one.taken.patch
        text = strip_space(f"{patch.subject}\n\n{one.body}")
        lines = [
            f"tree {one.taken.tree}",
            f"parent {tip}",
            f"author {_ident(patch.author)} {_author_date(patch, now)}",
            f"committer {_ident(committer)} {_local(now)}",
            "",
            text,
            "",
        ]
        data = "\n".join(lines).encode("utf-8", "surrogateescape")
        tip = scratch.out("hash-object", "-t", "commit", "-w", "--stdin", data=data).decode("ascii").strip()
    return tip


def publish(repo: Path, scratch: Scratch, name: str, tip: str) -> None:
    """Bring commits of the scratch repository into the user's and make a branch of them.

    Objects first, which nobody sees without a ref; then the branch in one step, if it is still not there.
    An interruption leaves the repository as it was. Index, work tree, hooks and other refs are not touched.

    Raises:
        BranchError: git refuses, or the branch has appeared meanwhile.
    """
    mark = f"refs/patchtool/{tip}"
    scratch.out("update-ref", mark, tip)
    try:
        ask(repo, *_FETCH, os.fspath(scratch.folder), mark)
        ask(repo, "update-ref", "-m", "patchtool backport", f"refs/heads/{name}", tip, _ABSENT)
    except GitError as error:
        raise BranchError(f"can't be made: {error.message}", at=name, hint="name another one") from error


def _ident(person: Person) -> str:
    name, email = (text.strip(_CRUD).translate(_NEVER) for text in (person.name, person.email))
    return f"{name or email} <{email}>"


def _author_date(patch: Patch, now: int) -> str:
    if not patch.date:
        return _local(now)
    read = parsedate_tz(patch.date)
    if read is None:
        raise BranchError(
            f"its author date can't be read: {patch.date!r}", at=patch.source, hint="-o DIR, and git am"
        )
    offset = read[9] or 0
    return f"{mktime_tz((*read[:9], offset))} {_zone(offset)}"


def _local(now: int) -> str:
    return f"{now} {_zone(time.localtime(now).tm_gmtoff)}"


def _zone(offset: int) -> str:
    minutes = abs(offset) // 60
    return f"{'-' if offset < 0 else '+'}{minutes // 60:02d}{minutes % 60:02d}"
