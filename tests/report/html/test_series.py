"""The series: diffs as they are, and findings beside the lines they are about."""

from dataclasses import replace

from page_kit import Node, parsed

import kit
from patchtool.core.finding import Finding, Location, Severity
from patchtool.core.report import Base
from patchtool.core.series import ChangeKind, FileChange, Patch, Series
from patchtool.report.html.findings import Numbered
from patchtool.report.html.series import heading, series_section


def patches() -> Series:
    """Two patches; the second one's mail is known line by line."""
    made = kit.series(
        kit.changed_lines("mm/a.c", (["old", "older"], ["\tnew <b>"]), (["x"], ["y"])),
        kit.changed_lines("mm/b.c", (["p"], ["q"])),
    )
    first, second = made.patches
    (change,) = second.files
    (hunk,) = change.hunks
    second = replace(
        second,
        source="v1.mbox",
        subject_line=4,
        message="Why.\n\nCc: stable\nAcked-by: A\n",
        message_lines=(6, 7, 8, 9, 10),
        files=(replace(change, hunks=(replace(hunk, at=14),)),),
    )
    return replace(made, patches=(first, second))


def finding(n: int | None, path: str, line: int, ref: str = "base+1/2") -> Finding:
    return Finding("rule", Severity.ERROR, Location(path, line, ref), f"{path}:{line}", "k", patch=n)


def shown(*findings: Finding, series: Series | None = None) -> Node:
    return parsed(series_section(series or patches(), Numbered(findings)).body.html)


def rows(table: Node) -> list[tuple[str, str]]:
    return [(row.attributes["class"] or "", row.words) for row in table.every("tr")]


def test_a_diff_has_both_numbers_and_its_text_as_it_stands() -> None:
    diff = next(shown().every("table"))
    assert rows(diff) == [
        ("hunk", "@@ -1,2 +1,1 @@"),
        ("del", "1 -old"),
        ("del", "2 -older"),
        ("add", "1 + new <b>"),
        ("hunk", "@@ -11,1 +11,1 @@"),
        ("del", "11 -x"),
        ("add", "11 +y"),
    ]
    assert [cell.text for cell in next(diff.every("tr", class_="add")).every("td")] == [
        "",
        "1",
        "+\tnew <b>",
    ]


def test_a_finding_in_the_tree_stands_below_its_line() -> None:
    diff = next(shown(finding(1, "mm/a.c", 11)).every("table"))
    assert [kind for kind, _ in rows(diff)][-3:] == ["del", "add", "beside"]
    card = diff.one("article")
    assert (card.attributes["id"], list(card.every("pre"))) == ("f1", [])


def test_a_finding_in_the_mail_stands_below_its_line_of_the_message_the_subject_or_the_diff() -> None:
    in_message, in_subject, in_diff = (finding(2, "v1.mbox", line, "") for line in (8, 4, 16))
    patch = list(shown(in_message, in_subject, in_diff).every("section"))[1]
    commit = patch.one("div", class_="commit")
    assert [(part.tag, part.text) for part in commit.every() if part.tag in {"pre", "article"}] == [
        ("pre", "Why.\n\nCc: stable"),
        ("article", "error v1.mbox:8v1.mbox:8 rule"),
        ("pre", "Acked-by: A"),
    ]
    order = [part.attributes["id"] for part in patch.every("article")]
    assert order == ["f2", "f1", "f3"]
    assert [kind for kind, _ in rows(patch.one("table"))] == ["hunk", "del", "add", "beside"]


def test_what_is_nowhere_in_the_patch_stands_at_its_head_with_its_line() -> None:
    other = replace(finding(1, "arch/arm/Kconfig", 7), source="select HAVE_A")
    patch = next(shown(other).every("section"))
    tags = [part.tag for part in patch.every() if part.tag in {"h3", "article", "details"}]
    assert tags == ["h3", "article", "details"]
    assert patch.one("pre", class_="frame").text == "7select HAVE_A"


def test_what_is_of_no_patch_comes_first() -> None:
    root = shown(finding(None, "v1.mbox", 0, ""), finding(9, "v1.mbox", 0, ""))
    assert [node.tag for node in root.children if isinstance(node, Node)] == [
        "article",
        "article",
        "section",
        "section",
    ]


def test_the_contents_have_each_patch_with_its_findings() -> None:
    section = series_section(patches(), Numbered([finding(2, "mm/b.c", 1)]))
    assert section.contents is not None
    words = parsed(f'<i id="p1"></i><i id="p2"></i><i id="f1"></i>{section.contents.html}').words
    assert words == "1. change 1 2. change 2 rule mm/b.c:1"


def file(change: FileChange) -> Node:
    series = patches()
    patch: Patch = replace(series.patches[0], files=(change,))
    return shown(series=replace(series, patches=(patch,))).one("details", class_="file")


def test_a_file_that_comes_goes_moves_or_is_no_text_says_so() -> None:
    (change,) = patches().patches[0].files
    assert file(change).one("summary").words == "mm/a.c +2 -3"
    added = replace(change, kind=ChangeKind.ADD, old_path=None)
    assert file(added).one("summary").words == "mm/a.c add +2 -3"
    gone = replace(change, kind=ChangeKind.DELETE, new_path=None)
    assert file(gone).one("summary").words == "mm/a.c delete +2 -3"
    moved = FileChange(ChangeKind.RENAME, "a", "b", (), b"")
    assert file(moved).words == "a -> b rename +0 -0 no lines"
    assert file(replace(moved, binary=True)).words.endswith("binary")


def test_a_long_file_is_folded_unless_something_is_said_of_it() -> None:
    long = kit.series(kit.changed_lines("mm/a.c", ([], [str(n) for n in range(401)])))
    assert "open" not in shown(series=long).one("details").attributes
    assert "open" in shown(finding(1, "mm/a.c", 400), series=long).one("details").attributes


def test_the_heading_says_on_what() -> None:
    base = Base("v5.5", "d" * 40, "5.5.0", "as asked")
    assert parsed(heading(patches(), base, "2 errors", "").html).words == (
        "changes on v5.5 (dddddddddddd, 5.5.0): as asked 2 errors"
    )
    folder = replace(base, commit="", version="")
    assert parsed(heading(patches(), folder).html).words == "changes on v5.5 (a folder): as asked"
    assert parsed(heading(patches(), None).html).words == "changes"
