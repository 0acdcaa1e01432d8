"""What a commit message says about where it belongs: `Fixes:` and `Cc: stable`."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class FixesTag:
    """One `Fixes:` tag.

    `commit` is the (abbreviated) lower-case hex id, "" where the tag names no commit (a bug URL);
    `subject` is that commit's subject without parentheses and quotes, "" where absent. `line` is the
    tag's line in the input (1-based, 0 unknown). `raw` is the tag as written, continuation lines joined
    by one space.
    """

    commit: str
    subject: str
    line: int
    raw: str


@dataclass(frozen=True, slots=True)
class StablePrerequisite:
    """A commit that a stable tag wants picked first: lower-case hex id, and its subject or ""."""

    commit: str
    subject: str


@dataclass(frozen=True, slots=True)
class StableTag:
    """One `Cc: stable` line of a commit message.

    `from_version` is the first kernel named ("5.4", "2.6.30"), without `v`, `.x` and `+`: the oldest
    stable tree meant, newer ones included; None where the tag starts with no version. `prerequisites` are
    in cherry-pick order. `text` is all that follows the address, without the leading `#`, so that nothing
    written there is lost. `noautosel` is True for stable+noautosel@kernel.org. `line` and `raw` as in
    FixesTag.

    Source: Documentation/process/stable-kernel-rules.rst.
    """

    from_version: str | None
    prerequisites: tuple[StablePrerequisite, ...]
    text: str
    line: int
    raw: str
    noautosel: bool = False
