"""Which tree the user means by `5.4.y`."""

from __future__ import annotations

import re

from patchtool.core.errors import PatchtoolError
from patchtool.core.plan import Target
from patchtool.tree.git import Ref, Scratch
from patchtool.tree.snapshot import Snapshot

_STABLE = re.compile(r"(?:linux-)?(\d+\.\d+)(?:\.y)?\Z")
_BRANCH = re.compile(r"refs/(?:heads|remotes/[^/]+)/(?:.*/)?linux-(\d+\.\d+)\.y\Z")
_STABLE_TREE = "https://git.kernel.org/pub/scm/linux/kernel/git/stable/linux.git"


class TargetError(PatchtoolError):
    """A target that is not in the repository."""


def find_target(scratch: Scratch, asked: str) -> tuple[Target, Snapshot]:
    """The tree behind `5.4.y`, `5.4`, `linux-5.4.y`, a tag, a branch or any revision.

    A stable name is looked for among local branches and every remote's; of several the newest commit
    counts. Everything else is a git revision. `Target.name` is `5.4.y` for a stable tree, else as asked.

    Raises:
        TargetError: nothing of that name; says what was looked for and how to fetch it.
        NotAKernel: what was found is no kernel.
    """
    stable = _STABLE.match(asked)
    found = _branches(scratch, stable[1]) if stable else []
    if found:
        name, ref, commit = f"{stable[1]}.y" if stable else asked, _short(found[0].name), found[0].commit
    else:
        resolved = scratch.resolve(asked)
        if resolved is None:
            raise _absent(asked, stable[1] if stable else None)
        name, ref, commit = asked, asked, resolved
    snapshot = Snapshot(scratch, commit, ref)
    snapshot.require_kernel()
    return Target(name, ref, commit, snapshot.version()), snapshot


def every_target(scratch: Scratch) -> tuple[str, ...]:
    """`5.4.y` and the like for every stable branch, local or remote, oldest version first.

    Raises:
        TargetError: the repository has none.
    """
    found = {match[1] for ref in scratch.refs() if (match := _BRANCH.match(ref.name))}
    if not found:
        raise TargetError("no stable branch: looked for linux-*.y and */linux-*.y", hint="git fetch one")
    return tuple(f"{version}.y" for version in sorted(found, key=_as_numbers))


def _branches(scratch: Scratch, version: str) -> list[Ref]:
    # refs() has the newest commit first; of equal commits the local branch comes first by its name.
    return [ref for ref in scratch.refs() if (match := _BRANCH.match(ref.name)) and match[1] == version]


def _absent(asked: str, version: str | None) -> TargetError:
    looked = f"linux-{version}.y, */linux-{version}.y and {asked}" if version else asked
    fetch = f"git fetch {_STABLE_TREE} linux-{version}.y:linux-{version}.y"
    return TargetError(
        f"no such target: looked for {looked} among branches, remote branches and tags",
        hint=fetch if version else "git branch -a and git tag list what there is",
    )


def _short(name: str) -> str:
    return name.removeprefix("refs/heads/").removeprefix("refs/remotes/").removeprefix("refs/tags/")


def _as_numbers(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split("."))
