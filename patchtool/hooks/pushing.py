"""The commits that a push takes where they have not been."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from patchtool.tree.git import Scratch

# A topic has fewer; a first push of a whole history is no series.
MOST = 100


@dataclass(frozen=True, slots=True)
class Span:
    """Commits that are new to the other side: those from `base` (not one of them) to `tip`, both 40 hex.

    `obstacle` says why they cannot be checked as a series, "" where they can; then `base` is set.
    """

    ref: str
    base: str
    tip: str
    obstacle: str = ""

    @property
    def name(self) -> str:
        """The range, as git takes it."""
        return f"{self.base[:12]}..{self.tip[:12]}"


def pushed(lines: str, scratch: Scratch) -> tuple[Span, ...]:
    """What each line `LOCAL-REF OID REMOTE-REF OID` of a pre-push hook's input adds to the remote.

    What the remote's ref or any remote-tracking branch holds is not new. Deleted refs, and those that bring
    nothing new, are left out; two refs with the same commits count once.
    """
    spans: dict[str, Span] = {}
    for line in lines.splitlines():
        local, tip, ref, old = ([*line.split(" "), "", "", "", ""])[:4]
        commit = scratch.resolve(tip) if tip.strip("0") else None
        if commit and local:
            for span in _span(ref, commit, scratch.resolve(old) if old.strip("0") else None, scratch):
                spans.setdefault(span.tip, span)
    return tuple(spans.values())


def _span(ref: str, tip: str, old: str | None, scratch: Scratch) -> Iterator[Span]:
    new = (tip, "--not", "--remotes", *([old] if old else []))
    commits = _ids(scratch, f"--max-count={MOST + 1}", "--topo-order", *new)
    if not commits:
        return
    if len(commits) > MOST:
        yield Span(ref, "", tip, f"more than {MOST} commits are new")
    elif _ids(scratch, "--min-parents=2", "--max-count=1", *new):
        yield Span(ref, "", tip, "a merge is among them")
    else:
        base = scratch.resolve(f"{commits[-1]}^")
        if base is None:
            yield Span(ref, "", tip, "the first of them has no parent")
        elif not scratch.out("log", "--raw", "--format=", f"{base}..{tip}").strip():
            yield Span(ref, base, tip, "they change no file")
        else:
            yield Span(ref, base, tip)


def _ids(scratch: Scratch, *asked: str) -> list[str]:
    return scratch.out("rev-list", *asked).decode().split()
