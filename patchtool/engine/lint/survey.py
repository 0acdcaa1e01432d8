"""What the search of a whole tree found, and the form in which it is kept between runs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass

from patchtool.core.lint import Place, Weight
from patchtool.core.tree import Use, UseKind


@dataclass(frozen=True, slots=True)
class Counts:
    """Kconfig files read, symbols they define, names used with CONFIG_, names that no file spells out."""

    files: int
    defined: int
    names: int
    pasted: int


@dataclass(frozen=True, slots=True)
class Survey:
    """The undefined names of a tree.

    `places` maps each, in order, to its places in order of path and line; `own` and `near` are as in
    `core.lint.Undefined`, without names that have none. `absent` are the files that could not be read.
    """

    places: Mapping[str, tuple[Place, ...]]
    own: Mapping[str, str]
    near: Mapping[str, str]
    counts: Counts
    absent: tuple[str, ...]


def to_json(survey: Survey) -> object:
    """The survey as lists, dicts, numbers and strings."""
    return {
        "places": {
            name: [(p.use.path, p.use.line, p.use.kind, p.use.text, p.use.verb, p.weight) for p in places]
            for name, places in survey.places.items()
        },
        "own": survey.own,
        "near": survey.near,
        "counts": asdict(survey.counts),
        "absent": survey.absent,
    }


def from_json(value: object) -> Survey | None:
    """The survey that `to_json` was given; None where the value is nothing of the kind."""
    if not isinstance(value, dict):
        return None
    try:
        return Survey(
            places={
                _text(name): tuple(_place(name, *kept) for kept in places)
                for name, places in value["places"].items()
            },
            own={_text(name): _text(place) for name, place in value["own"].items()},
            near={_text(name): _text(other) for name, other in value["near"].items()},
            counts=Counts(**{name: int(number) for name, number in value["counts"].items()}),
            absent=tuple(_text(path) for path in value["absent"]),
        )
    except (KeyError, TypeError, ValueError, AttributeError):
        return None


def _place(name: str, *kept: object) -> Place:
    path, line, kind, text, verb, weight = kept
    if not isinstance(line, int):
        raise TypeError("no line number")
    use = Use(_text(path), line, name, UseKind(_text(kind)), _text(text), _text(verb))
    return Place(use, Weight(_text(weight)))


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError("no text")
    return value
