"""Leftover of a renamed Kconfig symbol.

What it does     names every place that still says the old name after a patch has renamed the symbol, and how
                 that place says the new one: inverted where the polarity changed, the successor that fits
                 its use where there are several.
Why it is bad    `#ifdef` of a name that nothing defines is silently false, `select` of it does nothing: the
                 code is gone from every build and no compiler says so.
Decides by       renames declared in `rules/renames.toml` and renames that the series itself makes (lines
                 that differ in symbols only), every architecture, every file, after every patch.
Limits           a leftover in a comment, a string or a document is a note: nothing is built from it. A name
                 that is pasted together by a macro is not seen. While the old entry stands, its users are
                 no leftovers.
Example          fixtures/rules/incomplete-rename/
History          silent on v4 of "Fixup page directory freeing" over v5.5-rc5: its three renames are whole.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from patchtool.core.finding import Finding, Location, Severity
from patchtool.core.rename import Rename, fitting
from patchtool.core.rules import Facts, Rule, State
from patchtool.core.tree import Use, UseKind
from patchtool.core.wording import guarded, inverted

NAME = "incomplete-rename"
_TEXTS = {UseKind.COMMENT, UseKind.STRING, UseKind.HELP, UseKind.DOC}


def check(state: State, facts: Facts) -> Iterator[Finding]:
    """One finding a place that says the old name once a rename has begun."""
    begun = [rename for rename in facts.renames if rename.patch is None or state.n >= rename.patch]
    for old in dict.fromkeys(rename.old for rename in begun):
        successors = [rename for rename in begun if rename.old == old]
        if not state.defined(old):
            yield from (_leftover(state, successors, use) for use in state.uses(old) if _counts(use))
        else:
            own = [rename for rename in successors if rename.patch is not None]
            for rename in (rename for rename in own if not state.defined(rename.new)):
                if rename.new in facts.introduced:
                    yield from _early(state, rename)
                else:
                    yield from _forgotten_entry(state, rename)


# A bare word of a text need not be a symbol, unless it looks like one.
def _counts(use: Use) -> bool:
    return use.kind not in _TEXTS or "_" in use.symbol or f"CONFIG_{use.symbol}" in use.text


def _leftover(state: State, successors: Sequence[Rename], use: Use) -> Finding:
    fit = _meant(state, successors, use)
    severity = Severity.ERROR if use.kind.builds else Severity.NOTE
    if use.kind is UseKind.DEFCONFIG:
        severity = Severity.WARNING
    became = "went over to" if fit[0].merged else "was renamed to"
    names = " and ".join(dict.fromkeys(rename.new for rename in fit))
    return Finding(
        rule=NAME,
        severity=severity,
        at=Location(use.path, use.line, state.name),
        message=f"{use.symbol} {became} {names}, this {_what(use)} still says the old name.",
        hint=_hint(state, fit, use),
        key=f"{use.symbol}:{use.path}:{use.text.strip()}",
        evidence=(use.text.strip(), f"renamed by {_origin(fit[0])}"),
    )


def _meant(state: State, successors: Sequence[Rename], use: Use) -> tuple[Rename, ...]:
    block = ""
    if use.kind is UseKind.CODE and any(rename.around for rename in successors):
        block = guarded((state.read(use.path) or b"").decode("utf-8", "replace"), use.line)
    return fitting(successors, use.verb or use.kind.value, block, state.defined)


# The new name is said before its entry comes: undefined until then.
def _early(state: State, rename: Rename) -> Iterator[Finding]:
    for use in (use for use in state.uses(rename.new) if use.kind.builds):
        yield Finding(
            rule=NAME,
            severity=Severity.ERROR,
            at=Location(use.path, use.line, state.name),
            message=f"{rename.new} is said by this {_what(use)}, the config entry still says {rename.old}.",
            hint="rename the entry in this patch, or earlier",
            key=f"{rename.new}:{use.path}:{use.text.strip()}",
            evidence=(use.text.strip(), f"renamed by {_origin(rename)}"),
        )


def _forgotten_entry(state: State, rename: Rename) -> Iterator[Finding]:
    users = [use for use in state.uses(rename.new) if use.kind.builds]
    if not users:
        return
    for use in (use for use in state.uses(rename.old) if use.kind.builds):
        yield Finding(
            rule=NAME,
            severity=Severity.ERROR,
            at=Location(use.path, use.line, state.name),
            message=f"{rename.old} becomes {rename.new} in {len(users)} places, not this {_what(use)}.",
            hint=_hint(state, (rename,), use, there=True),
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


def _hint(state: State, fit: Sequence[Rename], use: Use, *, there: bool = False) -> str:
    said = " or ".join(dict.fromkeys(_form(rename, use) for rename in fit))
    absent = "" if there or state.defined(fit[0].new) else ", which this tree does not define"
    notes = dict.fromkeys(rename.note for rename in fit if rename.note)
    return "; ".join((f"say {said}{absent}", *notes))


def _form(rename: Rename, use: Use) -> str:
    if not rename.inverted:
        return rename.new
    text = inverted(use, rename.new)
    if text:
        return f"`{text}`"
    if use.verb in ("select", "imply"):
        return f"nothing here, and select {rename.new} where {rename.old} was not (it means the opposite)"
    return f"{rename.new}, which means the opposite: no one-line form here"


RULE = Rule(
    id="PT101",
    name=NAME,
    severity=Severity.ERROR,
    since="0.1",
    doc=__doc__ or "",
    on_state=check,
    rests_on=frozenset({UseKind.KCONFIG}),
)
