"""Rules that users write: a query over C, and where it is looked at, in TOML. No code of theirs is run."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher
from fnmatch import fnmatchcase

from patchtool.core.expr import Expr, Y, both
from patchtool.core.finding import Finding, Location, Severity
from patchtool.core.kconfig import Outcome
from patchtool.core.rules import Facts, Rule, State
from patchtool.csource.enclosing import enclosing
from patchtool.csource.parser import Node, Query, parse
from patchtool.engine.user_rules.conditions import guard

_C_FILES = (".c", ".h")
_BLANKS = re.compile(r"\s+")
_SLOT = re.compile(r"\{([\w.-]+)\}")
_LONGEST = 80


@dataclass(frozen=True, slots=True)
class UserRule:
    """One `[[rule]]` of a file; see `load_rules` for what its keys mean. `when` is Y where none is set."""

    name: str
    severity: Severity
    message: str
    query: Query
    hint: str = ""
    when: Expr = Y
    match: tuple[tuple[str, re.Pattern[str]], ...] = ()
    paths: tuple[str, ...] = ()
    only_new: bool = True

    def rule(self) -> Rule:
        """As the engine runs it, after every patch over the files that the series has changed so far."""
        return Rule(
            id="user",
            name=self.name,
            severity=self.severity,
            since="",
            doc=f"{self.message}\n",
            on_state=self._check,
        )

    def looks_at(self, path: str) -> bool:
        """Whether the rule is about a file."""
        return path.endswith(_C_FILES) and (
            not self.paths or any(fnmatchcase(path, one) for one in self.paths)
        )

    def _check(self, state: State, facts: Facts) -> Iterator[Finding]:
        for path in state.changed:
            data = state.read(path) if self.looks_at(path) else None
            if data is None:
                continue
            found = [match for match in self._matches(data) if self._in_force(state, path, data, match)]
            if self.only_new:
                found = list(self._new(found, facts, state, path))
            for match in found:
                yield self._finding(state, path, match)

    def _matches(self, data: bytes) -> Iterator[Mapping[str, Node]]:
        for match in self.query.matches(parse(data)):
            if all(name in match and pattern.search(match[name].text) for name, pattern in self.match):
                yield match

    # Those that the base's version of the file has not as often, on lines that it has not.
    def _new(
        self, found: list[Mapping[str, Node]], facts: Facts, state: State, path: str
    ) -> Iterator[Mapping[str, Node]]:
        before, after = facts.states[0].read(path) or b"", state.read(path) or b""
        room = Counter(_text(match) for match in found) - Counter(
            _text(match) for match in self._matches(before)
        )
        fresh = _fresh(before, after) if room else frozenset()
        for match in found:
            lines = range(_node(match).line, _node(match).end_line + 1)
            if room[_text(match)] > 0 and not fresh.isdisjoint(lines):
                room[_text(match)] -= 1
                yield match

    # Whether some configuration of an architecture that reads the file has the code and the rule's condition.
    def _in_force(self, state: State, path: str, data: bytes, match: Mapping[str, Node]) -> bool:
        if self.when == Y:
            return True
        wanted = both(self.when, guard(enclosing(path, data, _node(match).line)))
        parts = path.split("/")
        archs = [arch for arch in state.architectures if parts[0] != "arch" or arch == parts[1]]
        return any(state.kconfig(arch).possible(wanted).outcome is not Outcome.NO for arch in archs)

    def _finding(self, state: State, path: str, match: Mapping[str, Node]) -> Finding:
        texts = {name: _shown(node) for name, node in match.items()}
        return Finding(
            rule=self.name,
            severity=self.severity,
            at=Location(path, _node(match).line, state.name),
            message=_SLOT.sub(lambda slot: texts.get(slot[1], ""), self.message),
            key=f"{path}:{_text(match)}",
            hint=self.hint,
        )


def slots(message: str) -> tuple[str, ...]:
    """The names in braces in a message, each a capture's."""
    return tuple(_SLOT.findall(message))


# What a finding points at: the capture `at`, else the first in the text.
def _node(match: Mapping[str, Node]) -> Node:
    return match.get("at") or min(match.values(), key=lambda node: node.span)


def _text(match: Mapping[str, Node]) -> str:
    return "|".join(f"{name}={_BLANKS.sub(' ', node.text)}" for name, node in sorted(match.items()))


def _shown(node: Node) -> str:
    text = _BLANKS.sub(" ", node.text)
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 3]}..."


# The lines (1-based) of a file that another version of it has not.
def _fresh(before: bytes, after: bytes) -> frozenset[int]:
    old, new = before.split(b"\n"), after.split(b"\n")
    changes = SequenceMatcher(None, old, new).get_opcodes()
    return frozenset(
        line + 1 for tag, _, _, start, end in changes if tag != "equal" for line in range(start, end)
    )
