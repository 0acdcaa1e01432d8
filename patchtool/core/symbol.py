"""What the Kconfig files of one architecture say about one symbol."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from patchtool.core.expr import Expr, Sym, both
from patchtool.core.finding import Location


@dataclass(frozen=True, slots=True)
class Entry:
    """One `config` or `menuconfig` entry; `at` is its first line.

    `prompt` is the text that users see, "" for an entry without one; `visible` the condition of the prompt
    (its `if`, the entry's dependencies, the menus above), n without a prompt. `depends` is what the entry
    depends on: its own `depends on`, and every `if` and menu it stands in.
    """

    at: Location
    prompt: str
    visible: Expr
    depends: Expr


@dataclass(frozen=True, slots=True)
class Default:
    """`default value if when`, its entry's dependencies in `when`; `expr` is None where it is no tristate.

    `value` is the default as the file says it, quoted where it is a text.
    """

    value: str
    expr: Expr | None
    when: Expr


@dataclass(frozen=True, slots=True)
class Select:
    """`select target if when` (or `imply`) at `at`, in an entry of `by` that depends on `depends`."""

    by: str
    target: str
    when: Expr
    depends: Expr
    at: Location

    @property
    def in_force(self) -> Expr:
        """How far it raises its target: what the selecting symbol is, and both conditions."""
        return both(Sym(self.by), self.when, self.depends)


@dataclass(frozen=True, slots=True)
class SymbolFacts:
    """A symbol as one architecture's Kconfig files have it.

    `kind` is `bool`, `tristate`, `int`, `hex`, `string`, or "" where nothing says (a symbol that is only
    mentioned). `entries` are in order of reading and empty where none is: the symbol is then n, whoever
    selects it. `defaults` are in force in their order: the first whose `when` is not n. `selected` and
    `implied` say by whom; `selects` and `implies` are its own. `choice` names the other members of the choice
    it belongs to, sorted; () outside of one; `mandatory` where one member is y as soon as one is visible
    (a bool choice that is not `optional`). `is_menu`: its entry is a `menuconfig`.
    `probed`: an entry that defines, selects or implies it holds a macro call, and another build machine may
    answer that otherwise.
    """

    name: str
    arch: str
    kind: str = ""
    entries: tuple[Entry, ...] = ()
    defaults: tuple[Default, ...] = ()
    selected: tuple[Select, ...] = ()
    implied: tuple[Select, ...] = ()
    selects: tuple[Select, ...] = ()
    implies: tuple[Select, ...] = ()
    ranges: tuple[tuple[str, str, Expr], ...] = ()
    choice: tuple[str, ...] = ()
    mandatory: bool = False
    is_menu: bool = False
    transitional: bool = False
    probed: bool = False

    @property
    def defined(self) -> bool:
        """Whether any file that the architecture reads has an entry for it."""
        return bool(self.entries)


def unlike(edges: Iterable[Select], others: Iterable[Select]) -> tuple[Select, ...]:
    """Those edges that none of the others equals, places apart."""
    known = {(edge.by, edge.target, edge.when, edge.depends) for edge in others}
    return tuple(edge for edge in edges if (edge.by, edge.target, edge.when, edge.depends) not in known)
