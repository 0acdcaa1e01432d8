"""Series made of nothing but diffs."""

from __future__ import annotations

from collections.abc import Sequence

from patchtool.core.series import Patch, Person, Series
from patchtool.mail.diff import parse_diff


def series(*diffs: bytes) -> Series:
    """A series of nothing but diffs."""
    who = Person("T", "t@example.org")
    patches = [
        Patch(n, len(diffs), f"change {n}", "PATCH", who, who, "", "", (), parse_diff(text, "x"), text, "x")
        for n, text in enumerate(diffs, 1)
    ]
    return Series("x", "changes", 1, tuple(patches), total=len(diffs))


def changed_lines(path: str, *pairs: tuple[Sequence[str], Sequence[str]]) -> bytes:
    """A diff with one hunk for each (removed, added)."""
    text, at = [f"diff --git a/{path} b/{path}", f"--- a/{path}", f"+++ b/{path}"], 1
    for removed, added in pairs:
        text.append(f"@@ -{at},{len(removed)} +{at},{len(added)} @@")
        text += [*(f"-{line}" for line in removed), *(f"+{line}" for line in added)]
        at += 10
    return "\n".join([*text, ""]).encode()
