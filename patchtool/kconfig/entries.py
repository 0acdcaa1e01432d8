"""Behind the door to kconfiglib: its entries and expression trees, told in the words of `core`."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Any

from patchtool.core.expr import Compare, Const, Expr, N, Not, Sym, both, either, raised, text

_NUMBER = re.compile(r"-?\d+\Z|0[xX][0-9a-fA-F]+\Z")
_CONSTANTS = frozenset({"n", "m", "y"})


@dataclass(frozen=True, slots=True)
class Declared:
    """One entry as the parser has it; fields are as in `core.symbol`, `raises` are (target, condition)."""

    symbol: str
    kind: str
    path: str
    line: int
    prompt: str
    visible: Expr
    depends: Expr
    defaults: tuple[tuple[str, Expr | None, Expr], ...]
    selects: tuple[tuple[str, Expr], ...]
    implies: tuple[tuple[str, Expr], ...]
    ranges: tuple[tuple[str, str, Expr], ...]
    choice: tuple[str, ...]
    mandatory: bool
    is_menu: bool
    transitional: bool


def declared(library: Any, parsed: Any, symbols: Collection[str]) -> Iterator[Declared]:
    """Entries that define, select or imply one of these symbols, in order of reading."""
    teller = _Teller(library)
    for node in parsed.node_iter():
        item = node.item
        if not isinstance(item, library.Symbol):
            continue
        targets = (target.name for target, _ in (*node.selects, *node.implies))
        if item.name in symbols or any(name in symbols for name in targets):
            yield teller.entry(node)


class _Teller:
    def __init__(self, library: Any) -> None:
        self._library = library
        self._relations = {getattr(library, name): op for name, op in _RELATIONS.items()}
        self._told: dict[int, tuple[Any, Expr]] = {}

    def entry(self, node: Any) -> Declared:
        symbol = node.item
        kind = self._library.TYPE_TO_STR[symbol.orig_type]
        logical = kind in ("bool", "tristate")
        members = symbol.choice.syms if symbol.choice else ()
        return Declared(
            symbol.name,
            "" if kind == "unknown" else kind,
            node.filename,
            node.linenr,
            node.prompt[0] if node.prompt else "",
            self.expr(node.prompt[1]) if node.prompt else N,
            self.expr(node.dep),
            tuple((self.value(v), self.expr(v) if logical else None, self.expr(c)) for v, c in node.defaults),
            tuple((target.name, self.expr(when)) for target, when in node.orig_selects),
            tuple((target.name, self.expr(when)) for target, when in node.orig_implies),
            tuple((self.side(low), self.side(high), self.expr(when)) for low, high, when in node.ranges),
            tuple(sorted({other.name for other in members if other is not symbol})),
            _is_mandatory(self._library, symbol.choice),
            bool(node.is_menuconfig),
            bool(getattr(symbol, "transitional", False)),
        )

    # Conditions of the menus above are one object in all entries below: each is told once.
    def expr(self, tree: Any) -> Expr:
        known = self._told.get(id(tree))
        if known is None or known[0] is not tree:
            known = self._told[id(tree)] = tree, self._expr(tree)
        return known[1]

    def _expr(self, tree: Any) -> Expr:
        library = self._library
        if isinstance(tree, library.Symbol):
            return _plain(tree)
        if isinstance(tree, library.Choice):
            # A choice is what its prompt lets it be; a bool one takes m for y.
            visible = either(*(self.expr(node.prompt[1]) for node in tree.nodes if node.prompt))
            return raised(visible) if tree.orig_type is library.BOOL else visible
        if tree[0] is library.AND:
            return both(self.expr(tree[1]), self.expr(tree[2]))
        if tree[0] is library.OR:
            return either(self.expr(tree[1]), self.expr(tree[2]))
        if tree[0] is library.NOT:
            return Not(self.expr(tree[1]))
        return Compare(self.side(tree[1]), self._relations[tree[0]], self.side(tree[2]))

    def value(self, tree: Any) -> str:
        if not isinstance(tree, self._library.Symbol):
            return text(self.expr(tree))
        return f'"{tree.name}"' if tree.is_constant and tree.name not in _CONSTANTS else str(tree.name)

    def side(self, symbol: Any) -> str:
        quoted = symbol.is_constant or _NUMBER.match(symbol.name)
        return f'"{symbol.name}"' if quoted else str(symbol.name)


_RELATIONS = {
    "EQUAL": "=", "UNEQUAL": "!=", "LESS": "<", "LESS_EQUAL": "<=", "GREATER": ">", "GREATER_EQUAL": ">=",
}  # fmt: skip


def _is_mandatory(library: Any, choice: Any) -> bool:
    return choice is not None and choice.orig_type is library.BOOL and not choice.is_optional


# A constant that is no tristate is n, as is a number.
def _plain(symbol: Any) -> Expr:
    if symbol.is_constant:
        return Const(symbol.name) if symbol.name in _CONSTANTS else N
    return N if _NUMBER.match(symbol.name) else Sym(symbol.name)
