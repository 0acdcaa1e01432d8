"""How every room reads a kernel tree: by path, never by checkout."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from patchtool.core.errors import PatchtoolError

# What brings the objects that a clone left out, filter and all.
REFETCH = "git fetch --refetch --no-filter"


class MissingBlob(PatchtoolError):
    """A file that the tree lists and the object store lacks (a blobless or truncated clone)."""

    def __init__(self, path: str, ref: str) -> None:
        super().__init__(
            "the file's content is absent from the object store",
            at=f"{ref}:{path}" if ref else path,
            hint=f"fetch it in a full clone: {REFETCH}, or git backfill in a partial clone",
        )
        self.path = path


class TreeReader(Protocol):
    """A kernel at one state, read-only."""

    @property
    def name(self) -> str:
        """How reports call this state: a ref, or `ref+2/9` after patch 2."""
        ...

    def read(self, path: str) -> bytes | None:
        """The file's bytes; None where no such file is in the tree.

        Raises:
            MissingBlob: the tree lists it and the store lacks it.
        """
        ...

    def paths(self, prefix: str = "") -> tuple[str, ...]:
        """Every regular file at or below a folder (all of them for ""), sorted."""
        ...


class UseKind(StrEnum):
    """Where a symbol's name stands; only some change what is built."""

    DEFINITION = "definition"
    KCONFIG = "kconfig"
    MAKEFILE = "makefile"
    CODE = "code"
    DEFCONFIG = "defconfig"
    COMMENT = "comment"
    STRING = "string"
    HELP = "help"
    DOC = "doc"
    OTHER = "other"

    @property
    def builds(self) -> bool:
        """True where a wrong name changes the kernel that is built."""
        return self in {UseKind.DEFINITION, UseKind.KCONFIG, UseKind.MAKEFILE, UseKind.CODE}


@dataclass(frozen=True, slots=True, order=True)
class Use:
    """One occurrence of a Kconfig symbol, `symbol` without `CONFIG_`; `line` 1-based, `text` the whole line.

    `verb` is the Kconfig keyword of the line (`select`, `imply`, `depends`, `default` ...) for
    `UseKind.KCONFIG`, else "".
    """

    path: str
    line: int
    symbol: str
    kind: UseKind
    text: str
    verb: str = ""


class FunctionKind(StrEnum):
    """How a place in the tree brings a function: a prototype, a body, a macro of its name, an asm label."""

    DECLARED = "declared"
    DEFINED = "defined"
    MACRO = "macro"
    LABEL = "label"


@dataclass(frozen=True, slots=True, order=True)
class FunctionPlace:
    """One declaration or definition of a C function; `line` (1-based) is the name's own.

    `static` is what the text says at this place; False for macros and labels.
    """

    path: str
    line: int
    name: str
    kind: FunctionKind
    static: bool = False
