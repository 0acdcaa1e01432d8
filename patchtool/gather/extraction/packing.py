"""What the extraction made of one configuration, and how it is kept between runs."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from patchtool.core.finding import Location
from patchtool.gather.extraction.extract import Undecided
from patchtool.gather.machine.program import Effect, Kind, Node, Program, Reach, Scope


@dataclass(frozen=True, slots=True)
class Extracted:
    """One configuration of one tree: a program for each scenario asked for that it can do, by name.

    `lacking` are symbols it needs and Kconfig does not have, `refused` what Kconfig does not allow, a
    sentence each; `undecided` why there is no C text for it: with any of these there are no programs.
    `software` says that kernel code walks with interrupts off. `notes` are conditions on all verdicts. Places
    have no `ref`.
    """

    programs: tuple[tuple[str, Program | Undecided], ...] = ()
    software: bool = False
    notes: tuple[str, ...] = ()
    lacking: tuple[str, ...] = ()
    refused: tuple[str, ...] = ()
    undecided: Undecided | None = None


def packed(found: Extracted) -> dict[str, object]:
    """A JSON value for `unpacked`; equal programs with equal places are held once."""
    table: dict[tuple[Node, ...], int] = {}
    programs: list[list[object]] = []
    ids: list[str] = []
    for name, program in found.programs:
        if isinstance(program, Undecided):
            programs.append([name, _reason(program)])
            continue
        if program.nodes not in table:
            table[program.nodes] = len(ids)
            ids.append(program.id)
        programs.append([name, table[program.nodes]])
    return {
        "programs": programs,
        "table": [[name, [_node(n) for n in nodes]] for name, nodes in zip(ids, table, strict=True)],
        "software": found.software,
        "notes": list(found.notes),
        "lacking": list(found.lacking),
        "refused": list(found.refused),
        "undecided": _reason(found.undecided) if found.undecided else None,
    }


def _reason(undecided: Undecided) -> list[object]:
    return [undecided.reason, undecided.at]


def _node(node: Node) -> list[object]:
    effect, ways = node.effect, [list(way) for way in node.ways]
    if effect is None:
        return [ways]
    at = effect.at
    place = [at.path, at.line] if at is not None else None
    what = [effect.kind, list(effect.objects), effect.scope, effect.reach, effect.question, effect.answer]
    return [ways, *what, effect.function, place]


def unpacked(value: object) -> Extracted | None:
    """What `packed` made a value of; None for anything else."""
    try:
        return _unpacked(value)
    except (ValueError, IndexError):
        return None


def _unpacked(value: object) -> Extracted | None:
    match value:
        case {
            "programs": list(programs),
            "table": list(table),
            "software": bool(software),
            "notes": list(notes),
            "lacking": list(lacking),
            "refused": list(refused),
            "undecided": undecided,
        }:
            known = [_program(row) for row in table]
            return Extracted(
                tuple(_named(row, known) for row in programs),
                software,
                tuple(map(str, notes)),
                tuple(map(str, lacking)),
                tuple(map(str, refused)),
                _undecided(undecided) if undecided is not None else None,
            )
    return None


def _named(row: object, known: list[Program]) -> tuple[str, Program | Undecided]:
    match row:
        case [str(name), int(at)]:
            return name, known[at]
        case [str(name), reason]:
            return name, _undecided(reason)
    raise ValueError("no row of programs")


def _undecided(value: object) -> Undecided:
    match value:
        case [str(reason), str(at)]:
            return Undecided(reason, at)
    raise ValueError("no reason")


def _program(row: object) -> Program:
    match row:
        case [str(name), list(nodes)]:
            return Program(tuple(_read(node) for node in nodes), name)
    raise ValueError("no program")


def _read(row: object) -> Node:
    match row:
        case [list(ways)]:
            return Node(None, tuple(_ways(ways)))
        case [list(ways), str(kind), list(objects), scope, reach, str(question), str(answer), str(at), place]:
            effect = Effect(
                Kind(kind),
                tuple(int(number) for number in objects),
                Scope(str(scope)) if scope is not None else None,
                Reach(str(reach)) if reach is not None else None,
                question,
                answer,
                at,
                _place(place),
            )
            return Node(effect, tuple(_ways(ways)))
    raise ValueError("no node")


def _ways(rows: list[object]) -> Iterator[tuple[str, int]]:
    for row in rows:
        match row:
            case [str(answer), int(number)]:
                yield answer, number
            case _:
                raise ValueError("no way")


def _place(value: object) -> Location | None:
    match value:
        case None:
            return None
        case [str(path), int(line)]:
            return Location(path, line)
    raise ValueError("no place")
