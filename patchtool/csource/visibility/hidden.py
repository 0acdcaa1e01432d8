"""Where an identifier that some lines use is not declared in what their file includes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from patchtool.core.expr import Expr
from patchtool.csource.building.formulas import NEVER, Formula, TooLarge
from patchtool.csource.building.source_tree import SourceTree
from patchtool.csource.building.unit import Walk
from patchtool.csource.building.values import Config
from patchtool.csource.visibility.pasting import dropping, pasted, pastes
from patchtool.csource.visibility.sights import Question, Sight, Sights, standing
from patchtool.csource.visibility.uses import Use, UseKind

_MOST_TESTS = 40
_KNOWN_MADE = frozenset(
    {
        "generated/autoconf.h",
        "generated/autoksyms.h",
        "generated/timeconst.h",
        "stdarg.h",
        "generated/bounds.h",
    }
)


@dataclass(frozen=True, slots=True)
class Hidden:
    """A use that is compiled and not declared: on `arch`, when `unit` is compiled, in the configurations
    `when`.

    `when` is None where they cannot be told; `doubt` then says why. `exact`: nothing but Kconfig symbols
    decides, so that a configuration which makes `when` true shows the defect. `generated` are headers that
    the unit includes and the build makes.
    """

    use: Use
    path: str
    arch: str
    unit: str
    when: Expr | None
    doubt: str = ""
    exact: bool = False
    generated: tuple[str, ...] = ()


@dataclass(slots=True)
class Asked:
    """The uses of one file, and the question about them that a walk answers."""

    path: str
    uses: tuple[Use, ...]
    question: Question = field(init=False)
    _seats: dict[Use, tuple[tuple[str, int], ...]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._seats = {use: ((self.path, use.line),) for use in self.uses if not use.macro}
        self._ask(frozenset(macro for use in self.uses for macro in use.through))

    def expanded_at(self, macro: str, seats: Iterable[tuple[str, int]]) -> None:
        """Say where a macro of the file is expanded: its body's uses count there."""
        places = tuple(seats)
        for use in self.uses:
            if use.macro == macro:
                self._seats[use] = (*self._seats.get(use, ()), *places)
        firsts = {use.first for use in self.uses if use.macro == macro}
        self._ask(self.question.macros | {(macro, self.path, first) for first in firsts})

    def _ask(self, macros: frozenset[tuple[str, str, int]]) -> None:
        lines: dict[str, dict[int, frozenset[str]]] = {}
        for use, seats in self._seats.items():
            for path, line in seats:
                rows = lines.setdefault(path, {})
                rows[line] = rows.get(line, frozenset()) | set(wanted(use))
        self.question = Question(lines, macros)

    def seats(self, use: Use) -> tuple[tuple[str, int], ...]:
        """Where a use counts, as (path, line)."""
        return self._seats.get(use, ())


def wanted(use: Use) -> tuple[str, ...]:
    """The declarations of which one makes a use good, as `csource.places.declared` spells them."""
    if use.kind is UseKind.MEMBER:
        return (
            (use.name, f"{use.owner}.{use.name}", f"{use.owner}.()")
            if use.owner
            else (use.name, f".{use.name}")
        )
    return (use.name,) if use.kind is UseKind.CALL else (use.name, f".{use.name}")


def narrowed(asked: Asked, kept: frozenset[Use]) -> Asked:
    """The same for some of the uses."""
    part = Asked(asked.path, tuple(use for use in asked.uses if use in kept))
    for macro in {use.macro for use in part.uses if use.macro}:
        first = next(use for use in part.uses if use.macro == macro)
        part.expanded_at(macro, asked.seats(first))
    return part


def doubtful(tree: SourceTree, asked: Asked, unit: str) -> frozenset[Use]:
    """The uses that the headers common to all architectures do not make good by themselves, in every
    configuration: all that need be asked of an architecture. Much cheaper than asking each."""
    if unit.startswith("arch/"):
        return frozenset(asked.uses)
    walk = tree.walk("", unit)
    if walk is None:
        return frozenset(asked.uses)
    # What only an architecture's header leads to was not read.
    read = walk.files.keys()
    places = {
        use: {path for path, _ in asked.seats(use)} | {at for _, at, _ in use.through} for use in asked.uses
    }
    unmet = {use for use in asked.uses if not places[use] <= read}
    return frozenset(one.use for one in hidden(tree, asked, "", unit)) | unmet


def hidden(
    tree: SourceTree, asked: Asked, arch: str, unit: str, config: Config | None = None
) -> Iterator[Hidden]:
    """The uses that some configuration of an architecture compiles with a unit and does not declare.

    A name that may be pasted together by a macro at file scope, or an argument of a macro that pastes, is
    passed over. Conditions are necessary ones: whether Kconfig allows them is for the caller to ask.
    """
    try:
        walk = tree.walk_one(arch, unit, config) if config else tree.walk(arch, unit)
    except TooLarge as error:
        first = asked.uses[0]
        yield Hidden(first, asked.path, arch, unit, None, error.message)
        return
    if walk is None:
        return
    sights = Sights(tree.reader, walk, asked.question)
    for use in asked.uses:
        where = _missing(walk, sights, asked, use)
        for call in use.inside if where != NEVER else ():
            where = walk.formulas.without(where, dropping(walk, call, where))
        where = walk.formulas.without(where, _stopped(walk, where))
        exact = walk.formulas.readable(where)
        where = walk.formulas.freed(where)
        made = use.name in tree.made and bool(_generated(walk))
        if where == NEVER or made or _may_be_pasted(tree, walk, use):
            continue
        tests = walk.formulas.tests(where)
        when = walk.formulas.expr(where) if len(tests) <= _MOST_TESTS else None
        doubt = "" if when is not None else f"its condition hangs on {len(tests)} tests"
        yield Hidden(use, asked.path, arch, unit, when, doubt, exact, _generated(walk))


# Configurations in which the unit does not build anyhow: an #error that hangs on the same tests is reached.
def _stopped(walk: Walk, where: Formula) -> Formula:
    tests = set(walk.formulas.tests(where))
    found = NEVER
    for _, region in walk.found.errors.values() if where != NEVER else ():
        certain = walk.formulas.certain(region)
        if (
            tests.issuperset(walk.formulas.tests(certain))
            and walk.formulas.without(walk.whole, certain) != NEVER
        ):
            found = walk.formulas.either(found, certain)
    return found


# Headers that the build makes; not those that hold nothing but what the walk knows, or numbers of bc.
def _generated(walk: Walk) -> tuple[str, ...]:
    specs = [spec for spec, (_, when) in walk.found.unresolved.items() if when != NEVER]
    return tuple(spec for spec in specs if spec[1:-1] not in _KNOWN_MADE and "unistd" not in spec)


def _missing(walk: Walk, sights: Sights, asked: Asked, use: Use) -> Formula:
    found = NEVER
    macros = (*use.through, *([(use.macro, asked.path, use.first)] if use.macro else []))
    keys = tuple(standing(*macro) for macro in macros)
    for seat in asked.seats(use):
        for sight in sights.at.get(seat, ()):
            found = walk.formulas.either(found, _unseen(walk, use, keys, sight))
    return found


# `keys`: the macros that must be in force for the name to stand there.
def _unseen(walk: Walk, use: Use, keys: Iterable[str], sight: Sight) -> Formula:
    left = sight.when
    for key in keys:
        left = walk.formulas.both(left, sight.known.get(key, NEVER))
    for name in wanted(use):
        left = walk.formulas.without(left, sight.known[name])
    # Where the architecture's headers were left out, they define what the common ones only then leave out.
    return walk.formulas.without(left, walk.values.left_out(use.name)) if walk.unsure else left


def _may_be_pasted(tree: SourceTree, walk: Walk, use: Use) -> bool:
    return any(pastes(walk, call) for call in use.inside) or pasted(tree.reader, walk, use.name)


def by_use(found: Iterable[Hidden]) -> Mapping[tuple[str, str, str], list[Hidden]]:
    """Findings about the same name of the same file, together: by (path, name, owner)."""
    groups: dict[tuple[str, str, str], list[Hidden]] = {}
    for one in found:
        groups.setdefault((one.path, one.use.name, one.use.owner), []).append(one)
    return groups
