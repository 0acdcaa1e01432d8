"""A series through the model as text: what flips where, what each patch did, and what was not decided."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby
from textwrap import wrap

from patchtool.core.finding import Verdict
from patchtool.core.model import Matrix, MatrixCell, MatrixRow, PatchEffect
from patchtool.core.report import Base
from patchtool.core.series import Series
from patchtool.report.console import Lines
from patchtool.report.plain import count

_STYLE = {Verdict.HOLDS: "good", Verdict.VIOLATED: "bad", Verdict.UNDECIDED: "warning"}
_MANY = 3  # properties left open at once are the whole run
_GAP = "  "
_SAME = "."

Part = tuple[str, str]


def matrix_text(found: Matrix, series: Series, base: Base, *, width: int) -> Lines:
    """What flips as a table where `width` columns hold it, else as one sentence a row; then the rest."""
    out = Lines()
    version = f" ({base.version})" if base.version else ""
    _add_wrapped(out, f"mmu_gather model of {series.subject}", width, "", "head")
    states = ", ".join(map(group_name, found.groups))
    _add_wrapped(out, f"on {base.rev}{version}: {base.why}; states: {states}", width, "")
    flipping = [row for row in found.rows if row.flips]
    every = scenarios_of(found.rows)
    out.add("")
    if flipping:
        table = _table(found, flipping, every)
        if max(sum(len(text) for text, _ in line) for line in table) <= width:
            _add_table(out, table)
        else:
            _add_sentences(out, found, flipping, every, width)
    else:
        out.add("No verdict flips.")
    _add_constant(out, [row for row in found.rows if not row.flips], every, width)
    _add_patches(out, found.patches, series, width)
    for finding in found.findings:
        out.add("")
        until = f", gone after {finding.fixed_by}" if finding.fixed_by else ""
        style = finding.severity.value
        out.add(f"{finding.at}: ", (f"{style}: ", style), f"[patch {finding.patch}{until}] {finding.rule}")
        for line in (finding.message, *finding.evidence, f"hint: {finding.hint}"):
            _add_wrapped(out, line, width, "    ")
    _add_end(out, found, width)
    return out


def group_name(names: Sequence[str]) -> str:
    """What a group of states is called: `3`, `4-9`."""
    return names[0] if len(names) == 1 else f"{names[0]}-{names[-1]}"


def scenarios_of(rows: Sequence[MatrixRow]) -> dict[tuple[str, str], set[str]]:
    """All scenarios of each (arch, config)."""
    found: dict[tuple[str, str], set[str]] = {}
    for row in rows:
        for where in row.configs:
            found.setdefault(where, set()).update(row.scenarios)
    return found


def scenario_names(row: MatrixRow, every: dict[tuple[str, str], set[str]]) -> str:
    """The scenarios of a row, `every scenario` where its configurations have no other."""
    if all(every[where] == set(row.scenarios) for where in row.configs):
        return "every scenario"
    return ", ".join(row.scenarios)


def places(configs: Sequence[tuple[str, str]]) -> str:
    """Architectures with the same configurations together: `alpha, mips SMP / !SMP; powerpc radix SMP`."""
    names: dict[str, list[str]] = {}
    for arch, config in configs:
        names.setdefault(arch, []).append(config)
    archs: dict[tuple[str, ...], list[str]] = {}
    for arch, found in names.items():
        archs.setdefault(tuple(found), []).append(arch)
    return "; ".join(f"{', '.join(alike)} {' / '.join(found)}" for found, alike in archs.items())


def outcome(cell: MatrixCell | None) -> str:
    """A cell in words: `PASS`, `FAIL hw-uaf`, `PASS, sw-uaf waived`, `not there` for None."""
    if cell is None:
        return "not there"
    words = []
    if cell.violated:
        words.append(f"FAIL {' '.join(cell.violated)}")
    if len(cell.undecided) > _MANY:
        words.append("UNDECIDED")
    elif cell.undecided:
        words.append(f"UNDECIDED {' '.join(cell.undecided)}")
    if not words:
        words.append(f"PASS, {' '.join(cell.waived)} waived" if cell.waived else "PASS")
    return ", ".join(words)


def _style(cell: MatrixCell | None) -> str:
    return _STYLE[cell.verdict] if cell else "dim"


# Head, then for each row its configurations where they are new, and its cells.
def _table(
    found: Matrix, rows: Sequence[MatrixRow], every: dict[tuple[str, str], set[str]]
) -> list[list[Part]]:
    cells = [[_short(row.cells, n) for n in range(len(found.groups))] for row in rows]
    heads = [group_name(names) for names in found.groups]
    widths = [max(len(heads[n]), *(len(line[n][0]) for line in cells)) for n in range(len(heads))]
    label = max(len(f"  {scenario_names(row, every)}") for row in rows)
    head = _GAP.join((" " * label, *(text.ljust(wide) for text, wide in zip(heads, widths, strict=True))))
    table: list[list[Part]] = [[(head.rstrip(), "head")]]
    for configs, group in groupby(zip(rows, cells, strict=True), key=lambda pair: pair[0].configs):
        table.append([(places(configs), "head")])
        for row, line in group:
            parts = [
                (f"{_GAP}{text.ljust(wide)}", style) for (text, style), wide in zip(line, widths, strict=True)
            ]
            table.append([(f"  {scenario_names(row, every)}".ljust(label), ""), *_stripped(parts)])
    return table


def _short(cells: Sequence[MatrixCell | None], n: int) -> Part:
    cell = cells[n]
    if n and cell is not None and not cell.changed:
        return _SAME, "dim"
    return outcome(cell), _style(cell)


def _stripped(parts: Sequence[Part]) -> list[Part]:
    return [*parts[:-1], (parts[-1][0].rstrip(), parts[-1][1])]


def _add_table(out: Lines, table: Sequence[Sequence[Part]]) -> None:
    for line in table:
        out.add(*line)
    if any(text.strip() == _SAME for line in table for text, _ in line):
        out.add((f"{_SAME} the same program as in the state before", "dim"))


def _add_sentences(
    out: Lines, found: Matrix, rows: Sequence[MatrixRow], every: dict[tuple[str, str], set[str]], width: int
) -> None:
    for configs, group in groupby(rows, key=lambda row: row.configs):
        _add_wrapped(out, places(configs), width, "", "head")
        for row in group:
            _add_wrapped(out, f"{scenario_names(row, every)}:", width, "  ")
            _add_wrapped(out, " -> ".join(_course(row, found.groups)), width, "    ")


# The outcome in the base, then each state in which the program is another one: `still FAIL (1)`, `PASS (2)`.
def _course(row: MatrixRow, groups: Sequence[tuple[str, ...]]) -> Iterator[str]:
    yield outcome(row.cells[0])
    for n in range(1, len(groups)):
        before, cell = outcome(row.cells[n - 1]), outcome(row.cells[n])
        changed = row.cells[n]
        if cell != before:
            yield f"{cell} ({groups[n][0]})"
        elif changed is not None and changed.changed:
            yield f"still {cell.split()[0].rstrip(',')} ({groups[n][0]})"


def _add_constant(
    out: Lines, rows: Sequence[MatrixRow], every: dict[tuple[str, str], set[str]], width: int
) -> None:
    by_outcome: dict[str, dict[str, list[tuple[str, str]]]] = {}
    styles: dict[str, str] = {}
    for row in rows:
        said = outcome(row.cells[0])
        styles[said] = _style(row.cells[0])
        by_outcome.setdefault(said, {}).setdefault(scenario_names(row, every), []).extend(row.configs)
    if by_outcome:
        out.add("")
        out.add(("the same in every state", "head"))
    for said, shares in by_outcome.items():
        out.add((f"  {said}", styles[said]))
        for scenarios, configs in shares.items():
            _add_wrapped(out, f"{places(list(dict.fromkeys(configs)))}: {scenarios}", width, "    ")


def _add_patches(out: Lines, patches: Sequence[PatchEffect], series: Series, width: int) -> None:
    names = {str(patch.n): patch.name for patch in series.patches}
    out.add("")
    for effect in patches:
        shares = {"changed": effect.changed, "unchanged": effect.unchanged, "unknown": effect.unknown}
        said = [f"{word} on {len(share)}" for word, share in shares.items() if len(share)]
        total = sum(map(len, shares.values()))
        noun = count(total, "configuration")
        said[-1] += f" of {noun}" if said[1:] else noun.removeprefix(str(total))
        name = names.get(effect.state, effect.state)
        _add_wrapped(out, f"{name}  program {', '.join(said)}", width, "", "head" if effect.changed else "")
        by_scenarios: dict[tuple[str, ...], list[tuple[str, str]]] = {}
        for where, scenarios in effect.changed:
            by_scenarios.setdefault(scenarios, []).append(where)
        for scenarios, configs in by_scenarios.items():
            _add_wrapped(out, f"{places(configs)}: {', '.join(scenarios)}", width, "       ")


def _add_wrapped(out: Lines, text: str, width: int, indent: str, style: str = "") -> None:
    lines = wrap(
        text,
        width,
        initial_indent=indent,
        subsequent_indent=f"{indent}  ",
        break_long_words=False,
        break_on_hyphens=False,
    )
    for line in lines:
        out.add((line, style))


def _add_end(out: Lines, found: Matrix, width: int) -> None:
    out.add("")
    states = sum(len(names) for names in found.groups)
    configs = len({where for row in found.rows for where in row.configs})
    runs = sum(len(row.configs) * len(row.scenarios) for row in found.rows)
    said = (count(states, "state"), count(configs, "configuration"), f"{count(runs, 'run')} in each state")
    out.words("checked", ", ".join(said))
    for sentence in found.undecided:
        _add_wrapped(out, f"undecided: {sentence}", width, "")
