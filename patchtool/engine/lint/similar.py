"""The defined symbol whose name is most like an undefined one."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from difflib import SequenceMatcher
from heapq import nsmallest

# difflib's measure, 0 to 1. Two drivers' names that share a prefix reach 0.8 and mean nothing.
CLOSE = 0.88
_GRAM = 4
_DIGITS = re.compile(r"\d")
_TRIED = 8


class Names:
    """Defined names, to be asked which is nearest.

    difflib over all 17,000 takes 80 ms a question. Here only names that share most pieces of four characters
    are measured, under 1 ms: a name that is close but shares hardly one is missed.
    """

    def __init__(self, names: Iterable[str]) -> None:
        self._names = sorted(names)
        self._known = frozenset(self._names)
        self._holders: dict[str, list[int]] = {}
        for number, name in enumerate(self._names):
            for gram in _grams(name):
                self._holders.setdefault(gram, []).append(number)

    def nearest(self, name: str) -> str:
        """The name most alike, the first in the alphabet of equals; "" where none is close.

        One that differs in digits alone is another chip or another erratum, and no answer.
        """
        bare = name.removeprefix("CONFIG_")
        if bare != name and bare in self._known:
            return bare
        shared: Counter[int] = Counter()
        for gram in _grams(name):
            shared.update(self._holders.get(gram, ()))
        enough = len(name) // 3  # what is close shares more
        overlaps = [(-self._overlap(n, name, number), number) for number, n in shared.items() if n > enough]
        measured = [(_ratio(name, self._names[number]), number) for _, number in nsmallest(_TRIED, overlaps)]
        best, number = max(measured, key=lambda pair: (pair[0], -pair[1]), default=(0.0, 0))
        if best < CLOSE or _DIGITS.sub("", name) == _DIGITS.sub("", self._names[number]):
            return ""
        return self._names[number]

    # Shared pieces as a part of both names' pieces: long names share much with everything.
    def _overlap(self, shared: int, name: str, number: int) -> float:
        return shared / (len(name) + len(self._names[number]))


def _grams(name: str) -> set[str]:
    padded = f"^{name}$"
    return {padded[at : at + _GRAM] for at in range(max(len(padded) - _GRAM + 1, 1))}


def _ratio(name: str, other: str) -> float:
    return SequenceMatcher(None, other, name, autojunk=False).ratio()
