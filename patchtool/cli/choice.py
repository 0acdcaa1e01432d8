"""Which rules run: those that are on, what the user selects, ignores and adds."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path

from patchtool.cli.common import UsageError
from patchtool.core.rules import Rule
from patchtool.engine.suppress import Suppression
from patchtool.engine.user_rules.files import load_rules
from patchtool.rules import ALL


def completed(incomplete: str) -> list[str]:
    """What a shell may make of the beginning of a rule's name or id, the last of a list with commas."""
    before, comma, begun = incomplete.rpartition(",")
    known = [rule.id if begun.startswith("PT") else rule.name for rule in ALL]
    return [f"{before}{comma}{word}" for word in known if word.startswith(begun)]


@dataclass(frozen=True, slots=True)
class Choice:
    """`run` are the rules to run, in the order of reports; `left_out` names rules that would run unasked.

    `off` names those that are off by default, where the user has not said by name which to run.
    """

    run: tuple[Rule, ...]
    left_out: tuple[str, ...]
    known: tuple[Rule, ...]
    off: tuple[str, ...] = ()

    def suppressions(self, written: Iterable[Suppression]) -> tuple[Suppression, ...]:
        """Suppressions by names alone. Raises UsageError: one names no rule."""
        names = _names(self.known)
        return tuple(
            Suppression(_known(one.rule, names, one.at), one.path, one.reason, one.at)
            if one.rule != "*"
            else one
            for one in written
        )


@dataclass(frozen=True, slots=True)
class Asked:
    """`select` and `ignore` are names or ids, also several with commas; `places` is where each is written."""

    select: Sequence[str] = ()
    ignore: Sequence[str] = ()
    folders: Sequence[Path] = ()
    off_too: bool = False
    places: Mapping[str, str] | None = None


def choose(asked: Asked) -> Choice:
    """The rules of a run.

    Raises:
        UsageError: a name that no rule has, or no rule is left.
        BadRule: a file of rules can't be used.
    """
    known = list(ALL)
    for folder in asked.folders:
        known += load_rules(folder, [rule.name for rule in known])
    names = _names(known)
    places = asked.places or {}
    selected = _named(asked.select, names, places.get("select"))
    ignored = _named(asked.ignore, names, places.get("ignore"))
    unasked = [rule for rule in known if rule.default or asked.off_too]
    wanted = [rule for rule in known if rule.name in selected] if selected else unasked
    run = tuple(rule for rule in wanted if rule.name not in ignored)
    if not run:
        raise UsageError("no rule is left to run", hint="select more, or ignore fewer")
    left = tuple(rule.name for rule in unasked if rule not in run)
    off = tuple(rule.name for rule in known if rule not in unasked and not selected)
    return Choice(run, left, tuple(known), off)


def one_rule(name: str) -> Rule:
    """The rule of a name or an id. Raises UsageError: there is none."""
    found = _known(name, _names(ALL), None)
    rules: tuple[Rule, ...] = ALL
    return next(rule for rule in rules if rule.name == found)


# A user's rule has no id of its own.
def _names(rules: Iterable[Rule]) -> dict[str, str]:
    rules = list(rules)
    ids = {rule.id.lower(): rule.name for rule in rules if rule.id != "user"}
    return {**ids, **{rule.name: rule.name for rule in rules}}


def _named(words: Sequence[str], names: Mapping[str, str], place: str | None) -> set[str]:
    single = (word.strip() for words_ in words for word in words_.split(","))
    return {_known(word, names, place) for word in single if word}


def _shown(name: str) -> str:
    return name.upper() if re.fullmatch(r"pt\d+", name) else name


def _known(word: str, names: Mapping[str, str], place: str | None) -> str:
    if word.lower() in names:
        return names[word.lower()]
    near = get_close_matches(word.lower(), names, 1)
    hint = f"did you mean {_shown(near[0])}?" if near else "patchtool rules lists them"
    raise UsageError(f"no rule is called {word}", at=place, hint=hint)
