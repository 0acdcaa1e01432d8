"""Answers kept between runs: one small file a question, whole or absent."""

from __future__ import annotations

import json
import os
from hashlib import sha256
from pathlib import Path


class JsonCache:
    """Keeps JSON values in a folder under a kind and a key; a `folder` of None keeps nothing.

    A file that can't be read, is cut off or is no JSON counts as absent, one that can't be written is no
    error: a cache is never a reason to stop. The caller checks the shape of what comes back.
    """

    def __init__(self, folder: Path | None, kind: str) -> None:
        self._folder = folder
        self._kind = kind

    def get(self, *key: str) -> object:
        """The value kept under a key; None where there is none."""
        place = self._place(key)
        if place is None:
            return None
        try:
            value: object = json.loads(place.read_text(encoding="utf-8"))
        except (OSError, ValueError, RecursionError):
            return None
        return value

    def put(self, value: object, *key: str) -> None:
        """Keep a value under a key, in place of an older one."""
        place = self._place(key)
        if place is None:
            return
        part = place.with_suffix(f".{os.getpid()}.part")
        try:
            place.parent.mkdir(parents=True, exist_ok=True)
            part.write_text(json.dumps(value), encoding="utf-8")
            part.replace(place)
        except (OSError, ValueError):
            return

    def _place(self, key: tuple[str, ...]) -> Path | None:
        if self._folder is None:
            return None
        digest = sha256("\0".join(key).encode("utf-8", "surrogateescape")).hexdigest()[:32]
        return self._folder / f"{self._kind}-{digest}.json"
