"""Follow-up fixes and reverts of what a target gets, each judged on the tree that it gets."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from patchtool.backport.carried import Carried, carried
from patchtool.backport.content import adds_lines, is_there
from patchtool.backport.followups import Link, later_commits, later_patches
from patchtool.core.companion import Companion, CompanionState
from patchtool.core.finding import Verdict
from patchtool.core.series import Patch, Series
from patchtool.core.tree import MissingBlob
from patchtool.mail.mailbox import split
from patchtool.mail.series import series_of
from patchtool.tree.excerpt import excerpt
from patchtool.tree.git import Scratch
from patchtool.tree.misfit import explain
from patchtool.tree.snapshot import Snapshot
from patchtool.tree.stack import Stack
from patchtool.tree.user import as_mail

_SHOWN = 3


def companions(
    scratch: Scratch, series: Series, held: Mapping[int, str], tip: str, tree: str
) -> tuple[Companion, ...]:
    """What fixes or reverts the patches that a target gets or has, one another included, oldest first.

    `held` has those patches' upstream commits by number, "" where one is not known. `tip` is the target's
    commit, whose history may have a companion already; `tree` is the result (the target's own where nothing
    is taken). Each is judged on what those before it leave. Patches of the series come last; one that is
    held counts as present.
    """
    links = (*later_commits(scratch, series, held), *later_patches(series, held))
    own = {patch.n: patch for patch in series.patches}
    patches = [own[link.n] if link.n else _patch_of(scratch, link.oid) for link in links]
    words = carried(scratch, tip, {at: link.oid for at, link in enumerate(links) if link.oid})
    paths = {
        path
        for patch in patches
        for change in patch.files
        for path in (change.old_path, change.new_path)
        if path
    }
    judge = _Judge(scratch, excerpt(scratch, tree, paths))
    return tuple(
        _companion(link, *_state(link, held, words.get(at)) or judge.state(patch))
        for at, (link, patch) in enumerate(zip(links, patches, strict=True))
    )


def _companion(link: Link, state: CompanionState, why: str) -> Companion:
    return Companion(link.oid, link.subject, link.kind, link.of, link.patch, state, why, link.n)


# What is known without a look at the tree.
def _state(link: Link, held: Mapping[int, str], word: Carried | None) -> tuple[CompanionState, str] | None:
    if link.n and link.n in held:
        return CompanionState.PRESENT, f"it is patch {link.n} of the series, which the target has then"
    if word and word.verdict is Verdict.HOLDS:
        return CompanionState.PRESENT, word.why
    return None


class _Judge:
    def __init__(self, scratch: Scratch, small: str) -> None:
        self._scratch = scratch
        self._stack = Stack(scratch, small)

    def state(self, patch: Patch) -> tuple[CompanionState, str]:
        try:
            return self._judged(patch)
        except MissingBlob as error:
            why = f"{error.path}: the file's content is absent from the object store"
            return CompanionState.UNDECIDED, why

    def _judged(self, patch: Patch) -> tuple[CompanionState, str]:
        tree = Snapshot(self._scratch, self._stack.tree, "result")
        needed = [change.old_path for change in patch.files if change.old_path]
        if needed and not any(tree.has(path) for path in needed):
            return CompanionState.IRRELEVANT, f"no file that it changes is there: {_some(needed)}"
        if is_there(self._stack, patch.diff, adds_lines(patch)):
            return CompanionState.PRESENT, "its content is in the tree"
        if self._stack.fits(patch.diff):
            self._stack.apply(patch.diff)
            return CompanionState.APPLIES, "applies to the result as it is"
        failures = explain(self._stack, tree, patch)
        place = next((f"{one.path}:{one.line}" if one.line else one.path for one in failures), "")
        reason = failures[0].reason if failures else "git refuses it"
        return CompanionState.DOES_NOT_APPLY, f"{place}: {reason}" if place else reason


def _some(paths: Sequence[str]) -> str:
    more = f" and {len(paths) - _SHOWN} more" if len(paths) > _SHOWN else ""
    return f"{', '.join(paths[:_SHOWN])}{more}"


def _patch_of(scratch: Scratch, oid: str) -> Patch:
    return series_of(split(as_mail(scratch, oid), oid), oid).patches[0]
