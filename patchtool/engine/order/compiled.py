"""Whether a line of a state is certainly compiled in some configuration."""

from __future__ import annotations

from collections.abc import Callable

from patchtool.core.expr import symbols
from patchtool.csource.brought import brought, symbols_in, wants
from patchtool.csource.building.kbuild import Built
from patchtool.engine.order.profile import Want
from patchtool.tree.snapshot import Snapshot
from patchtool.tree.words import readable

# Tested in headers that assembly and user space read too.
_ALWAYS = frozenset({"__ASSEMBLY__", "__KERNEL__"})


class Compiled:
    """Answers for one state; reads the Makefiles of the folders in question."""

    def __init__(self, tree: Snapshot, base: Snapshot, defined: Callable[[Snapshot, str], bool]) -> None:
        self._tree = tree
        self._base = base
        self._defined = defined

    def certainly(self, want: Want, line: int) -> bool:
        """Whether a use is code that a Makefile of the state names and that hangs on defined symbols alone.

        False where that is not certain: in the body of a new macro, in a header that the series adds, under a
        symbol without an entry, and under an `#if` that tests the name in question or another macro.
        """
        path = want.at.path
        data = readable(self._tree, path)
        if data is None or (
            want.use is not None and want.use.macro and not self._old_macro(want.use.macro, path)
        ):
            return False
        around = wants(path, data, line)
        if any(not word.startswith(("CONFIG_", "IS_")) for word in around - _ALWAYS):
            return False
        return self._built(path) and all(self._defined(self._tree, name) for name in symbols_in(around))

    # A macro that the base has is taken for one that is used.
    def _old_macro(self, macro: str, path: str) -> bool:
        return macro in brought(path, readable(self._base, path) or b"")

    def _built(self, path: str) -> bool:
        if path.endswith(".h"):
            return self._base.blob_id(path) is not None
        when = Built(self._tree, frozenset(self._tree.paths())).when(path)
        return when is not None and all(self._defined(self._tree, name) for name in symbols(when))
