"""Which tree a series was made for."""

from __future__ import annotations

from dataclasses import dataclass

from patchtool.core.errors import PatchtoolError
from patchtool.core.report import Base
from patchtool.core.series import Series
from patchtool.tree.git import Ref, Scratch
from patchtool.tree.snapshot import Snapshot


class NoSuchRevision(PatchtoolError):
    """A revision that the repository can't resolve."""


def choose_base(scratch: Scratch, series: Series | None, rev: str | None) -> tuple[Snapshot, Base]:
    """The tree to start from, and why: `rev`, else `base-commit:`, else the blob ids, else HEAD.

    The guess takes the tag or branch tip that holds most of the pre-images which the diff's `index` lines
    name, and more than half; of equals the newest.

    Raises:
        NoSuchRevision: `rev` is unknown, or nothing is left to choose.
        NotAKernel: what was chosen is no kernel.
    """
    name, commit, why = _choice(scratch, series, rev)
    snapshot = Snapshot(scratch, commit, name)
    snapshot.require_kernel()
    return snapshot, Base(name, commit, snapshot.version(), why)


def made_for(scratch: Scratch, series: Series) -> Snapshot | None:
    """The tree that a series says it was made for, or shows by its blob ids; None where neither is here."""
    stated = scratch.resolve(series.base_commit) if series.base_commit else None
    if stated:
        return Snapshot(scratch, stated, _named(scratch, stated))
    guess = _by_blobs(scratch, series)
    return Snapshot(scratch, guess.ref.commit, _short(guess.ref.name)) if guess else None


def _choice(scratch: Scratch, series: Series | None, rev: str | None) -> tuple[str, str, str]:
    if rev is not None:
        return rev, _resolve(scratch, rev), "as asked"
    stated = series.base_commit if series else None
    if stated:
        commit = scratch.resolve(stated)
        if commit:
            return _named(scratch, commit), commit, "the series' base-commit"
    absent = f"; its base-commit {stated[:12]} is not in the repository" if stated else ""
    guess = _by_blobs(scratch, series) if series else None
    if guess:
        return _short(guess.ref.name), guess.ref.commit, f"{guess.why}{absent}"
    if not scratch.head:
        raise NoSuchRevision("the repository has no commit at HEAD", hint="name the base with --base")
    return "HEAD", scratch.head, f"HEAD, for want of a better sign{absent}"


def _resolve(scratch: Scratch, rev: str) -> str:
    commit = scratch.resolve(rev)
    if commit is None:
        hint = "git branch -a and git tag list what there is"
        if scratch.shallow:
            hint += "; the repository is shallow: git fetch --unshallow brings the rest"
        raise NoSuchRevision(f"no such revision: {rev}", hint=hint)
    return commit


def _named(scratch: Scratch, commit: str) -> str:
    return next((_short(ref.name) for ref in scratch.refs() if ref.commit == commit), commit[:12])


def _short(name: str) -> str:
    for prefix in ("refs/heads/", "refs/remotes/", "refs/tags/"):
        name = name.removeprefix(prefix)
    return name


@dataclass(frozen=True, slots=True)
class _Guess:
    ref: Ref
    why: str


def _by_blobs(scratch: Scratch, series: Series) -> _Guess | None:
    # The ref that holds most of the pre-images, more than half; of equals the newest.
    wanted = _pre_images(series)
    if not wanted:
        return None
    paths = sorted(wanted)
    refs = scratch.refs()
    asked = "".join(f"{ref.commit}:{path}\n" for ref in refs for path in paths)
    answer = scratch.out(
        "cat-file", "--batch-check=%(objectname)", data=asked.encode("utf-8", "surrogateescape")
    )
    lines = answer.decode("utf-8", "replace").split("\n")
    best, most = None, len(paths) // 2
    for n, ref in enumerate(refs):  # newest first
        found = zip(lines[n * len(paths) : (n + 1) * len(paths)], paths, strict=True)
        hits = sum(oid.startswith(wanted[path]) for oid, path in found)
        if hits > most:
            best, most = ref, hits
    if best is None:
        return None
    share = "its files are" if most == len(paths) else f"{most} of {len(paths)} files there are"
    return _Guess(best, f"{share} the series' pre-images")


def _pre_images(series: Series) -> dict[str, str]:
    # The first patch that touches a file names the blob that the base holds; "\n" can't be asked for.
    seen: dict[str, str | None] = {}
    for patch in series.patches:
        for change in patch.files:
            for path in (change.old_path, change.new_path):
                if path and "\n" not in path:
                    seen.setdefault(path, change.old_blob if path == change.old_path else None)
    return {path: blob for path, blob in seen.items() if blob and blob.strip("0")}
