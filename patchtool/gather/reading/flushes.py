"""Invalidations, and functions that run on other CPUs: what the tables of architectures end in."""

from __future__ import annotations

from dataclasses import dataclass

from patchtool.core.finding import Location
from patchtool.gather.architectures import Configuration, Invalidation
from patchtool.gather.machine.program import Kind, Reach, Scope
from patchtool.gather.reading.interpreter import Call, Interpreter, Primitive, argument, given, run_function
from patchtool.gather.reading.values import Obj, Place, Unknown, Value
from patchtool.gather.reading.world import PAGE, TABLES, World

# A range of this size means all addresses, whichever way a tree writes that.
_EVERYTHING = 1 << 62


@dataclass(slots=True)
class Flushes:
    """The functions of one configuration and one run that reach TLBs or other CPUs."""

    world: World
    configuration: Configuration

    def table(self) -> dict[str, Primitive]:
        """Names to functions; the architecture's own invalidations come last and win."""
        found: dict[str, Primitive] = {
            "on_each_cpu": lambda run, call: self._each(run, call, (0, 1, 2)),
            "on_each_cpu_mask": lambda run, call: self._each(run, call, (1, 2, 3)),
            "on_each_cpu_cond": lambda run, call: self._some(run, call, (1, 2, 3)),
            "on_each_cpu_cond_mask": lambda run, call: self._some(run, call, (1, 2, 3)),
            "smp_call_function": lambda run, call: self._others(run, call, (0, 1, 2)),
            "smp_call_function_many": lambda run, call: self._others(run, call, (1, 2, 3)),
            "smp_call_function_single": lambda run, call: self._others(run, call, (1, 2, 3)),
            "tlb_flush": self._tlb_flush,
        }
        for row in self.configuration.invalidations:
            found[row.name] = self._invalidation(row)
        return found

    # Positions of function, argument and `wait` among the call's arguments.
    def _remote(self, run: Interpreter, call: Call, where: tuple[int, int, int], reach: Reach) -> Value:
        if not argument(run, call, where[2]):
            raise Unknown(f"{call.name}() does not wait, which the model does not follow", call.at)
        before = self.world.remote
        self.world.remote = reach
        run_function(run, call, argument(run, call, where[0]), [argument(run, call, where[1])])
        self.world.remote = before
        return 0

    def _each(self, run: Interpreter, call: Call, where: tuple[int, int, int]) -> Value:
        return self._remote(run, call, where, Reach.IPI if self.world.smp else Reach.LOCAL)

    # A CPU that the condition leaves out runs no thread of the mm, and keeps its walk caches.
    def _some(self, run: Interpreter, call: Call, where: tuple[int, int, int]) -> Value:
        before = self.world.skips_lazy
        self.world.skips_lazy = self.world.smp
        self._each(run, call, where)
        self.world.skips_lazy = before
        return 0

    def _others(self, run: Interpreter, call: Call, where: tuple[int, int, int]) -> Value:
        if not self.world.smp:
            return 0
        if not argument(run, call, where[2]):
            raise Unknown(f"{call.name}() does not wait, which the model does not follow", call.at)
        if self.world.over is None:
            self.world.emit(Kind.IPI, (), run.function, call.at)
        return self._remote(run, call, where, Reach.OTHERS)

    def _tlb_flush(self, run: Interpreter, call: Call) -> Value:
        self.world.emit(Kind.FLUSH, (), run.function, call.at)
        return run.resolve(call)

    def _invalidation(self, row: Invalidation) -> Primitive:
        def invalidate(run: Interpreter, call: Call) -> Value:
            if row.unless and run.source.function(row.unless, call.frame.unit) is not None:
                return run.resolve(call)
            if row.runs:
                return self._detour(run, call, row)
            scope = self._scope(run, call, row)
            found = self._reduced(scope, row, self._span(run, call, row), call.at)
            if found is not None:
                self.world.invalidate(found, row.reach, run.function, call.at)
            return 0

        return invalidate

    # The body of another function, all of whose invalidations travel as the row says.
    def _detour(self, run: Interpreter, call: Call, row: Invalidation) -> Value:
        before = self.world.over
        self.world.over = row.reach
        value = run.resolve(Call(row.runs, call.arguments, call.frame, call.at))
        self.world.over = before
        return value

    def _scope(self, run: Interpreter, call: Call, row: Invalidation) -> Scope:
        if row.scope is not None:
            return row.scope
        if row.scope_word is not None:
            encoded = given(call, row.scope_word).text
        else:
            encoded = str(argument(run, call, row.scope_argument or 0))
        found = dict(row.scopes).get(encoded)
        if found is None:
            raise Unknown(f"{row.name}() with the unknown operation {encoded}", call.at)
        return found

    # The addresses it is about; None: all of them.
    def _span(self, run: Interpreter, call: Call, row: Invalidation) -> tuple[int, int] | None:
        if row.address is not None and len(call.arguments) > row.address:
            address = self._number(argument(run, call, row.address), call)
            if row.address_shift:
                address = (address & ((1 << (56 - row.address_shift)) - 1)) << row.address_shift
            return address, address + 1
        if row.span_of is not None:
            found = self._span_of(argument(run, call, row.span_of), call)
            if found is not None:
                return found
            if row.span is None:
                raise Unknown(f"{call.name}() of a range that cannot be followed", call.at)
        if row.span is not None:
            start, end = (self._number(argument(run, call, at), call) for at in row.span)
            return start, start + end if row.sized else end
        return None

    # The range in the struct that a pointer points at; None for a struct that holds none.
    def _span_of(self, pointer: Value, call: Call) -> tuple[int, int] | None:
        owner = pointer.owner.fields.get(pointer.key) if isinstance(pointer, Place) else pointer
        if not isinstance(owner, Obj):
            raise Unknown(f"{call.name}() of a range that cannot be followed", call.at)
        names = [(name, f"flush_{name}") for name in ("start", "end")]
        if owner.fields.keys().isdisjoint(name for pair in names for name in pair):
            return None
        ends = [owner.fields.get(new, owner.fields.get(old, 0)) for new, old in names]
        return self._number(ends[0], call), self._number(ends[1], call)

    def _number(self, value: Value, call: Call) -> int:
        if not isinstance(value, int):
            raise Unknown(f"{call.name}() of an address that cannot be followed", call.at)
        return value

    # What is left of a scope where the invalidation is about some addresses only; None: nothing.
    def _reduced(
        self, scope: Scope, row: Invalidation, span: tuple[int, int] | None, at: Location
    ) -> Scope | None:
        if span is not None and span[0] >= span[1]:
            return None
        page = scope is not Scope.TABLES and (span is None or self.world.hits(PAGE, *span))
        tables = scope is not Scope.LEAF and not self.world.skips_lazy
        if tables and span is not None and row.tables == "address":
            hit = [self.world.hits(number, *span) for number in range(TABLES)]
            if any(hit) and not all(hit):
                raise Unknown(f"{row.name}() drops walk-cache entries of some tables only", at)
            tables = all(hit)
        elif tables and span is not None and row.tables == "unbounded":
            tables = span[1] - span[0] >= _EVERYTHING
        if page:
            return Scope.ALL if tables else Scope.LEAF
        return Scope.TABLES if tables else None
