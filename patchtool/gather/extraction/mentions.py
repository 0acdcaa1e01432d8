"""The Kconfig symbols that an extraction is likely to ask for: a guess, for parsing once."""

from __future__ import annotations

import posixpath
import re
from contextlib import suppress
from functools import lru_cache

from patchtool.core.tree import MissingBlob
from patchtool.gather.extraction.cached import CachedReader
from patchtool.gather.extraction.source import FAST_GUP, GATHER_FILES

_NAME = re.compile(rb"\bCONFIG_(\w+)")
_INCLUDE = re.compile(rb'^[ \t]*#[ \t]*include[ \t]*[<"]([^>"\n]+)[>"]', re.MULTILINE)
# What is asked for by name, in no file.
_ASKED = ("64BIT", "PGTABLE_LEVELS", "TRANSPARENT_HUGEPAGE", "HUGETLBFS", "HUGETLB_PAGE", *FAST_GUP)
# Of the generic headers only these bring in page tables.
_GENERIC = re.compile(r"asm-generic/|linux/(?:mm|pgtable|pagemap|huge_mm|hugetlb|sizes|const)")


def mentioned(reader: CachedReader, arch: str) -> frozenset[str]:
    """Names without CONFIG_ in the gather code, in the headers that it may include and in Makefiles.

    Names of files that were read before are among them. Conditions are not heeded, a file that can't be
    read is passed over.
    """
    folder = f"arch/{arch}"
    parts = (path for part in ("mm", "kernel") for path in reader.paths(f"{folder}/{part}/"))
    makefiles = (path for path in parts if path.endswith(("/Makefile", "/Kbuild")))
    waiting = [*GATHER_FILES, "mm/Makefile", *makefiles, *reader.seen()]
    known = set(waiting)
    found = set(_ASKED)
    for path in waiting:
        text = None
        with suppress(MissingBlob):
            text = reader.read(path)
        names, includes = _scanned(text or b"")
        found |= names
        for inner in includes:
            target = _target(path, inner, folder)
            if target and target not in known:
                known.add(target)
                waiting.append(target)
    return frozenset(found)


def _target(path: str, inner: str, folder: str) -> str:
    if inner.startswith("asm/"):
        return f"{folder}/include/{inner}"
    if _GENERIC.match(inner):
        return f"include/{inner}"
    return "" if "/" in inner else posixpath.join(posixpath.dirname(path), inner)


@lru_cache(maxsize=4096)
def _scanned(text: bytes) -> tuple[frozenset[str], tuple[str, ...]]:
    names = frozenset(name.decode() for name in _NAME.findall(text))
    return names, tuple(name.decode("utf-8", "replace") for name in _INCLUDE.findall(text))
