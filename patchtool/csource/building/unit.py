"""One translation unit, walked as the preprocessor walks it, for every configuration at once."""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Iterable
from dataclasses import replace

from patchtool.core.expr import Compare
from patchtool.core.finding import Location
from patchtool.core.tree import TreeReader
from patchtool.csource.building.formulas import ALWAYS, NEVER, Formula, Formulas
from patchtool.csource.building.headers import Found as Lead
from patchtool.csource.building.headers import Headers
from patchtool.csource.building.points import Changing, Found, Frame, Point, moved, thinned
from patchtool.csource.building.terms import is_fixed, parsed
from patchtool.csource.building.values import Config, Gate, Opaque, Values
from patchtool.csource.condition import Macro
from patchtool.csource.layout import Branch, Choice, Error, Include, Layout, Segment, layout

# Headers nest some forty deep; what includes itself without a guard would never end.
_DEEPEST = 150
_MOST_VISITS = 60


class Asking:
    """A configuration that remembers what it was asked."""

    def __init__(self, config: Config) -> None:
        self._config = config
        self.asked: dict[str, str] = {}

    def possible(self, symbol: str, /) -> str:
        """See `Config.possible`."""
        if symbol not in self.asked:
            self.asked[symbol] = self._config.possible(symbol)
        return self.asked[symbol]

    def text(self, symbol: str, /) -> str | None:
        """See `Config.text`."""
        return self._config.text(symbol)


class Walk:
    """The unit's files in the order the preprocessor reads them, for all configurations of `config` at
    once.

    A region is read under its condition: a macro defined there is defined under that condition. For what was
    met see `Found`. `changing` is what the states of a series differ in: at the first such places `points`
    are kept, for the walk of another state, which is given one (`from_`), to go on from.
    Does not see `_Pragma`, computed includes, nor what a macro declares by pasting names.
    """

    def __init__(
        self,
        reader: TreeReader,
        headers: Headers,
        config: Config,
        *,
        changing: Changing | None = None,
        from_: Point | None = None,
    ) -> None:
        self.formulas = from_.formulas if from_ else Formulas()
        self.config = Asking(config)
        self.found = from_.found.copy() if from_ else Found()
        self.macros = self.found.macros
        self.values = Values(self.formulas, self.config, self.macros, unsure=not headers.arch)
        self.unsure = not headers.arch
        self.points: tuple[Point, ...] = (from_,) if from_ else ()
        self._spent = set(from_.spent) if from_ else set()
        self._reader = reader
        self._headers = headers
        self._changing = changing
        self._from = from_
        self._when = self.whole = from_.whole if from_ else ALWAYS
        self._stack: list[Frame] = []
        self._depth = 0
        self._plans: dict[str, Layout | None] = {}
        self._leads: dict[str, Lead] = {}
        self._unit = ""
        self._fixed: dict[str, Formula] = {}
        self._deeds: dict[type, Callable[..., None]] = {
            Segment: self._segment,
            Include: self._include,
            Choice: self._choice,
            Branch: self._branch,
            Error: self._error,
            str: lambda path, frame: self._file(path),
        }

    @property
    def visits(self) -> list[tuple[Formula, str, Segment]]:
        """See `Found.visits`."""
        return self.found.visits

    @property
    def files(self) -> dict[str, Formula]:
        """See `Found.files`."""
        return self.found.files

    def run(self, unit: str, when: Formula, first: Iterable[str] = ()) -> Walk:
        """Walk the headers `first` (as the build's -include does) and the unit, built under a condition.

        Raises:
            TooLarge: its conditions are too many.
        """
        self._unit = unit
        self._when = self.whole = when
        rows = (*first, unit)
        self._stack = [Frame(rows, "", when, len(rows))]
        self._read()
        return self

    def resume(self, unit: str) -> bool:
        """Go on from the point that was given; False where a file of this state does not let it.

        Raises:
            TooLarge: its conditions are too many.
        """
        self._unit = unit
        if self._from is None:
            return False
        changed = self._changing.stable if self._changing else {}
        plans = {
            frame.path: plan
            for frame in self._from.frames
            if frame.plan and frame.path in changed and (plan := self._plan(frame.path))
        }
        stack = self._from.resumed(plans)
        if stack is None:
            return False
        self._stack = stack
        self._depth = sum(frame.plan is not None for frame in stack)
        self._when = stack[-1].when
        self.config.asked.update(self._from.asked)
        self._read(resumed=True)
        return True

    def define(self, name: str, value: Macro | None) -> None:
        """`#define`, or `#undef` for None, under the condition of the region that is being read."""
        if self._when == self.whole:
            self.macros[name] = value
            return
        before = self.macros.get(name)
        if isinstance(before, Gate) and before.when == self._when:
            before = before.before
        self.macros[name] = Gate(self._when, value, before)

    def define_when(self, when: Formula, macro: Macro) -> None:
        """`#define` under one more condition."""
        outer = self._when
        self._when = self.formulas.both(outer, when)
        if self._when != NEVER:
            self.define(macro.name, macro)
        self._when = outer

    def _read(self, *, resumed: bool = False) -> None:
        stack, deeds = self._stack, self._deeds
        while stack:
            frame = stack[-1]
            if frame.at == frame.end:
                self._stop(frame, resumed=resumed)
            else:
                row = frame.rows[frame.at]
                if row.__class__ is Include:
                    self._watch(row, resumed=resumed)
                frame.at += 1
                deeds[row.__class__](row, frame)
            resumed = False

    # The end of a frame, or the place in a file up to which all states are alike.
    def _stop(self, frame: Frame, *, resumed: bool) -> None:
        if frame.end < len(frame.rows):
            if not resumed:
                self._point()
            self._spent.add(frame.path)
            frame.end = len(frame.rows)
            return
        self._stack.pop()
        self._depth -= frame.plan is not None
        if self._stack:
            self._when = self._stack[-1].when

    # An include that may lead elsewhere in another state.
    def _watch(self, row: object, *, resumed: bool) -> None:
        if self._changing is not None and self._changing.moved and isinstance(row, Include):
            name = posixpath.basename(row.spec[1:-1])
            if name in self._changing.moved and moved(name) not in self._spent:
                if not resumed:
                    self._point()
                self._spent.add(moved(name))

    def _point(self) -> None:
        point = Point(
            self.formulas,
            self.whole,
            dict(self.config.asked),
            self.found.copy(),
            tuple(replace(frame) for frame in self._stack),
            frozenset(self._spent),
        )
        self.points = thinned((*self.points, point))

    def _segment(self, segment: Segment, frame: Frame) -> None:
        for name, macro in segment.changes:
            if macro is None:
                self._undefined(name)
            self.define(name, macro)
        self.found.visits.append((self._when, frame.path, segment))

    def _choice(self, choice: Choice, frame: Frame) -> None:
        rows = choice.branches
        self._stack.append(Frame(rows, frame.path, self._when, len(rows), self._when))

    def _error(self, error: Error, frame: Frame) -> None:
        at = Location(frame.path, error.line)
        _, before = self.found.errors.get(at, ("", NEVER))
        self.found.errors[at] = (error.text, self.formulas.either(before, self._when))

    # What a macro made stays when the macro goes.
    def _undefined(self, name: str) -> None:
        for _, macro in self.values.bindings(name, self._when):
            if macro is not None and macro.params is not None:
                known = self.found.gone.get(name, ())
                self.found.gone[name] = known if macro in known else (*known, macro)

    def _file(self, path: str) -> None:
        plan = self._plan(path)
        times = self.found.times.get(path, 0)
        if plan is None or self._depth > _DEEPEST or times > _MOST_VISITS:
            return
        outer, before = self._when, self.found.files.get(path, NEVER)
        when = self.formulas.without(outer, before) if plan.once else outer
        if when == NEVER:
            return
        self.found.times[path] = times + 1
        self.found.files[path] = self.formulas.either(before, when)
        self._when = when
        self._depth += 1
        items = plan.items
        end = len(items)
        if self._changing is not None and path not in self._spent:
            end = self._changing.end(path, plan)
        self._stack.append(Frame(items, path, when, end, plan=plan))

    def _plan(self, path: str) -> Layout | None:
        if path not in self._plans:
            data = self._reader.read(path)
            self._plans[path] = layout(path, data) if data is not None else None
        return self._plans[path]

    def _include(self, include: Include, frame: Frame) -> None:
        spec, path = include.spec, frame.path
        if not spec:
            return
        key = spec if spec[0] == "<" else f"{path}:{spec}"
        found = self._leads.get(key)
        if found is None:
            found = self._leads[key] = self._headers.find(spec, path, self._unit)
        if found.guessed:
            self.found.guessed.setdefault(spec, found.path)
        if found.path:
            self._file(found.path)
        else:
            at, before = self.found.unresolved.get(spec, (Location(path, include.line), NEVER))
            self.found.unresolved[spec] = (at, self.formulas.either(before, self._when))

    def _branch(self, branch: Branch, frame: Frame) -> None:
        taken = frame.rest
        if branch.condition is not None:
            taken = self._holds(branch.condition, frame.rest, Location(frame.path, branch.line))
        if taken == NEVER:
            return
        frame.rest = self.formulas.without(frame.rest, taken)
        if frame.rest == NEVER:
            frame.at = frame.end
        self._when = taken
        self._stack.append(Frame(branch.items, frame.path, taken, len(branch.items)))

    def _holds(self, condition: str, within: Formula, at: Location) -> Formula:
        if is_fixed(condition):
            if condition not in self._fixed:
                self._fixed[condition] = self.values.truth(parsed(condition), ALWAYS)
            return self.formulas.both(within, self._fixed[condition])
        try:
            return self.values.truth(parsed(condition), within)
        except Opaque:
            self.found.unread.setdefault(at, condition)
            return self.formulas.both(within, self.formulas.atom(Compare(f"?{at}", "=", '"y"')))
