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
    """One `Cc: stable` line of a commit message, lossless: `text` is all that follows the address.

    `from_version` is the first kernel named ("5.4", "2.6.30"), without `v`, `.x` and `+`: the oldest
    stable tree meant, newer ones included; None where the tag starts with no version. `listed` are all
    versions of a list (`v5.15, v5.17`), () for a single one; `only`: the tag says that no other tree is
    meant. `until` is the newest tree meant (`4.8.x-`), None where the tag sets none. `prerequisites` are in
    cherry-pick order. `delay` is what to wait for (`after -rc3`), "" for nothing. `noautosel` is True for
    stable+noautosel@kernel.org, with its `reason`. `line` and `raw` as in FixesTag.

    Source: Documentation/process/stable-kernel-rules.rst.
    """

    from_version: str | None
    prerequisites: tuple[StablePrerequisite, ...]
    text: str
    line: int
    raw: str
    noautosel: bool = False
    listed: tuple[str, ...] = ()
    only: bool = False
    until: str | None = None
    delay: str = ""

    @property
    def reason(self) -> str:
        """Why the patch is not to be selected; "" where it says nothing, or is to be."""
        return self.text if self.noautosel else ""
