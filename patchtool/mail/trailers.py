"""The trailer block of a message, exactly as `git interpret-trailers` finds it."""

from __future__ import annotations

import re
from collections.abc import Sequence

from patchtool.core.series import Trailer
from patchtool.mail.tags import fixes_tags, stable_tags

__all__ = ["fixes_tags", "parse_trailers", "stable_tags", "trailer_block"]

# What git itself writes; such a line makes a block of a paragraph that is one quarter trailers.
_GENERATED = ("Signed-off-by: ", "(cherry picked from commit ")
_TOKEN = re.compile(r"[A-Za-z0-9-]+[ \t]*:")
_DIVIDER = re.compile(r"---[ \t\n\r]|---$")
# What git calls a blank: no form feed, no vertical tab.
_BLANKS = " \t\n\r"


def parse_trailers(subject: str, message: str, places: Sequence[int] = ()) -> tuple[Trailer, ...]:
    """The trailers of a commit message, in order; continuation lines are joined with one blank.

    `message` is the text below the subject; `places` the input line of each of its lines. Lines of the
    block that are no trailers (`[ what was changed ]`) are left out, as git leaves them out. Empty where
    git sees no block, so a `Signed-off-by:` in an earlier paragraph is not listed.

    Source: git-interpret-trailers(1).
    """
    lines = message.split("\n")
    found: list[Trailer] = []
    open_trailer = False
    for number in trailer_block(subject, message):
        line = lines[number]
        if line.startswith("#"):
            continue
        if open_trailer and line and line[0] in _BLANKS:
            last = found.pop()
            found.append(Trailer(last.key, f"{last.value} {line.strip(_BLANKS)}".strip(), last.line))
            continue
        open_trailer = _TOKEN.match(line) is not None
        if open_trailer:
            key, _, value = line.partition(":")
            place = places[number] if number < len(places) else 0
            found.append(Trailer(key.strip(_BLANKS), value.strip(_BLANKS), place))
    return tuple(found)


def trailer_block(subject: str, message: str) -> range:
    """The lines of `message` (0-based) that make its trailer block; empty where git sees none.

    It is the last paragraph (comments aside) if all its lines are trailers, or if one is a line that git
    writes itself and at least one line in four is a trailer.
    """
    lines = message.split("\n")
    end = next((n for n, line in enumerate(lines) if _DIVIDER.match(line)), len(lines))
    end = _without_conflicts(lines, end)
    # Line -1 is the blank one below the subject. Without a subject git's title is the first paragraph.
    title = -1 if subject.strip() else next((n for n in range(end) if not lines[n].strip()), end)
    start = _start(lines, title, end)
    return range(start, end) if start is not None else range(0)


# git passes over what ends a message: comments, and the file list of a conflict that it wrote itself.
def _without_conflicts(lines: list[str], end: int) -> int:
    start: int | None = None
    inside = False
    for number in range(end):
        line = lines[number]
        if line.startswith("#") or not line or line == "Conflicts:":
            start = number if start is None else start
            inside = inside or line == "Conflicts:"
        elif not (inside and line.startswith("\t")):
            start, inside = None, False
    return end if start is None else start


def _start(lines: list[str], title: int, end: int) -> int | None:
    trailers = others = continued = 0
    generated = seen = False
    for number in range(end - 1, title - 1, -1):
        line = lines[number] if number >= 0 else ""
        if line.startswith("#"):
            others, continued = others + continued, 0
        elif not line.strip(_BLANKS):
            if not seen:
                continue
            others += continued
            enough = (generated and trailers * 3 >= others) or (trailers and not others)
            return number + 1 if enough else None
        elif line.startswith(_GENERATED) or _TOKEN.match(line):
            seen, trailers, continued = True, trailers + 1, 0
            generated = generated or line.startswith(_GENERATED)
        elif line[0] in _BLANKS:
            seen, continued = True, continued + 1
        else:
            seen, others, continued = True, others + 1 + continued, 0
    return None
