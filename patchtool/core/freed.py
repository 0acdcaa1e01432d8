"""A page table that is freed where it should only be handed to the mmu_gather."""

from __future__ import annotations

from dataclasses import dataclass

from patchtool.core.finding import Location


@dataclass(frozen=True, slots=True)
class DirectFree:
    """`name` (`__pmd_free_tlb`), defined at `at`, calls `frees` at once instead of leaving it to the flush.

    `frees_at` is the line that names `frees`: in another function where the call goes through one.
    `conditions` are those of the `#if` lines around either, outermost first, as written.
    """

    arch: str
    at: Location
    name: str
    frees: str
    frees_at: Location
    conditions: tuple[str, ...] = ()
