"""What the C code of a series' states gets wrong, worked out once a walk and only when a rule asks."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from functools import cache, partial
from hashlib import sha256
from importlib import resources
from itertools import accumulate
from pathlib import Path

from patchtool.core.cache import JsonCache
from patchtool.core.errors import PatchtoolError
from patchtool.core.expr import Expr
from patchtool.core.kconfig import Answer, Outcome
from patchtool.core.series import FileChange
from patchtool.core.symbol import SymbolFacts
from patchtool.csource.building.points import Changing
from patchtool.csource.building.source_tree import SourceTree
from patchtool.csource.building.users import Finder
from patchtool.csource.visibility.broken import Working, broken
from patchtool.csource.visibility.inspect import CodeFound, CodeState, Inspection
from patchtool.csource.visibility.packing import is_whole, packed_found, unpacked_found
from patchtool.engine.states import Progress, Step, silent
from patchtool.kconfig.decide import Decider
from patchtool.kconfig.store import FactStore
from patchtool.kconfig.values import Values
from patchtool.tree.snapshot import Snapshot
from patchtool.tree.words import Grep, readable

_SEARCHED = ("*.c", "*.h")
_MAKEFILES = ("Makefile", "Kbuild")
_ENDLESS = 1 << 30
_READERS = ("csource", "csource.building", "csource.visibility", "kconfig")
_DEFINE = re.compile(r"\s*#\s*define\s+(\w+)")


class SeriesCode:
    """The code of each state of a walk; a state is looked at when it, or a later one, is asked for.

    `steps` begin with the base. What was found in a state is kept between runs, by its tree and what led
    there. Cost: nothing until `at` is asked; then on a kernel some seconds for each patch that changes C
    files, most of it for headers that many files read; some milliseconds where it is kept.
    """

    def __init__(
        self, steps: Sequence[Step], facts: FactStore, grep: Grep, progress: Progress = silent
    ) -> None:
        self._changes = [change for step in steps if step.patch for change in step.patch.files]
        self._steps = steps
        self._facts = facts
        self._mentions = Mentions(steps[0].tree, grep, _names(self._changes))
        self._progress = progress
        self._found: list[CodeFound] = []
        self._run = self._each()
        self._ran = 0
        self._cache = JsonCache(facts.folder, "code")
        self._keys = list(accumulate((_key(step) for step in steps), lambda *keys: _digest("".join(keys))))

    def at(self, index: int) -> CodeFound:
        """What is wrong in the state of the step at an index, by what the series brought up to it."""
        while len(self._found) <= index:
            self._found.append(self._next(len(self._found)))
        return self._found[index]

    # Each state hangs on those before it: where one is not kept, all up to it are looked at again.
    def _next(self, index: int) -> CodeFound:
        if not self._ran:
            found = unpacked_found(self._cache.get(_version(), self._keys[index]))
            if found is not None:
                return found
        for made in self._run:
            self._ran += 1
            if is_whole(made):
                self._cache.put(packed_found(made), _version(), self._keys[self._ran - 1])
            if self._ran > index:
                return made
        raise IndexError(index)

    @property
    def notes(self) -> tuple[str, ...]:
        """Sentences on what could not be looked at in the states that were asked for."""
        return tuple(dict.fromkeys(note for found in self._found for note in found.notes))

    def _each(self) -> Iterator[CodeFound]:
        tree = base = SourceTree(self._steps[0].tree, _changing(self._changes))

        @cache
        def unbuilt(arch: str) -> Expr:
            return broken(base, arch, Configurations(self._facts, self._steps[0].tree, arch))

        before = self._state(self._steps[0], tree, unbuilt)
        inspection = Inspection()
        found = CodeFound()
        yield found
        for step in self._steps[1:]:
            # A patch that does not apply leaves the state before it.
            if step.patch and not step.failures and not step.absent:
                self._progress(f"reading the code of {step.patch.name}")
                tree = tree.followed_by(step.tree, _touched(step.patch.files))
                after = self._state(step, tree, unbuilt)
                found = inspection.step(before, after, step.patch.files)
                before = after
            yield found

    # `unbuilt`: where the base of an architecture does not build, whatever the series does.
    def _state(self, step: Step, tree: SourceTree, unbuilt: Callable[[str], Expr]) -> CodeState:
        @cache
        def kconfig(arch: str) -> Working:
            return Working(Configurations(self._facts, step.tree, arch), partial(unbuilt, arch))

        return CodeState(tree, self._mentions.finder(step.tree), kconfig)


class Mentions:
    """Which C files of a series' states hold a word; each word is searched once, in the base.

    `first` are words that are searched together with the first one that is asked for. Cost: some seconds
    for a search of a kernel, however many words are asked for at once.
    """

    def __init__(self, base: Snapshot, grep: Grep, first: Collection[str] = ()) -> None:
        self._base = base
        self._grep = grep
        self._first = frozenset(first)
        self._known: dict[str, tuple[str, ...]] = {}

    def finder(self, tree: Snapshot) -> Finder:
        """Answers for a state that was derived from the base, or for the base."""

        def find(words: Collection[str]) -> tuple[str, ...]:
            changed = tree.changed()
            found = self._in_base(words).difference(changed)
            texts = ((path, readable(tree, path) or b"") for path in changed)
            own = (path for path, data in texts if any(word.encode() in data for word in words))
            return tuple(sorted(found.union(own)))

        return find

    def _in_base(self, words: Collection[str]) -> set[str]:
        if missing := {word for word in words if word not in self._known}:
            missing |= self._first - self._known.keys()
            if len(missing) == 1:
                answer = {word: self._grep.files(self._base, [word], _SEARCHED) for word in missing}
            else:
                answer = dict(self._grep.where(self._base, missing, _SEARCHED))
            self._known |= {word: answer.get(word, ()) for word in missing}
        return {path for word in words for path in self._known[word]}


class Configurations:
    """A `csource.judge.Configurations` over one state: one architecture's Kconfig, parsed as far as asked.

    What cannot be read leaves `possible` UNDECIDED, with the place.

    Raises, with all but `possible`:
        KconfigError: a file that is needed does not parse.
        MissingBlob: a Kconfig file's content is absent.
    """

    def __init__(self, store: FactStore, tree: Snapshot, arch: str) -> None:
        self._store = store
        self._tree = tree
        self._arch = arch
        self._answers: dict[Expr, Answer] = {}

    def possible(self, expr: Expr) -> Answer:
        """See `csource.judge.Configurations`."""
        if expr not in self._answers:
            self._answers[expr] = self._asked(expr)
        return self._answers[expr]

    def facts(self, symbol: str) -> SymbolFacts:
        """See `csource.judge.Configurations`."""
        return self._store.facts(self._tree, self._arch, (symbol,))[symbol]

    def values(self, assignment: Mapping[str, str]) -> Values:
        """See `csource.judge.Configurations`."""
        return self._store.partial(self._tree, self._arch).with_values(assignment)

    def _asked(self, expr: Expr) -> Answer:
        try:
            whole = self._store.partial(self._tree, self._arch)
            return Decider(whole.lookup, whole.with_values).possible(expr)
        except PatchtoolError as error:
            return Answer(Outcome.UNDECIDED, reason=f"its Kconfig is not read: {error}")


def _key(step: Step) -> str:
    diff = step.patch.diff if step.patch and not step.failures and not step.absent else b""
    return _digest(f"{step.tree.oid}:{sha256(diff).hexdigest()}")


def _digest(text: str) -> str:
    return sha256(text.encode()).hexdigest()


# What else decides what is found: how C and Kconfig are read.
@cache
def _version() -> str:
    rooms = [resources.files(f"patchtool.{name}") for name in _READERS]
    own = [entry for room in rooms for entry in room.iterdir() if entry.name.endswith(".py")]
    others = [resources.files("patchtool.core").joinpath("expr.py"), Path(__file__)]
    texts = [entry.read_bytes() for entry in (*sorted(own, key=str), *others)]
    return sha256(b"\0".join(texts)).hexdigest()


# What will be searched for sooner or later: the headers of a series, and the macros that it puts into them.
def _names(changes: Sequence[FileChange]) -> frozenset[str]:
    headers = [change for change in changes if change.path.endswith(".h")]
    lines = (line.text for change in headers for hunk in change.hunks for line in hunk.added)
    macros = {match[1] for line in lines if (match := _DEFINE.match(line))}
    return frozenset(macros | {change.path.rpartition("/")[2] for change in headers})


# What the walks of all states have in common; None where a change may lead any include elsewhere.
def _changing(changes: Sequence[FileChange]) -> Changing | None:
    if any(map(_redirects, changes)):
        return None
    stable: dict[str, int] = {}
    for change in changes:
        for path in (change.old_path, change.new_path):
            if path:
                stable[path] = min(stable.get(path, _ENDLESS), _unchanged(change))
    gone = [path for change in changes if _moves(change) for path in (change.old_path, change.new_path)]
    return Changing(stable, frozenset(path.rpartition("/")[2] for path in gone if path))


# How many lines of a file stand before all that a patch changes.
def _unchanged(change: FileChange) -> int:
    if _moves(change) or change.binary:
        return 0
    lines = [(line.tag, line.old, line.new) for hunk in change.hunks for line in hunk.lines]
    return min((old if tag == "-" else new for tag, old, new in lines if tag != " "), default=1) - 1


def _moves(change: FileChange) -> bool:
    return change.old_path != change.new_path


def _redirects(change: FileChange) -> bool:
    lines = [line.text for hunk in change.hunks for line in (*hunk.added, *hunk.removed)]
    name = change.path.rpartition("/")[2]
    lists = "/include/" in change.path and any("-y" in line for line in lines)
    return name in _MAKEFILES and (lists or any("-I" in line or "-D" in line for line in lines))


def _touched(changes: Sequence[FileChange]) -> frozenset[str]:
    return frozenset(path for change in changes for path in (change.old_path, change.new_path) if path)
