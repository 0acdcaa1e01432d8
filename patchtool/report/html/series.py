"""The series: each patch with its message and its diff, and the findings beside the lines they are about."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from patchtool.core.finding import Finding
from patchtool.core.report import Base
from patchtool.core.series import FileChange, Hunk, Line, Patch, Series
from patchtool.report.html.document import Section, note
from patchtool.report.html.findings import Numbered, card, index, kind
from patchtool.report.html.markup import Markup, element, joined
from patchtool.report.plain import count

# A file with more lines is folded: a reader opens it.
_LONG = 400
_TAGS = {"+": "add", "-": "del", " ": "same"}

# Where in a patch a finding stands: a line of the message, or the file, hunk and line of the diff.
_Spot = tuple[int, ...]


def heading(series: Series, base: Base | None, *more: str) -> Markup:
    """The title, the base and how it was chosen, and what else there is to say at the top."""
    version = f", {base.version}" if base and base.version else ""
    on = f"{base.rev} ({base.commit[:12] or 'a folder'}{version}): {base.why}" if base else ""
    return joined(
        (
            element("h1", series.subject or series.source),
            note("on ", on) if on else None,
            *(note(text) for text in more if text),
        )
    )


def series_section(series: Series, numbered: Numbered) -> Section:
    """All patches in order; what is about the series as a whole, or about no patch of it, comes first."""
    known = {patch.n for patch in series.patches}
    whole = [finding for finding in numbered.all if finding.patch not in known]
    cards = [card(finding, numbered.id_of(finding), framed=True) for finding in whole]
    listed = [
        element(
            "li",
            element("a", f"{patch.n}. {patch.subject}", href=f"#p{patch.n}"),
            index(numbered, found) if (found := numbered.of_patch(patch.n)) else None,
        )
        for patch in series.patches
    ]
    contents = [index(numbered, whole) if whole else None, element("ul", *listed)]
    body = [*cards, *(_patch(patch, numbered) for patch in series.patches)]
    return Section("series", "The series", joined(body), joined(contents))


def _patch(patch: Patch, numbered: Numbered) -> Markup:
    findings = numbered.of_patch(patch.n)
    placed: dict[_Spot, list[Finding]] = {}
    elsewhere: list[Finding] = []
    for finding in findings:
        spot = _spot(patch, finding)
        placed.setdefault(spot, []).append(finding) if spot else elsewhere.append(finding)
    beside = {
        spot: joined(card(one, numbered.id_of(one), framed=spot == (0,)) for one in some)
        for spot, some in placed.items()
    }
    said = ", ".join(f"{sum(kind(f) == name for f in findings)} {name}" for name in _kinds(findings))
    return element(
        "section",
        element("h3", element("span", patch.name, class_="number"), " ", patch.subject),
        note(f"{patch.author}, {patch.date}", f"; {said}" if said else ""),
        beside.get((0,)),
        *(card(finding, numbered.id_of(finding), framed=True) for finding in elsewhere),
        _message(patch, beside),
        *(_file(change, n, beside) for n, change in enumerate(patch.files)),
        id=f"p{patch.n}",
        class_="patch",
        data_item="patch",
        data_patch=patch.n,
    )


def _kinds(findings: Sequence[Finding]) -> list[str]:
    return list(dict.fromkeys(map(kind, findings)))


# (0,) the subject; (1, n) line n of the message; (2, file, hunk, line); () nowhere in the patch.
def _spot(patch: Patch, finding: Finding) -> _Spot:
    at = finding.at
    if not at.line:
        return ()
    if at.path == patch.source and not at.ref:
        return _spot_in_mail(patch, at.line)
    for n, change in enumerate(patch.files):
        if change.path != at.path:
            continue
        for h, hunk in enumerate(change.hunks):
            for place, line in enumerate(hunk.lines):
                if line.new == at.line and line.tag != "-":
                    return (2, n, h, place)
    return ()


def _spot_in_mail(patch: Patch, line: int) -> _Spot:
    if line == patch.subject_line:
        return (0,)
    if line in patch.message_lines:
        return (1, patch.message_lines.index(line))
    for n, change in enumerate(patch.files):
        for h, hunk in enumerate(change.hunks):
            if hunk.at and hunk.at < line <= hunk.at + len(hunk.lines):
                return (2, n, h, line - hunk.at - 1)
    return ()


def _message(patch: Patch, beside: Mapping[_Spot, Markup]) -> Markup | None:
    if not patch.message.strip():
        return None
    parts: list[Markup] = []
    block: list[str] = []
    for n, line in enumerate(patch.message.rstrip("\n").split("\n")):
        block.append(line)
        if (1, n) in beside:
            parts += [element("pre", "\n".join(block)), beside[1, n]]
            block = []
    if block:
        parts.append(element("pre", "\n".join(block)))
    return element("div", *parts, class_="commit")


def _file(change: FileChange, n: int, beside: Mapping[_Spot, Markup]) -> Markup:
    lines = sum(len(hunk.lines) for hunk in change.hunks)
    added = sum(len(hunk.added) for hunk in change.hunks)
    removed = sum(len(hunk.removed) for hunk in change.hunks)
    moved = f"{change.old_path} -> " if change.old_path and change.old_path != change.path else ""
    kind_of = "" if change.kind.value == "modify" else f" {change.kind.value}"
    said = any(spot[:2] == (2, n) for spot in beside)
    return element(
        "details",
        element(
            "summary",
            element("code", f"{moved if change.new_path else ''}{change.path}"),
            element("small", f" {kind_of} +{added} -{removed}"),
        ),
        _table(change, n, beside) if change.hunks else note("binary" if change.binary else "no lines"),
        class_="file",
        open=lines <= _LONG or said,
    )


def _table(change: FileChange, n: int, beside: Mapping[_Spot, Markup]) -> Markup:
    rows = [row for h, hunk in enumerate(change.hunks) for row in _hunk(hunk, (2, n, h), beside)]
    label = f"{change.path}: {count(len(change.hunks), 'hunk')}"
    return element("table", *rows, class_="diff", aria_label=label)


def _hunk(hunk: Hunk, spot: _Spot, beside: Mapping[_Spot, Markup]) -> Iterator[Markup]:
    title = f"@@ -{hunk.old_start},{hunk.old_count} +{hunk.new_start},{hunk.new_count} @@ {hunk.section}"
    yield element("tr", element("td", title.rstrip(), colspan=3), class_="hunk")
    for place, line in enumerate(hunk.lines):
        yield _line(line)
        found = beside.get((*spot, place))
        if found:
            yield element("tr", element("td", found, colspan=3), class_="beside")


def _line(line: Line) -> Markup:
    return element(
        "tr",
        element("td", str(line.old or "")),
        element("td", str(line.new or "")),
        element("td", f"{line.tag}{line.text}"),
        class_=_TAGS.get(line.tag, "same"),
    )
