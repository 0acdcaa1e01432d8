from __future__ import annotations

import pytest

from patchtool.core.finding import Finding, Location, Severity
from patchtool.core.series import ChangeKind, Cover, FileChange, Hunk, Line, Patch, Person, Series
from patchtool.mail.series import read_series
from patchtool.rules.stale_diffstat import RULE, check
from patchtool.tree.history import NoHistory

NOBODY = Person("", "")
HISTORY = NoHistory()


def change(path: str, tags: str, old: str | None = None, *, binary: bool = False) -> FileChange:
    lines = tuple(Line(tag, "x", 1, 1) for tag in tags)
    hunks = (Hunk(1, 1, 1, 1, "", lines),) if lines else ()
    kind = ChangeKind.RENAME if old else ChangeKind.MODIFY
    return FileChange(kind, old or path, path, hunks, b"", binary=binary)


def patch(notes: str, *files: FileChange, n: int = 1) -> Patch:
    lines = tuple(range(50, 51 + notes.count("\n")))
    return Patch(n, 9, "a", "", NOBODY, NOBODY, "", "", (), files, b"", "s", notes=notes, notes_lines=lines)


def said(notes: str, *files: FileChange) -> list[str]:
    found = check(Series("s", "x", 1, (patch(notes, *files),)), HISTORY)
    return [fault for finding in found for fault in finding.evidence]


def of_cover(text: str, *patches: Patch, missing: tuple[int, ...] = ()) -> list[str]:
    series = Series("s", "x", 1, patches, cover=Cover("x", text, "s", 3), missing=missing)
    return [fault for finding in check(series, HISTORY) for fault in finding.evidence]


def test_whole_finding():
    notes = "v2: better.\n\n mm/a.c | 3 ++-\n 1 file changed, 2 insertions(+), 1 deletion(-)\n\n"
    assert list(check(Series("s", "x", 1, (patch(notes, change("mm/a.c", "+-")),)), HISTORY)) == [
        Finding(
            rule="stale-diffstat",
            severity=Severity.WARNING,
            at=Location("s", 52),
            message="The diffstat is not that of the diff.",
            key="1:it says 3 lines of mm/a.c, the diff changes 2",
            hint="make the mail anew with git format-patch",
            patch=1,
            evidence=(
                "it says 3 lines of mm/a.c, the diff changes 2",
                "it says +2 -1, the diff has +1 -1",
            ),
        )
    ]


@pytest.mark.parametrize(
    ("row", "file"),
    [
        ("mm/a.c | 2 +-", change("mm/a.c", "+ -")),
        (".../deep/a.c | 2 +-", change("mm/very/deep/a.c", "+-")),
        ("a.c | 2 +-", change("mm/a.c", "+-")),
        ("b/mm/a.c | 2 +-", change("mm/a.c", "+-")),
        ("mm/{a.c => b.c} | 2 +-", change("mm/b.c", "+-", "mm/a.c")),
        ("{mm => fs}/a.c | 2 +-", change("fs/a.c", "+-", "mm/a.c")),
        ("mm/{ => sub}/a.c | 2 +-", change("mm/sub/a.c", "+-", "mm/a.c")),
        (".../old => b/new}/a.c | 2 +-", change("x/b/new/a.c", "+-", "x/a/old/a.c")),
        ("mm/a.c (new) | 2 +-", change("mm/a.c", "+-")),
    ],
)
def test_sound(row, file):
    assert said(f" {row}\n 1 file changed, 1 insertion(+), 1 deletion(-)\n", file) == []


def test_binary_mode_and_cut_rows():
    picture = change("a.png", "", binary=True)
    assert (
        said(" a.png | Bin 0 -> 12 bytes\n 1 file changed, 0 insertions(+), 0 deletions(-)\n", picture) == []
    )
    mode = change("a.sh", "")
    assert (
        said(" a.sh | 0\n 1 file changed, 0 insertions(+), 0 deletions(-)\n mode change 1 => 2 a.sh\n", mode)
        == []
    )
    two = (change("a.c", "+"), change("b.c", "+"))
    assert said(" a.c | 1 +\n ...\n 2 files changed, 2 insertions(+)\n", *two) == []
    assert said("no diffstat", *two) == []


def test_other_files():
    two = (change("a.c", "+"), change("b.c", "+"))
    assert said(" a.c | 1 +\n c.c | 1 +\n 2 files changed, 2 insertions(+)\n", *two) == [
        "it names c.c, which no diff changes",
        "it does not name b.c",
    ]
    assert said(" a.c | 1 +\n b.c | 1 +\n 3 files changed, 2 insertions(+)\n", *two) == [
        "it says 3 files, the diff changes 2"
    ]


def test_the_cover():
    one, two = patch("", change("a.c", "++"), n=1), patch("", change("a.c", "-"), change("b.c", "+"), n=2)
    # One of the lines that the first patch adds is gone after the second.
    assert of_cover(" a.c | 1 +\n b.c | 1 +\n 2 files changed, 2 insertions(+)\n", one, two) == []
    stale = " a.c | 9 +\n b.c | 2 +\n c.c | 1 +\n 2 files changed, 12 insertions(+)\n"
    assert of_cover(stale, one, two) == [
        "it says 2 lines of b.c, the diff changes 1",
        "it names c.c, which no diff changes",
        "it says +12 -0, so +12 lines; the diffs come to +2",
    ]
    assert of_cover(stale, one, two, missing=(3,)) == []


def test_the_cover_sees_a_move_its_own_way():
    moved = patch("", change("new/a.c", "+", "old/a.c"))
    taken = " old/a.c | 9 ---\n new/a.c | 10 +++\n 2 files changed, 10 insertions(+), 9 deletions(-)\n"
    assert of_cover(taken, moved) == []


@pytest.mark.parametrize("name", ["v4.mbox", "v3.mbox", "stable-4.19.mbox"])
def test_real_series(real_mails, name):
    assert list(check(read_series(str(real_mails / name)), HISTORY)) == []


def test_the_rule_itself():
    assert (RULE.id, RULE.name, RULE.on_series) == ("PT207", "stale-diffstat", check)
