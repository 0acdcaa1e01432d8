"""Kconfig files as kconfiglib can take them: read from a tree, newer syntax rewritten, line numbers kept."""

from __future__ import annotations

import posixpath
import re

from patchtool.core.tree import TreeReader

_GLOB = re.compile(r"[*?\[]")
# `modules` on a line of its own, and `transitional`, came after the last release of kconfiglib.
_MODULES = re.compile(r"^([ \t]+)modules[ \t]*(#.*)?$", re.M)
_TRANSITIONAL = re.compile(r"^[ \t]+transitional[ \t]*(#.*)?$", re.M)
_HELP_ABOVE = re.compile(r"^[ \t]*(config|menuconfig|help|---help---)\b", re.M)


class Sources:
    """The files of a tree by the paths that Kconfig uses; each is read once."""

    def __init__(self, reader: TreeReader) -> None:
        self._reader = reader
        self._files: dict[str, bytes | None] = {}
        self.name = reader.name
        self.transitional: set[tuple[str, int]] = set()
        """Entries with the attribute `transitional`, of the files read: path, and the line of `config`."""

    def has(self, path: str) -> bool:
        """Whether the tree has the file. Raises MissingBlob."""
        return self._bytes(path) is not None

    def matching(self, pattern: str) -> list[str]:
        """Absolute-looking paths (`/init/Kconfig`) that a `source` names; `*` never crosses a slash."""
        path = _inside(pattern)
        if not _GLOB.search(path):
            return [f"/{path}"] if self.has(path) else []
        folder = path[: _first_glob(path)].rpartition("/")[0]
        wanted = re.compile(_as_regex(path))
        return [f"/{found}" for found in self._reader.paths(folder) if wanted.fullmatch(found)]

    def text(self, path: str) -> str:
        """The file as kconfiglib reads it; "" for a file that the tree lacks. Line numbers are the file's."""
        name = _inside(path)
        source = (self._bytes(name) or b"").decode("utf-8", "surrogateescape").replace("\r\n", "\n")
        if "modules" in source:
            source = _MODULES.sub(r"\1option modules", source)
        if "transitional" in source:
            source = self._without_transitional(name, source)
        return source

    # Help texts may hold the word alone on a line: blanking it there changes no value, so only a real
    # attribute counts.
    def _without_transitional(self, path: str, source: str) -> str:
        for match in _TRANSITIONAL.finditer(source):
            above = list(_HELP_ABOVE.finditer(source, 0, match.start()))
            if above and above[-1][1] in ("config", "menuconfig"):
                self.transitional.add((path, source.count("\n", 0, above[-1].start(1)) + 1))
        return _TRANSITIONAL.sub("", source)

    def _bytes(self, path: str) -> bytes | None:
        if path not in self._files:
            self._files[path] = self._reader.read(path)
        return self._files[path]


# A path that cannot leave the tree: `..` at the top stays at the top.
def _inside(path: str) -> str:
    return posixpath.normpath(f"/{path}").lstrip("/")


def _first_glob(path: str) -> int:
    match = _GLOB.search(path)
    return match.start() if match else len(path)


def _as_regex(pattern: str) -> str:
    parts = re.split(r"(\*|\?|\[[^\]/]*\])", pattern)
    special = {"*": "[^/]*", "?": "[^/]"}
    return "".join(special.get(part) or (part if part.startswith("[") else re.escape(part)) for part in parts)
