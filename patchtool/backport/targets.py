"""Which tree the user means by `5.4.y`."""

from __future__ import annotations

import re
from pathlib import Path

from patchtool.core.errors import PatchtoolError
from patchtool.core.plan import Target
from patchtool.tree.folder import read_folder
from patchtool.tree.git import Ref, Scratch
from patchtool.tree.snapshot import Snapshot

_STABLE = re.compile(r"(?:linux-)?(\d+\.\d+)(?:\.y)?\Z")
_BRANCH = re.compile(r"refs/(?:heads|remotes/[^/]+)/(?:.*/)?linux-(\d+\.\d+)\.y\Z")
_STABLE_TREE = "https://git.kernel.org/pub/scm/linux/kernel/git/stable/linux.git"


class TargetError(PatchtoolError):
    """A target that is not in the repository."""


def find_target(scratch: Scratch, asked: str) -> tuple[Target, Snapshot]:
    """The tree behind `5.4.y`, `5.4`, `linux-5.4.y`, a tag, a branch, any revision, or a folder.

    A stable name is looked for among local branches and every remote's; of several the newest commit
    counts. Everything else is a git revision, or where there is none a folder with a kernel's source, which
    is read into the scratch repository as it is on disk (see `read_folder`); `./` before its name makes it
    one in any case. `Target.name` is `5.4.y` for a stable tree, a folder's last part, else as asked.

    Raises:
        TargetError: nothing of that name; says what was looked for and how to fetch it.
        NotAKernel: what was found is no kernel.
        FolderError: a folder that can't be read.
    """
    stable = _STABLE.match(asked)
    branch = stable_branches(scratch).get(stable[1]) if stable else None
    if stable and branch:
        name, ref, commit = f"{stable[1]}.y", short_name(branch.name), branch.commit
    else:
        name, ref, commit = _by_name(scratch, asked, stable[1] if stable else None)
    snapshot = Snapshot(scratch, commit, ref)
    snapshot.require_kernel()
    return Target(name, ref, commit, snapshot.version()), snapshot


def every_target(scratch: Scratch) -> tuple[str, ...]:
    """`5.4.y` and the like for every stable branch, local or remote, oldest version first.

    Raises:
        TargetError: the repository has none.
    """
    found = stable_branches(scratch)
    if not found:
        hint = f"{_fetch('X.Y')}, for each tree you want"
        raise TargetError("no stable branch: looked for linux-*.y and */linux-*.y", hint=hint)
    return tuple(f"{version}.y" for version in found)


def meant_by_all(scratch: Scratch) -> str:
    """What `all` stands for here, and how to get more, one sentence: no list of supported trees is kept."""
    names = ", ".join(short_name(ref.name) for ref in stable_branches(scratch).values()) or "no tree"
    return f"all: {names}; a stable tree that is not among them is not here (hint: {_fetch('X.Y')})"


def stable_branches(scratch: Scratch) -> dict[str, Ref]:
    """The branches `linux-A.B.y`, local and of every remote, by `A.B`, oldest version first.

    Of a version's branches the one with the newest commit; of equal ones the local one.
    """
    found: dict[str, Ref] = {}
    for ref in scratch.refs():  # newest commit first; of equal commits the local branch by its name
        if match := _BRANCH.match(ref.name):
            found.setdefault(match[1], ref)
    return {version: found[version] for version in sorted(found, key=_as_numbers)}


def short_name(ref: str) -> str:
    """A ref as people call it: without refs/heads/ and the like."""
    return ref.removeprefix("refs/heads/").removeprefix("refs/remotes/").removeprefix("refs/tags/")


# Name, ref and commit. A folder's commit is one that we make.
def _by_name(scratch: Scratch, asked: str, version: str | None) -> tuple[str, str, str]:
    commit = scratch.resolve(asked)
    if commit is not None:
        return asked, asked, commit
    folder = _folder(asked)
    if folder is None:
        raise _absent(asked, version)
    return folder.absolute().name or "folder", asked, read_folder(scratch, folder)


def _folder(asked: str) -> Path | None:
    if not asked or "\0" in asked:
        return None
    folder = Path(asked)
    return folder if folder.is_dir() else None


def _fetch(version: str) -> str:
    return f"git fetch {_STABLE_TREE} linux-{version}.y:linux-{version}.y"


def _absent(asked: str, version: str | None) -> TargetError:
    looked = f"linux-{version}.y, */linux-{version}.y and {asked}" if version else asked
    return TargetError(
        f"no such target: looked for {looked} among branches, remote branches, tags and folders",
        hint=_fetch(version) if version else "git branch -a and git tag list what there is",
    )


def _as_numbers(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split("."))
