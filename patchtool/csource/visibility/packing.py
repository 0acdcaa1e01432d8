"""What was found in a state's C code, as JSON values and back."""

from __future__ import annotations

from typing import TypeAlias

from patchtool.core.code import Configuration, HiddenUse, ReachedError
from patchtool.core.finding import Location, Verdict
from patchtool.csource.visibility.inspect import CodeFound

Value: TypeAlias = str | int | bool | list["Value"]

_NOT_READ = "is not read:"


def is_whole(found: CodeFound) -> bool:
    """Whether all was there to read: else another run may find more in the same tree."""
    reasons = [use.reason for use in found.hidden] + [error.reason for error in found.errors]
    return not any(note.startswith("code of ") for note in found.notes) and not any(
        _NOT_READ in reason for reason in reasons
    )


def packed_found(found: CodeFound) -> Value:
    """A JSON value from which `unpacked_found` makes an equal record."""
    return [
        [
            [_at(u.at), u.name, u.owner, u.member, u.unit, _where(u.where), u.verdict.value,
             [_at(place) for place in u.defined], u.reason, list(u.among), list(u.through)]
            for u in found.hidden
        ],
        [
            [_at(e.at), e.text, e.unit, _where(e.where), e.verdict.value, e.reason, list(e.among)]
            for e in found.errors
        ],
        list(found.notes),
    ]  # fmt: skip


def unpacked_found(value: object) -> CodeFound | None:
    """The record; None for what is no such value."""
    try:
        match value:
            case [list(hidden), list(errors), list(notes)]:
                return CodeFound(
                    tuple(_hidden(row) for row in hidden),
                    tuple(_error(row) for row in errors),
                    tuple(str(note) for note in notes),
                )
    except (TypeError, ValueError):
        pass
    return None


def _at(at: Location) -> Value:
    return [at.path, at.line]


def _where(where: Configuration) -> Value:
    return [where.arch, [list(pair) for pair in where.assignment], [list(pair) for pair in where.telling]]


def _hidden(row: object) -> HiddenUse:
    match row:
        case [at, str(name), str(owner), bool(member), str(unit), where, *rest]:
            match rest:
                case [str(verdict), list(places), str(reason), list(among), list(through)]:
                    return HiddenUse(
                        _place(at), name, owner, member, unit, _config(where), Verdict(verdict),
                        tuple(_place(place) for place in places), reason, tuple(map(str, among)),
                        tuple(map(str, through)),
                    )  # fmt: skip
    raise ValueError("no hidden use")


def _error(row: object) -> ReachedError:
    match row:
        case [at, str(text), str(unit), where, str(verdict), str(reason), list(among)]:
            archs = tuple(map(str, among))
            return ReachedError(_place(at), text, unit, _config(where), Verdict(verdict), reason, archs)
    raise ValueError("no #error")


def _place(value: object) -> Location:
    match value:
        case [str(path), int(line)]:
            return Location(path, line)
    raise ValueError("no place")


def _config(value: object) -> Configuration:
    match value:
        case [str(arch), list(assignment), list(telling)]:
            return Configuration(arch, _pairs(assignment), _pairs(telling))
    raise ValueError("no configuration")


def _pairs(rows: list[object]) -> tuple[tuple[str, str], ...]:
    found = []
    for row in rows:
        match row:
            case [str(name), str(value)]:
                found.append((name, value))
            case _:
                raise ValueError("no pair")
    return tuple(found)
