"""What every configuration of an architecture has in common, as far as the Kconfig files' text shows at
once.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache

_ENTRY = re.compile(
    rb"^[ \t]*(?:menu)?config[ \t]+(\w+)[^\n]*\n((?:(?![ \t]*(?:menu)?config[ \t]+\w)[^\n]*\n?)*)", re.M
)
_TYPE = re.compile(rb"^[ \t]+(?:def_)?(bool|boolean|tristate|int|hex|string)\b", re.M)
_ALWAYS = re.compile(rb"^[ \t]+(?:def_bool[ \t]+y|default[ \t]+y)[ \t]*$", re.M)
_SELECT = re.compile(rb"^[ \t]+select[ \t]+(\w+)[ \t]*(?:#[^\n]*)?$", re.M)
_CONDITION = re.compile(rb"^[ \t]+(?:depends[ \t]|prompt\b|(?:bool|tristate)[ \t]+[\"'])", re.M)
_HELP = re.compile(rb"^[ \t]+(?:help|---help---)[ \t]*$", re.M)
_BLOCK = re.compile(rb"^[ \t]*(?:(if|menu|choice)\b|(end(?:if|menu|choice))\b)", re.M)
_FOREIGN = re.compile(rb'^\s*source\s+"?(arch/\w+/)', re.M)
_KINDS = {b"tristate": "ymn", b"bool": "yn", b"boolean": "yn"}


class Census:
    """The values that symbols can have on one architecture: a `Config` of which only letters are known.

    A symbol without an entry in any file that the architecture could read is n. With "" for the architecture
    the letters are those of any. One that the architecture's own Kconfig file sets without a condition
    (`def_bool y`), or that such a one selects, is y. `common` is what `common` gives for the files.
    """

    def __init__(self, files: Mapping[str, bytes], arch: str, common: Mapping[str, str]) -> None:
        self._letters = dict(common)
        foreign = _foreign(files, arch)
        for path, data in files.items():
            if _is_own(path) and (not arch or path.startswith(foreign)):
                _merge(self._letters, _kinds(data))
        if not arch:
            self._letters = {s: "ymn" if letters == "?" else letters for s, letters in self._letters.items()}
        for symbol in _always(files.get(f"arch/{arch}/Kconfig", b"")):
            if self._letters.get(symbol):
                self._letters[symbol] = "y"

    def possible(self, symbol: str, /) -> str:
        """See `Config.possible`."""
        letters = self._letters.get(symbol, "n")
        return "ymn" if letters == "?" else letters

    def text(self, symbol: str, /) -> str | None:
        """See `Config.text`; no number is known."""
        return None


def common(files: Mapping[str, bytes]) -> Mapping[str, str]:
    """What the files that every architecture reads say, by symbol."""
    found: dict[str, str] = {}
    for path, data in files.items():
        if not _is_own(path):
            _merge(found, _kinds(data))
    return found


def is_kconfig(path: str) -> bool:
    """Whether a path is a Kconfig file that a kernel could read."""
    name = path.rpartition("/")[2]
    return name.startswith("Kconfig") and not path.startswith(("Documentation/", "scripts/kconfig/"))


# Whether a file is one architecture's.
def _is_own(path: str) -> bool:
    return path.startswith("arch/") and path.count("/") > 1


# An entry without a type leaves it to another one.
def _merge(into: dict[str, str], kinds: Mapping[str, str]) -> None:
    for symbol, letters in kinds.items():
        known = into.get(symbol, "?")
        into[symbol] = known if letters == "?" else letters if known == "?" else max(known, letters)


@lru_cache(maxsize=4096)
def _kinds(data: bytes) -> Mapping[str, str]:
    found: dict[str, str] = {}
    for match in _ENTRY.finditer(data):
        kind = _TYPE.search(match.group(2))
        if kind is not None:
            found[match.group(1).decode()] = _KINDS.get(kind.group(1), "")
        else:
            found.setdefault(match.group(1).decode(), "?")
    return found


def _foreign(files: Mapping[str, bytes], arch: str) -> tuple[str, ...]:
    found = [f"arch/{arch}/"]
    if arch == "um":
        found += ["arch/x86/um/", "arch/x86/Kconfig"]
    for prefix in found:
        for path, data in files.items():
            if path.startswith(prefix):
                found += [m.decode() for m in _FOREIGN.findall(data) if m.decode() not in found]
    return tuple(found)


# Entries outside of every block that are y whatever is chosen, and what they select.
@lru_cache(maxsize=64)
def _always(data: bytes) -> frozenset[str]:
    entries: dict[bytes, list[bytes]] = {}
    depth, counted = 0, 0
    for match in _ENTRY.finditer(data):
        blocks = _BLOCK.findall(data, counted, match.start())
        depth += sum(1 if opened else -1 for opened, _ in blocks)
        counted = match.start()
        if depth == 0:
            entries.setdefault(match.group(1), []).append(_HELP.split(match.group(2))[0])
    found: set[bytes] = set()
    waiting = [name for name, bodies in entries.items() if any(map(_is_always, bodies))]
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            waiting += [
                t
                for body in entries.get(name, ())
                if not _CONDITION.search(body)
                for t in _SELECT.findall(body)
            ]
    return frozenset(name.decode() for name in found)


# A typed entry without a prompt and a condition; what another file says of the symbol adds a default at most.
def _is_always(body: bytes) -> bool:
    return bool(_ALWAYS.search(body) and _TYPE.search(body)) and not _CONDITION.search(body)
