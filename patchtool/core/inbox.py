"""A public-inbox archive as the mail room sees it: mails in order of arrival, each in a blob of git."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Arrival:
    """One mail that an archive took in, or took out again (`removed`).

    `blob` is the 40-hex id its bytes are kept under, `commit` the archive's commit that says so.
    """

    commit: str
    blob: str
    data: bytes
    removed: bool = False


class Epoch(Protocol):
    """One git repository of an archive; a busy list has several, the oldest first."""

    @property
    def name(self) -> str:
        """What tells this epoch from the archive's others, the same at every run."""
        ...

    @property
    def head(self) -> str:
        """The 40-hex id of its newest commit; "" for an epoch without mails."""
        ...

    def follows(self, commit: str) -> bool:
        """Whether `head` descends from a commit: if so, what is new since then is all there is to read."""
        ...

    def arrivals(self, since: str = "") -> Iterator[Arrival]:
        """The mails after a commit (all of them for ""), oldest first, a few at a time in memory."""
        ...

    def blob(self, oid: str) -> bytes | None:
        """One mail's bytes; None where the archive lacks them."""
        ...
