from __future__ import annotations

from pathlib import Path

import pytest

from patchtool.core.series import ChangeKind, FileChange, Hunk, Line
from patchtool.mail.diff import parse_diff
from patchtool.mail.mailbox import MailError


def test_one_hunk(diff):
    patch = b"---\n mm/gather.c | 2 +-\n\n" + diff + b"-- \n2.24.1\n"
    changed = (Line("-", "two", 2, 0), Line("+", "deux", 0, 2))
    lines = (Line(" ", "one", 1, 1), *changed, Line(" ", "three", 3, 3))
    assert parse_diff(patch, "s", tuple(range(11, 30))) == (
        FileChange(
            kind=ChangeKind.MODIFY,
            old_path="mm/gather.c",
            new_path="mm/gather.c",
            hunks=(Hunk(1, 3, 1, 3, "int gather(void)", lines, at=18),),
            text=diff,
            old_blob="1111111",
            new_blob="2222222",
        ),
    )


HINT = "(hint: do not apply this mail)"


def summary(patch: bytes) -> list[tuple[str, str | None, str | None, int, bool]]:
    return [(f.kind.value, f.old_path, f.new_path, len(f.hunks), f.binary) for f in parse_diff(patch, "s")]


@pytest.mark.parametrize(
    ("head", "found"),
    [
        ("new file mode 100644\nindex 0000000..e69de29\n", ("add", None, "a", 0, False)),
        ("deleted file mode 100644\nindex e69de29..0000000\n", ("delete", "a", None, 0, False)),
        ("old mode 100644\nnew mode 100755\n", ("modify", "a", "a", 0, False)),
        ("similarity index 100%\nrename from a\nrename to d/b\n", ("rename", "a", "d/b", 0, False)),
        ("similarity index 100%\ncopy from a\ncopy to d/b\n", ("copy", "a", "d/b", 0, False)),
        ("index 1..2 100644\nBinary files a/a and b/a differ\n", ("modify", "a", "a", 0, True)),
        ("new file mode 100644\n--- /dev/null\n+++ b/a\n@@ -0,0 +1 @@\n+x\n", ("add", None, "a", 1, False)),
    ],
)
def test_kinds(head, found):
    second = "a" if "rename" not in head and "copy" not in head else "d/b"
    assert summary(f"diff --git a/a b/{second}\n{head}".encode()) == [found]


@pytest.mark.parametrize(
    ("patch", "path"),
    [
        (b"diff --git a/with blank b/with blank\nold mode 100644\nnew mode 100755\n", "with blank"),
        (b'diff --git "a/\\303\\274\\t\\"" "b/\\303\\274\\t\\""\nold mode 100644\nnew mode 100755\n', 'ü\t"'),
        (b"--- a/x y\t2020-01-01\n+++ b/x y\t2020-01-02\n@@ -1 +1 @@\n-a\n+b\n", "x y"),
        (b'--- "a/\\303\\274"\n+++ "b/\\303\\274"\n@@ -1 +1 @@\n-a\n+b\n', "ü"),
        (b"diff --git a/\xff b/\xff\nold mode 100644\nnew mode 100755\n", "\udcff"),
    ],
)
def test_names(patch, path):
    assert [(f.old_path, f.new_path) for f in parse_diff(patch, "s")] == [(path, path)]


def test_traditional_add_and_delete():
    added = b"--- /dev/null\n+++ b/a\n@@ -0,0 +1 @@\n+x\n"
    assert summary(added + b"--- a/b\n+++ /dev/null\n@@ -1 +0,0 @@\n-x\n") == [
        ("add", None, "a", 1, False),
        ("delete", "b", None, 1, False),
    ]


def test_odd_lines_are_content():
    head = b"--- a/a\n+++ b/a\n@@ -1,3 +1,3 @@\n\n--- x\n+++ y\n"
    patch = head + b" \xff\r\x0c\xe2\x80\xa8z\n\\ No newline at end of file\n"
    (hunk,) = parse_diff(patch, "s")[0].hunks
    assert hunk.lines == (
        Line(" ", "", 1, 1),
        Line("-", "-- x", 2, 0),
        Line("+", "++ y", 0, 2),
        Line(" ", "\udcff\r\x0c\u2028z", 3, 3),
    )


def test_joined_texts_are_the_diff(diff):
    other = diff.replace(b"gather", b"tlb")
    files = parse_diff(b"stat\n" + diff + b"noise\n" + other + b"-- \n2\n", "s")
    assert [file.text for file in files] == [diff + b"noise\n", other]
    assert parse_diff(b"", "s") == ()


@pytest.mark.parametrize(
    "name", ["../etc/passwd", "a/../../b", ".git/config", "sub/.GIT/hooks/x", "/etc/passwd", "a//b"]
)
def test_paths_that_leave_the_tree(name):
    path = name if name.startswith("/") else f"b/{name}"
    patch = f"--- a/ok\n+++ {path}\n@@ -1 +1 @@\n-a\n+b\n".encode()
    with pytest.raises(MailError) as error:
        parse_diff(patch, "s", (5, 6, 7, 8, 9))
    assert str(error.value) == f"s:5: the diff's path leaves the tree: {name!r} {HINT}"


def test_a_rename_out_of_the_tree():
    with pytest.raises(MailError, match=r"leaves the tree: '\.\./x'"):
        parse_diff(b"diff --git a/a b/x\nsimilarity index 100%\nrename from a\nrename to ../x\n", "s")


def test_as_git_reads_what_git_writes(git, tmp_path):
    repo = tmp_path / "repo"
    repo.mkdir()
    git("init", "-q", cwd=repo)
    (repo / "changed file").write_bytes(b"".join(b"%d\n" % n for n in range(40)))
    (repo / "moved").write_bytes(b"text\n" * 20)
    (repo / "gone").write_bytes(b"x")
    (repo / "blob").write_bytes(bytes(range(256)))
    git("add", ".", cwd=repo)
    git("commit", "-qm", "one", cwd=repo)
    (repo / "changed file").write_bytes(b"".join(b"%d\n" % (n + n // 30 * 100) for n in range(2, 40)))
    (repo / "moved").rename(repo / "new name")
    (repo / "gone").unlink()
    (repo / "blob").write_bytes(bytes(reversed(range(256))))
    (repo / "ünew").write_bytes(b"a\nb")
    git("add", "-A", cwd=repo)
    patch = git("diff", "--cached", "-M", "--binary", cwd=repo)
    assert summary(patch) == [
        ("modify", "blob", "blob", 0, True),
        ("modify", "changed file", "changed file", 2, False),
        ("delete", "gone", None, 1, False),
        ("rename", "moved", "new name", 0, False),
        ("add", None, "ünew", 1, False),
    ]
    tree = git("write-tree", cwd=repo)
    git("reset", "-q", "--hard", cwd=repo)
    for file in parse_diff(patch, "s"):
        git("apply", "--index", cwd=repo, data=file.text)
    assert git("write-tree", cwd=repo) == tree


def test_real_diffs_as_git_counts_them(real, git):
    data = Path(real("v4.mbox")).read_bytes()
    patch = data[data.index(b"\ndiff --git") + 1 : data.index(b"\n-- \n", data.index(b"\ndiff --git")) + 1]
    theirs = git("apply", "--numstat", data=patch).decode().split()
    mine = parse_diff(patch, "s")
    counts = [
        (sum(len(h.added) for h in file.hunks), sum(len(h.removed) for h in file.hunks), file.path)
        for file in mine
    ]
    assert [str(word) for count in counts for word in count] == theirs
    assert b"".join(file.text for file in mine) == patch


@pytest.mark.parametrize(
    "words", ["No newline at end of file", "Kein Zeilenumbruch am Dateiende.", "No newline"]
)
def test_words_about_a_missing_newline_in_any_language(words):
    text = f"--- a/a\n+++ b/a\n@@ -1 +1 @@\n-a\n\\ {words}\n+b\n@@ -9 +9 @@\n-c\n+d\n".encode()
    (change,) = parse_diff(text, "s")
    assert [[(line.tag, line.text) for line in hunk.lines] for hunk in change.hunks] == [
        [("-", "a"), ("+", "b")],
        [("-", "c"), ("+", "d")],
    ]
    assert change.text == text
