"""Leftover of a renamed Kconfig symbol.

What it does     names every place that still says the old name after a patch has renamed the symbol.
Why it is bad    `#ifdef` of a name that nothing defines is silently false, `select` of it does nothing: the
                 code is gone from every build and no compiler says so.
Decides by       renames declared in `rules/renames.toml` and renames that the series itself makes (lines
                 that differ in one symbol only), every architecture, every file, after every patch.
Limits           a leftover in a comment, a string or a document is a note: nothing is built from it. A name
                 that is pasted together by a macro is not seen.
Example          fixtures/rules/incomplete-rename/
History          silent on v4 of "Fixup page directory freeing" over v5.5-rc5: its three renames are whole.
"""

from __future__ import annotations

from collections.abc import Iterator

from patchtool.core.finding import Finding, Location, Severity
from patchtool.core.rename import Rename
from patchtool.core.rules import Facts, Rule, State
from patchtool.core.tree import Use, UseKind

NAME = "incomplete-rename"


def check(state: State, facts: Facts) -> Iterator[Finding]:
    """One finding a place that says the old name once a rename has begun."""
    for rename in facts.renames:
        if rename.patch is not None and state.n < rename.patch:
            continue
        if not state.defined(rename.old):
            yield from (_leftover(state, rename, use) for use in state.uses(rename.old))
        elif not state.defined(rename.new) and rename.patch is not None:
            yield from _forgotten_entry(state, rename)


def _leftover(state: State, rename: Rename, use: Use) -> Finding:
    severity = Severity.ERROR if use.kind.builds else Severity.NOTE
    if use.kind is UseKind.DEFCONFIG:
        severity = Severity.WARNING
    return Finding(
        rule=NAME,
        severity=severity,
        at=Location(use.path, use.line, state.name),
        message=f"{rename.old} was renamed to {rename.new}, this {_what(use)} still says the old name.",
        hint=_hint(rename),
        key=f"{rename.old}:{use.path}:{use.text.strip()}",
        evidence=(use.text.strip(), f"renamed by {_origin(rename)}"),
    )


def _forgotten_entry(state: State, rename: Rename) -> Iterator[Finding]:
    users = [use for use in state.uses(rename.new) if use.kind.builds]
    if not users:
        return
    for use in state.uses(rename.old):
        if use.kind.builds:
            yield Finding(
                rule=NAME,
                severity=Severity.ERROR,
                at=Location(use.path, use.line, state.name),
                message=f"{rename.old} becomes {rename.new} in {len(users)} places, not this {_what(use)}.",
                hint=_hint(rename),
                key=f"{rename.old}:{use.path}:{use.text.strip()}",
                evidence=(use.text.strip(), f"renamed by {_origin(rename)}", f"as in {_place(users[0])}"),
            )


def _place(use: Use) -> str:
    return f"{use.path}:{use.line}"


def _what(use: Use) -> str:
    names = {UseKind.DEFINITION: "config entry", UseKind.KCONFIG: use.verb or "Kconfig line"}
    names |= {UseKind.MAKEFILE: "Makefile line", UseKind.CODE: "code", UseKind.HELP: "help text"}
    names |= {UseKind.DOC: "document", UseKind.OTHER: "line"}
    return names.get(use.kind, use.kind.value)


def _origin(rename: Rename) -> str:
    if rename.patch is not None:
        return rename.source
    release = f" in {rename.version}" if rename.version else ""
    return f"{rename.commit or rename.link or 'upstream'}{release} ({rename.source})"


def _hint(rename: Rename) -> str:
    inverted = ", with the condition inverted" if rename.inverted else ""
    note = f"; {rename.note}" if rename.note else ""
    return f"say {rename.new}{inverted}{note}"


RULE = Rule(id="PT101", name=NAME, severity=Severity.ERROR, since="0.1", doc=__doc__ or "", on_state=check)
