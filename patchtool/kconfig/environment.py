"""What a kernel's Makefiles hand to Kconfig: ARCH, SRCARCH and the like, read from the tree's own text."""

from __future__ import annotations

import re
from collections.abc import Mapping

from patchtool.core.errors import PatchtoolError
from patchtool.core.tree import TreeReader

_MAPPED = re.compile(r"ifeq \(\$\(ARCH\),\s*(\w+)\)\s*\n\s*SRCARCH\s*:?=\s*(\w+)")
_RELEASE = re.compile(r"^(VERSION|PATCHLEVEL|SUBLEVEL|EXTRAVERSION)[ \t]*=[ \t]*(\S*)", re.M)
_HEADER_KCONFIG = re.compile(r"arch/(\w+)/um/Kconfig\Z")
_HEADER_ARCH = b"$(HEADER_ARCH)"


class UnknownArch(PatchtoolError):
    """The tree has no Kconfig file for the architecture."""


def environment(reader: TreeReader, arch: str, extra: Mapping[str, str] | None = None) -> dict[str, str]:
    """The variables that the tree's Makefiles would export for `arch`; `extra` overrides them.

    `arch` is what a user gives to make as ARCH (`x86_64`, `sparc64`, `um`), or a folder under arch/. No
    compiler is named: a probe of it is never run (see `kconfig.parser`). For um, HEADER_ARCH is the first
    architecture with a Kconfig file of its own for it.

    Raises:
        UnknownArch: no arch/<folder>/Kconfig for it.
    """
    makefile = _text(reader, "Makefile")
    folder = source_arch(makefile, arch)
    kconfig = reader.read(f"arch/{folder}/Kconfig")
    if kconfig is None:
        raise UnknownArch(
            f"no Kconfig file for architecture {arch!r}",
            at=f"{reader.name}:arch/{folder}/Kconfig",
            hint="name a folder under arch/, or what make takes as ARCH=",
        )
    variables = {"ARCH": arch, "SRCARCH": folder, "SUBARCH": arch, "KERNELVERSION": _release(makefile)}
    if _HEADER_ARCH in kconfig:
        header = _header_arch(reader)
        variables |= {"HEADER_ARCH": header, "SUBARCH": header}
    return variables | dict(extra or {})


def source_arch(makefile: str, arch: str) -> str:
    """The folder under arch/ that the top Makefile's text gives an ARCH value; `arch` itself by default."""
    mapped = {match.group(1): match.group(2) for match in _MAPPED.finditer(makefile)}
    return mapped.get(arch, arch)


def _text(reader: TreeReader, path: str) -> str:
    return (reader.read(path) or b"").decode("utf-8", "replace")


def _release(makefile: str) -> str:
    parts = {match.group(1): match.group(2) for match in _RELEASE.finditer(makefile)}
    numbers = ".".join(parts.get(key, "0") for key in ("VERSION", "PATCHLEVEL", "SUBLEVEL"))
    return numbers + parts.get("EXTRAVERSION", "")


def _header_arch(reader: TreeReader) -> str:
    found = [match.group(1) for path in reader.paths("arch") if (match := _HEADER_KCONFIG.match(path))]
    return found[0] if found else ""
