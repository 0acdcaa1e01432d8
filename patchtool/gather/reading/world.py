"""The memory of one concrete run: tables, the data page, what was chosen, and the effects so far."""

from __future__ import annotations

from dataclasses import dataclass, field

from patchtool.core.finding import Location
from patchtool.gather.machine.program import Effect, Kind, Reach, Scope
from patchtool.gather.reading.values import MASK, Obj, Place, Unknown, Value

TABLES = 2
PAGE = TABLES
# The ends of C's types, where the interpreter's integers have 64 bits.
LIMITS = {
    "INT_MAX": (1 << 31) - 1, "UINT_MAX": (1 << 32) - 1, "LONG_MAX": (1 << 63) - 1, "ULONG_MAX": MASK,
    "U8_MAX": (1 << 8) - 1, "U16_MAX": (1 << 16) - 1, "U32_MAX": (1 << 32) - 1, "U64_MAX": MASK,
}  # fmt: skip
_TABLE_BASE, _TABLE_STEP = 1 << 40, 1 << 20


@dataclass(slots=True)
class World:
    """Records effects of one run. Objects 0..TABLES-1 are tables, top first; PAGE is the data page.

    `script` are answers to the first choices; beyond it the first alternative is taken. `asked` counts the
    alternatives of every choice met, in order, so that the caller can go through all of them. `spans` are
    the addresses that an object maps, end exclusive; without one, all. `remote` is set while a function runs
    on other CPUs, `over` while all invalidations travel in one way, whatever the code below them does;
    `skips_lazy` while CPUs that run no thread of the mm are left out.
    """

    smp: bool
    nested: bool
    script: tuple[int, ...] = ()
    asked: list[int] = field(default_factory=list)
    effects: list[Effect] = field(default_factory=list)
    pages: list[Obj] = field(default_factory=lambda: [Obj("struct page") for _ in range(TABLES + 1)])
    spans: dict[int, tuple[int, int]] = field(default_factory=dict)
    remote: Reach | None = None
    over: Reach | None = None
    skips_lazy: bool = False
    callback: list[int] | None = None

    def choose(self, question: str, answers: tuple[str, ...], function: str, at: Location | None) -> str:
        """The answer that this run gives; recorded as an effect."""
        index = self.script[len(self.asked)] if len(self.asked) < len(self.script) else 0
        self.asked.append(len(answers))
        self.effects.append(
            Effect(Kind.CHOICE, question=question, answer=answers[index], function=function, at=at)
        )
        return answers[index]

    def answers(self) -> tuple[int, ...]:
        """What was answered, by number, for every choice met."""
        return self.script[: len(self.asked)] + (0,) * (len(self.asked) - len(self.script))

    def table(self, number: int) -> int:
        """A table's address; low bits are free for tags, as architectures use them."""
        return _TABLE_BASE + number * _TABLE_STEP

    def object_at(self, value: Value) -> int | None:
        """The table or page that an address or a struct page means; None for any other memory."""
        if isinstance(value, Obj):
            return self.pages.index(value) if value in self.pages else None
        if isinstance(value, int):
            number, rest = divmod(value - _TABLE_BASE, _TABLE_STEP)
            return number if rest == 0 and 0 <= number < TABLES else None
        return None

    def hits(self, number: int, start: int, end: int) -> bool:
        """Whether an address from start to end, end exclusive, is one that the object maps."""
        first, last = self.spans.get(number, (0, MASK))
        return start < last and first < end

    def invalidate(self, scope: Scope, reach: Reach, function: str, at: Location) -> None:
        """A TLB invalidation; inside a function that runs on other CPUs a local one reaches those."""
        if self.callback is not None:
            raise Unknown("an RCU callback invalidates the TLB, which the model does not follow", at)
        if self.over is not None:
            reach = self.over
        if reach is Reach.LOCAL and self.remote is not None:
            reach = self.remote
        self.effects.append(Effect(Kind.TLBI, scope=scope, reach=reach, function=function, at=at))

    def free(self, value: Value, function: str, at: Location) -> None:
        """Free what a value points at; other memory (a batch page) is not an object of the model."""
        number = self.object_at(value)
        if number is None:
            if isinstance(value, Place) or (isinstance(value, int) and value):
                raise Unknown("frees memory that is no table, page or batch of the model", at)
        elif self.callback is not None:
            self.callback.append(number)
        else:
            self.effects.append(Effect(Kind.FREE, (number,), function=function, at=at))

    def emit(self, kind: Kind, objects: tuple[int, ...], function: str, at: Location | None) -> None:
        """Record an effect that needs nothing else."""
        self.effects.append(Effect(kind, objects, function=function, at=at))
