"""The Kconfig ledger: what a series changes about its symbols, on every architecture."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from patchtool.core.finding import Location
from patchtool.core.kconfig import Bounds, Broken
from patchtool.core.report import Base
from patchtool.core.series import Series
from patchtool.core.tree import Use


@dataclass(frozen=True, slots=True)
class Standing:
    """How a symbol stands on one architecture in one state, as far as a user could notice.

    `kind` is "" where no entry declares it; `wanted` says that something selects or implies it there,
    declared or not. `prompt` is the text users see ("" without one), `defaults` each as the file says it
    (`y if SMP`). `bounds` have what is fixed on the architecture put in. `probed`: it hangs on what the
    compiler or another program of the build machine can do.
    """

    kind: str
    prompt: str
    bounds: Bounds
    defaults: tuple[str, ...]
    wanted: bool
    probed: bool = False


ABSENT = Standing(kind="", prompt="", bounds=Bounds(), defaults=(), wanted=False)


@dataclass(frozen=True, slots=True)
class Shift:
    """A symbol that stands differently after a patch, on architectures where it does so in the same way.

    `renamed` is the symbol's name after a rename, "" without one; `after` is then how the new name stands,
    which may be just as the old one did. `at` is what says so after the patch (before it, where the symbol
    goes), on the first of the architectures; None where nothing does.
    """

    patch: int
    symbol: str
    renamed: str
    architectures: tuple[str, ...]
    before: Standing
    after: Standing
    at: Location | None = None


@dataclass(frozen=True, slots=True)
class LedgerReport:
    """What `patchtool kconfig` says. `symbols` are those the series touches, sorted.

    `standings` is how each stands in the end: symbol -> architectures (sorted) -> standing. `uses` are the
    places in the last state of those that shift or are undefined somewhere; the others are merely named.
    `changes` says of each patch by its number which symbols it touches.
    """

    series: Series
    base: Base
    architectures: tuple[str, ...]
    symbols: tuple[str, ...]
    shifts: tuple[Shift, ...]
    standings: Mapping[str, tuple[tuple[tuple[str, ...], Standing], ...]]
    uses: Mapping[str, tuple[Use, ...]]
    changes: Mapping[int, tuple[str, ...]]
    broken: tuple[Broken, ...]
    states: int
    undecided: tuple[str, ...]
