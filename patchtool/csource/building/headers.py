"""Which file an #include means, per architecture: its own, a generated wrapper of asm-generic's, or the
common one.
"""

from __future__ import annotations

import posixpath
import re
from dataclasses import dataclass

from patchtool.core.tree import TreeReader

_LIST = re.compile(r"^(?P<kind>generic|mandatory|generated)-y\s*[+:]?=\s*(?P<names>.*)$", re.M)
_INCLUDED = re.compile(r"^include\s+(\S+)", re.M)
_OPTION = re.compile(r"-I\s*(\$\((?:srctree|src|obj)\)[^\s\"')]*|[\w./-]+)")
_SUBDIR = re.compile(
    r"^(?:subdir-)?(?:ccflags|cppflags|KBUILD_CFLAGS|KBUILD_CPPFLAGS|asflags|CFLAGS_\S+)\S*\s*[+:]?=\s*(.*)$",
    re.M,
)
_MISSING = ""


@dataclass(frozen=True, slots=True)
class Found:
    """Where an include leads: `path`, "" where the tree has no such file.

    `generated` says that the build makes the file (or that it may: where the tree has none of that name);
    `guessed` that the tree has several and the configuration, in a way that is not read, chooses.
    """

    path: str
    generated: bool = False
    guessed: bool = False


class Headers:
    """Answers for one tree and one architecture (a folder under arch/); each question is asked once.

    With "" for the architecture, what hangs on it is found nowhere.

    Sources: the top Makefile's LINUXINCLUDE and USERINCLUDE, scripts/Makefile.asm-generic (generic-y,
    mandatory-y), include/asm-generic/Kbuild. `-I` of a folder's own Makefile and of those above is read where
    it is a plain path; `mach-` folders that the configuration chooses are guessed, the generic one first.
    """

    def __init__(self, reader: TreeReader, arch: str, present: frozenset[str]) -> None:
        self.reader = reader
        self.arch = arch
        self.present = present
        own = f"arch/{arch}/include"
        self._before = [own]
        self._after = ["include", f"{own}/uapi", "include/uapi"]
        if arch == "um":
            self._before += [f"{own}/shared", "arch/x86/um/shared", "arch/x86/um", "arch/x86/include"]
            self._after += ["arch/x86/include/uapi"]
        self._wrapped, self._made = self._lists(own)
        self._known: dict[tuple[str, str], Found] = {}
        self._options: dict[str, tuple[str, ...]] = {}
        self._by_name: dict[str, list[str]] = {}

    def find(self, spec: str, path: str, unit: str) -> Found:
        """The file that `#include spec` in `path` reads when `unit` is compiled."""
        quoted = spec[0] == '"'
        key = (spec, f"{posixpath.dirname(path) if quoted else ''}:{posixpath.dirname(unit)}")
        if key not in self._known:
            self._known[key] = self._find(spec[1:-1], path if quoted else "", unit)
        return self._known[key]

    def _find(self, name: str, beside: str, unit: str) -> Found:
        if beside:
            place = posixpath.normpath(posixpath.join(posixpath.dirname(beside), name))
            if place in self.present:
                return Found(place)
        folders = [*self._before, *self._after]
        for folder in folders:
            place = posixpath.normpath(f"{folder}/{name}")
            if place in self.present:
                return Found(place)
            if folder == self._before[-1] and (made := self._generated(name)):
                return made
        for folder in self._folders(posixpath.dirname(unit)):
            place = posixpath.normpath(f"{folder}/{name}")
            if place in self.present:
                return Found(place)
        return self._chosen(name)

    def _generated(self, name: str) -> Found | None:
        if not name.startswith("asm/"):
            return None
        short = name.removeprefix("asm/")
        if short in self._made:
            return Found(_MISSING, generated=True)
        if short not in self._wrapped:
            return None
        own = [f"arch/{self.arch}/include/uapi/asm/{short}"]
        places = [p for p in own if p in self.present] or [
            p
            for p in (f"include/asm-generic/{short}", f"include/uapi/asm-generic/{short}")
            if p in self.present
        ]
        return Found(places[0]) if places else None

    # mach-, plat- and cpu- folders of the architecture, of which the configuration takes one.
    def _chosen(self, name: str) -> Found:
        own = f"arch/{self.arch}/"
        tail = f"/{name}"
        found = [p for p in self._suffixed(name) if p.endswith(tail) and p.startswith(own) and "include" in p]
        if not found:
            return Found(_MISSING, generated=True)
        found.sort(key=lambda p: ("generic" not in p, "common" not in p, "cpu-sh4/" not in p, p))
        return Found(found[0], guessed=len(found) > 1)

    def _suffixed(self, name: str) -> tuple[str, ...]:
        if not self.arch:
            return ()
        if not self._by_name:
            for path in sorted(self.present):
                if path.startswith(f"arch/{self.arch}/") and path.endswith(".h"):
                    self._by_name.setdefault(posixpath.basename(path), []).append(path)
        return tuple(self._by_name.get(posixpath.basename(name), ()))

    def _folders(self, folder: str) -> tuple[str, ...]:
        if folder not in self._options:
            above = self._folders(posixpath.dirname(folder)) if "/" in folder else ()
            text = ""
            for name in ("Makefile", "Kbuild"):
                if f"{folder}/{name}" in self.present:
                    text += (self.reader.read(f"{folder}/{name}") or b"").decode("utf-8", "replace")
            own = [
                posixpath.normpath(
                    option.replace("$(srctree)/", "").replace("$(src)", folder).replace("$(obj)", folder)
                )
                for flags in _SUBDIR.findall(text.replace("\\\n", " "))
                for option in _OPTION.findall(flags)
            ]
            self._options[folder] = (*own, *above)
        return self._options[folder]

    # The names that a wrapper is made for, and those that the build makes otherwise.
    def _lists(self, own: str) -> tuple[frozenset[str], frozenset[str]]:
        wrapped: set[str] = set()
        made: set[str] = set()
        common = ("include/asm-generic/Kbuild", "include/uapi/asm-generic/Kbuild")
        for place in (f"{own}/asm/Kbuild", f"{own}/uapi/asm/Kbuild", *common):
            text = (
                (self.reader.read(place) or b"").decode("utf-8", "replace") if place in self.present else ""
            )
            for match in _LIST.finditer(text.replace("\\\n", " ")):
                target = made if match["kind"] == "generated" else wrapped
                # What is mandatory is wrapped where the architecture has none of its own: only asm-generic's
                # own list says so; in uapi it is a check.
                if match["kind"] == "mandatory" and not place.startswith(
                    ("include/asm-generic", "include/uapi")
                ):
                    continue
                target.update(name for name in match["names"].split("#")[0].split() if name.endswith(".h"))
        return frozenset(wrapped), frozenset(made)
