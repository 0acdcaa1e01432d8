"""A hunk cut into what it changes between lines that it keeps, and where that stood upstream."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from patchtool.backport.adaptation.owners import FILE_SCOPE, owner_at
from patchtool.backport.adaptation.text import Text, blank
from patchtool.core.series import Hunk, Line


@dataclass(frozen=True, slots=True)
class Segment:
    """The lines between two kept, non-blank lines of a hunk, before and after the change.

    `left` and `right` are the non-blank lines of the hunk before and after it, as they were before the
    patch. `owner` is what it stands in ("" at file scope, None unknown). `times` says how often its removed
    lines stood in that owner upstream, 0 where upstream's file is not at hand. `heading` is the entry that a
    Kconfig hunk's first line stands behind, "" unknown.
    """

    pre: tuple[str, ...]
    post: tuple[str, ...]
    left: tuple[str, ...]
    right: tuple[str, ...]
    owner: str | None = None
    times: int = 0
    heading: str = ""

    @property
    def removed(self) -> tuple[str, ...]:
        """The non-blank lines that go."""
        return tuple(line for line in self.pre if not blank(line))

    @property
    def added(self) -> tuple[str, ...]:
        """The non-blank lines that come."""
        return tuple(line for line in self.post if not blank(line))


def segments(hunk: Hunk, path: str, upstream: Text | None) -> tuple[Segment, ...]:
    """The segments of a hunk of `path`, in order; never empty for a hunk that changes something.

    `upstream` is the file before the patch, None where it is not at hand; it is used where it holds the hunk.
    """
    pre = [line.text for line in hunk.lines if line.tag != "+"]
    at = position(pre, upstream, hunk.old_start - 1) if upstream else None
    return tuple(_told(found, start, hunk, path, (upstream, at)) for start, found in _cut(hunk.lines))


def position(pre: Sequence[str], text: Text, near: int) -> int | None:
    """Where the lines stand in a text exactly (0-based), nearest to a line; None where they do not."""
    size = len(pre)
    wanted = tuple(pre)
    found = [at for at in range(len(text.lines) - size + 1) if text.lines[at : at + size] == wanted]
    return min(found, key=lambda at: abs(at - near), default=None)


# Each segment with the index of its first line in the hunk's pre-image.
def _cut(lines: Sequence[Line]) -> Iterator[tuple[int, Segment]]:
    kept = [n for n, line in enumerate(lines) if line.tag == " " and not blank(line.text)]
    for low, high in zip([-1, *kept], [*kept, len(lines)], strict=True):
        part = lines[low + 1 : high]
        if any(line.tag != " " for line in part):
            yield (
                sum(line.tag != "+" for line in lines[: low + 1]),
                Segment(
                    tuple(line.text for line in part if line.tag != "+"),
                    tuple(line.text for line in part if line.tag != "-"),
                    _standing(lines[: low + 1]),
                    _standing(lines[high:]),
                ),
            )


def _standing(lines: Sequence[Line]) -> tuple[str, ...]:
    return tuple(line.text for line in lines if line.tag != "+" and not blank(line.text))


def _told(
    segment: Segment, start: int, hunk: Hunk, path: str, upstream: tuple[Text | None, int | None]
) -> Segment:
    text, at = upstream
    if text is None or at is None:
        lines = [line.text for line in hunk.lines if line.tag != "+"]
        own = start + _leading(segment.pre)
        owner = owner_at(path, lines, own, hunk.section)
        return replace(segment, owner=owner, heading=_entry(hunk.section))
    own = at + start + _leading(segment.pre)
    owner = owner_at(path, text.lines, own) or FILE_SCOPE
    times = sum(
        (owner_at(path, text.lines, i) or FILE_SCOPE) == owner for i, _ in text.occurrences(segment.removed)
    )
    return replace(segment, owner=owner, times=times, heading=_entry(hunk.section))


def _entry(heading: str) -> str:
    words = heading.split()
    return words[1] if len(words) > 1 and words[0] in ("config", "menuconfig") else ""


def _leading(lines: Sequence[str]) -> int:
    return next((n for n, line in enumerate(lines) if not blank(line)), 0)
