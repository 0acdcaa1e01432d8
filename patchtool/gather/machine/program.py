"""What the unmapping CPU does, as the extraction found it: effects, with the choices between them."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from patchtool.core.finding import Location


class Kind(StrEnum):
    """The effects that walkers can notice."""

    UNHOOK = "unhook"
    FLUSH = "flush"
    TLBI = "tlbi"
    FREE = "free"
    CALL_RCU = "call-rcu"
    IPI = "ipi"
    CHOICE = "choice"


class Scope(StrEnum):
    """What an invalidation drops: TLB entries of pages, walk-cache entries of tables, or both."""

    LEAF = "leaf"
    TABLES = "tables"
    ALL = "all"


class Reach(StrEnum):
    """Whom an invalidation reaches, and how.

    LOCAL: the CPU that issues it. BROADCAST: all, waiting for no one. IPI: all, waiting until interrupts
    are on everywhere. OTHERS: as IPI, without the CPU that issues it.
    """

    LOCAL = "local"
    BROADCAST = "broadcast"
    IPI = "ipi"
    OTHERS = "others"


@dataclass(frozen=True, slots=True)
class Effect:
    """One effect. `objects` are numbers of tables (top first) and, last, the data page.

    `scope` and `reach` are set for TLBI; `question` and `answer` for CHOICE. `function` and `at` say where
    the tree does it and are no part of the program's id.
    """

    kind: Kind
    objects: tuple[int, ...] = ()
    scope: Scope | None = None
    reach: Reach | None = None
    question: str = ""
    answer: str = ""
    function: str = ""
    at: Location | None = None

    @property
    def key(self) -> str:
        """The effect without names and places."""
        parts = (self.kind, *self.objects, self.scope or "", self.reach or "")
        return " ".join(str(part) for part in parts).strip()


@dataclass(frozen=True, slots=True)
class Node:
    """One point of a program: its effect, then where it leads, one way per answer of a CHOICE.

    `ways` are (answer, node number); ("", number) after any other effect. None as effect is the end.
    """

    effect: Effect | None
    ways: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Program:
    """Nodes from 0 on, shared where what follows is equal; `id` is 16 hex digits, equal for equal programs.

    Equal means: the same effects and choices, whatever the names, files and lines.
    """

    nodes: tuple[Node, ...]
    id: str


Allowed = Mapping[str, frozenset[str]]


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:16]


class _Builder:
    def __init__(self) -> None:
        self.nodes: list[Node] = []
        self.ids: list[str] = []
        self.known: dict[str, int] = {}

    def add(self, effect: Effect | None, ways: tuple[tuple[str, int], ...]) -> int:
        if effect is not None and effect.kind is Kind.CHOICE and len({number for _, number in ways}) == 1:
            return ways[0][1]  # an answer that changes nothing is no choice
        text = "end" if effect is None else effect.question + effect.key
        digest = _digest(text + "".join(f"|{answer}:{self.ids[number]}" for answer, number in ways))
        if digest not in self.known:
            self.known[digest] = len(self.nodes)
            self.nodes.append(Node(effect, ways))
            self.ids.append(digest)
        return self.known[digest]

    def build(self, runs: Sequence[Sequence[Effect]], depth: int) -> int:
        first = runs[0]
        if depth == len(first):
            return self.add(None, ())
        effect = first[depth]
        if effect.kind is not Kind.CHOICE:
            return self.add(effect, (("", self.build(runs, depth + 1)),))
        answers = dict.fromkeys(run[depth].answer for run in runs)
        ways = tuple(
            (answer, self.build([run for run in runs if run[depth].answer == answer], depth + 1))
            for answer in answers
        )
        return self.add(effect, ways)


def assemble(runs: Sequence[Sequence[Effect]]) -> Program:
    """The program that a set of runs make; runs agree up to the first choice that they answer differently.

    Expects at least one run. Invalidations alike that follow one another count as one.
    """
    builder = _Builder()
    root = builder.build([_merged(run) for run in runs], 0)
    order = [root]
    for number in order:
        order += [n for _, n in builder.nodes[number].ways if n not in order]
    place = {number: index for index, number in enumerate(order)}
    nodes = tuple(
        Node(builder.nodes[n].effect, tuple((answer, place[w]) for answer, w in builder.nodes[n].ways))
        for n in order
    )
    return Program(nodes, builder.ids[root])


def _merged(run: Sequence[Effect]) -> list[Effect]:
    out: list[Effect] = []
    for effect in run:
        if effect.kind is Kind.TLBI and out and out[-1].key == effect.key:
            continue
        out.append(effect)
    return out


def allowed_runs(runs: Sequence[Sequence[Effect]], allowed: Allowed) -> list[Sequence[Effect]]:
    """The runs whose every choice is answered as `allowed` has it; a question not named there is free."""
    return [run for run in runs if all(e.answer in allowed.get(e.question, {e.answer}) for e in run)]
