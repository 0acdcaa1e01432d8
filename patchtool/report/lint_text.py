"""A lint report as text."""

from __future__ import annotations

from patchtool.core.finding import Severity
from patchtool.core.lint import LintReport, Place, Undefined, Weight
from patchtool.core.rename import Rename
from patchtool.report.console import Lines
from patchtool.report.plain import count

_HEADS = {
    Severity.ERROR: "Undefined, and what is built depends on them",
    Severity.WARNING: "Undefined, and only Kconfig expressions ask for them",
    Severity.NOTE: "Undefined, and nothing that is built depends on them",
}
_SHOWN = 6
_LISTED = 20
_WIDTH = 110
_ORDER = list(Weight)


def lint_text(report: LintReport) -> Lines:
    """Symbols by severity and name, each with its places; last what was searched and what was not.

    Without symbols asked for, a symbol's places are cut at six, those that decide what is built first.
    """
    out = Lines()
    base = report.base
    version = f", {base.version}" if base.version else ""
    out.add(("lint of ", "head"), f"{base.rev} ({base.commit[:12]}{version}): {base.why}")
    for defined in report.defined:
        out.add("")
        out.add((defined.name, "head"), ": ", ("defined", "good"), f", {count(len(defined.places), 'place')}")
        for place in defined.places:
            out.add(f"    {place}")
    for severity, head in _HEADS.items():
        symbols = [symbol for symbol in report.symbols if symbol.severity is severity]
        if symbols:
            out.add("")
            out.add((f"{head} ({len(symbols)})", "head"))
        for symbol in symbols:
            _add_symbol(out, symbol, cut=not report.asked)
    out.add("")
    _add_last_words(out, report)
    return out


def _add_symbol(out: Lines, symbol: Undefined, *, cut: bool) -> None:
    places = sorted(symbol.places, key=lambda place: _ORDER.index(place.weight))
    severity = symbol.severity.value
    out.add("")
    out.add((symbol.name, "head"), ": ", (severity, severity), f", {count(len(places), 'use')}")
    for place in places[:_SHOWN] if cut else places:
        use = place.use
        out.add(f"    {use.path}:{use.line}: {_kind(place)}: ", (_shortened(use.text.strip()), "dim"))
    if cut and len(places) > _SHOWN:
        out.add((f"    and {len(places) - _SHOWN} more: --symbol {symbol.name} lists them", "dim"))
    for hint in _hints(symbol):
        out.add("    ", ("hint: ", "hint"), hint)


def _kind(place: Place) -> str:
    use = place.use
    if place.weight is Weight.VALUE:
        return f"{use.kind.value}, no condition"
    return f"{use.kind.value} {use.verb}".rstrip()


def _shortened(text: str) -> str:
    return text if len(text) <= _WIDTH else f"{text[: _WIDTH - 4]} ..."


def _hints(symbol: Undefined) -> list[str]:
    hints = [f"it became {_successor(rename)}" for rename in symbol.renames]
    if symbol.own:
        hints.append(f"{symbol.own} defines it without Kconfig: CONFIG_ is for Kconfig's symbols, rename it")
    if not hints and symbol.near:
        hints.append(f"the nearest name that is defined is {symbol.near}")
    return hints


def _successor(rename: Rename) -> str:
    inverted = ", the other way round" if rename.inverted else ""
    commits = f"commit {rename.commit}" if rename.commit else rename.link
    where = ", ".join(part for part in (rename.version, commits) if part)
    note = f"; {rename.note}" if rename.note else ""
    return f"{rename.new}{inverted}{f' ({where})' if where else ''}{note}"


def _add_last_words(out: Lines, report: LintReport) -> None:
    found = [symbol.severity for symbol in report.symbols]
    tally = ", ".join(f"{found.count(level)} {level.value}" for level in Severity)
    asked = f" of {len(report.asked)} asked for" if report.asked else ""
    out.words("checked", f"{count(len(found), 'undefined symbol')}{asked} ({tally})")
    for sentence in report.checked:
        out.words("checked", sentence)
    for sentence in report.left_out:
        out.words("left out", sentence)
    for sentence in report.undecided[:_LISTED] or ("nothing was left open",):
        out.words("not checked", sentence)
    if len(report.undecided) > _LISTED:
        more = f"{len(report.undecided) - _LISTED} more: --format json lists them"
        out.words("not checked", more)
