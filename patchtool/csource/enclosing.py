"""The `#if` lines that one line of a C file stands under."""

from __future__ import annotations

from collections.abc import Iterable

from patchtool.csource.layout import Choice, Item, layout


def enclosing(path: str, data: bytes, line: int) -> tuple[str, ...]:
    """The conditions around a 1-based line, outermost first, as written.

    An `#ifdef X` is `defined(X)`, an `#else` the negation of what is before it. The include guard of a header
    is left out. () for a line under none, and for what is no line of the file.
    """
    return tuple(_around(layout(path, data).items, line))


def _around(items: Iterable[Item], line: int) -> Iterable[str]:
    for item in items:
        if not isinstance(item, Choice) or item.branches[0].line > line:
            continue
        for at, branch in enumerate(item.branches):
            end = item.branches[at + 1].line if at + 1 < len(item.branches) else _last(branch.items)
            if branch.line < line < end or (at + 1 == len(item.branches) and branch.line < line <= end):
                before = [one.condition or "" for one in item.branches[:at]]
                yield _spelled(before, branch.condition)
                yield from _around(branch.items, line)


def _spelled(before: list[str], own: str | None) -> str:
    denied = [_denied(one) for one in before] if own is None else []
    return " && ".join(denied) if own is None else own


def _denied(condition: str) -> str:
    simple = condition.startswith("defined(") and condition.count("(") == 1
    if condition.startswith("!defined(") and condition.count("(") == 1:
        return condition[1:]
    return f"!{condition}" if simple else f"!({condition})"


def _last(items: Iterable[Item]) -> int:
    last = 0
    for item in items:
        if isinstance(item, Choice):
            last = max([last, *(max(branch.line, _last(branch.items)) for branch in item.branches)])
        else:
            last = max(last, getattr(item, "last", 0) or getattr(item, "line", 0))
    return last
