"""One state of a series as the rules see it."""

from __future__ import annotations

from collections.abc import Callable, Collection
from contextlib import suppress
from functools import cached_property

from patchtool.core.code import Code
from patchtool.core.freed import DirectFree
from patchtool.core.kconfig import Architecture, Broken
from patchtool.core.rules import Failure
from patchtool.core.series import Patch
from patchtool.core.tree import FunctionPlace, MissingBlob, Use
from patchtool.csource.freeing import directly_freed
from patchtool.engine.index import Definitions, Index
from patchtool.engine.kconfig import Shelf, StateKconfig
from patchtool.engine.states import Step


class StateView:
    """A `core.rules.State` over a step."""

    def __init__(
        self,
        step: Step,
        index: Index,
        definitions: Definitions,
        shelf: Shelf,
        freeing: Collection[str] = (),
        *,
        code: Callable[[], Code],
    ) -> None:
        self.n = step.n
        self.name = step.tree.name
        self._step = step
        self._index = index
        self._definitions = definitions
        self._freeing = freeing
        self._code = code
        self._kconfig = StateKconfig(shelf, step.tree)

    @property
    def patch(self) -> Patch | None:
        return self._step.patch

    @property
    def failures(self) -> tuple[Failure, ...]:
        return self._step.failures

    @cached_property
    def _changed(self) -> tuple[str, ...]:
        return self._step.tree.changed()

    @property
    def changed(self) -> tuple[str, ...]:
        return self._changed

    def read(self, path: str) -> bytes | None:
        return self._step.tree.read(path)

    def uses(self, symbol: str) -> tuple[Use, ...]:
        return self._index.uses(self._step.tree, self._changed, symbol)

    def defined(self, symbol: str) -> bool:
        return self._definitions.defined(self._step.tree, self._changed, symbol)

    @property
    def architectures(self) -> tuple[str, ...]:
        return self._kconfig.architectures

    @property
    def broken(self) -> tuple[Broken, ...]:
        return self._kconfig.broken

    def kconfig(self, arch: str) -> Architecture:
        return self._kconfig.view(arch)

    def functions(self, name: str) -> tuple[FunctionPlace, ...]:
        return self._index.places(self._step.tree, self._changed, name)

    def made_by_macro(self, name: str) -> str:
        return self._index.pasted(self._step.tree, self._changed, name)

    # The architectures in `freeing`, those whose headers the series touches.
    @cached_property
    def direct_frees(self) -> tuple[DirectFree, ...]:
        found: list[DirectFree] = []
        for arch in sorted(self._freeing):
            with suppress(MissingBlob):  # the search of the base has named the file
                found += directly_freed(self._step.tree, arch)
        return tuple(found)

    @property
    def code(self) -> Code:
        return self._code()
