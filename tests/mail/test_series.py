from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from patchtool.mail.mailbox import MailError
from patchtool.mail.series import read_series

SEPARATOR = b"From 0000000000000000000000000000000000000000 Mon Sep 17 00:00:00 2001\n"


@pytest.fixture
def box(tmp_path, mail):
    """An mbox with one patch mail a subject (a cover where it says 0/n)."""

    def write(*subjects: str) -> str:
        mails = [mail(subject, patch=b"") if " 0/" in subject else mail(subject) for subject in subjects]
        path = tmp_path / "s.mbox"
        path.write_bytes(b"".join(SEPARATOR + data for data in mails))
        return str(path)

    return write


def found(path: str, revision: int | None = None):
    series = read_series(path, revision=revision)
    return series.version, series.total, [f"{p.n} {p.subject}" for p in series.patches], series.missing


def test_sorted_by_number(box):
    path = box("[PATCH 2/2] b", "[PATCH 0/2] all", "[PATCH 1/2] a", "Re: [PATCH 1/2] a")
    assert found(path) == (1, 2, ["1 a", "2 b"], ())
    series = read_series(path)
    assert (series.source, series.subject, series.cover.subject) == (path, "all", "all")
    assert series.notes == (f"answers that hold a diff of their own were not read: {path}:61",)


def test_newest_complete_revision(box):
    path = box("[PATCH 1/2] a", "[PATCH 2/2] b", "[PATCH v3 1/2] c", "[PATCH v2 1/2] d", "[PATCH v2 2/2] e")
    assert found(path) == (2, 2, ["1 d", "2 e"], ())
    assert read_series(path).notes == (
        "revision 1 of 2 patches is left aside",
        "revision 3 of 2 patches is left aside: 2 missing",
    )
    assert found(path, 3) == (3, 2, ["1 c"], (2,))
    assert read_series(path, revision=3).notes == ()
    with pytest.raises(MailError) as error:
        read_series(path, revision=7)
    assert str(error.value) == f"{path}: no revision 7 in it (hint: it has 1, 2, 3)"


def test_newest_where_none_is_complete(box):
    assert found(box("[PATCH 1/2] a", "[PATCH v2 2/3] d")) == (2, 3, ["2 d"], (1, 3))


def test_the_last_of_two_with_one_number(box):
    path = box("[PATCH 1/2] a", "[PATCH 2/2] b", "[PATCH RESEND 1/2] c")
    assert found(path) == (1, 2, ["1 c", "2 b"], ())
    assert read_series(path).notes == (f"1/2 is there twice: {path}:47 counts, {path}:1 does not",)


def test_mails_without_numbers_are_one_series(box):
    path = box("[PATCH] b", "[PATCH] a", "[PATCH] b")
    assert found(path) == (1, 2, ["1 b", "2 a"], ())
    assert read_series(path).notes == (
        f'"b" is there twice: {path}:47 counts, {path}:1 does not',
        "2 mails announce no number: taken in the input's order",
    )
    assert found(box("[PATCH] b")) == (1, 1, ["1 b"], ())


def test_series_of_other_kernels_are_other_series(box):
    path = box("[PATCH 5.4 1/1] a", "[PATCH 4.19 1/1] a")
    assert found(path) == (1, 1, ["1 a"], ())
    assert read_series(path).notes == ("revision 1 of 1 patches for 5.4 is left aside",)
    assert read_series(path).patches[0].prefix == "PATCH 4.19 1/1"


def test_a_longer_series_before_a_later_mail(box):
    path = box("[PATCH 1/2] a", "[PATCH 2/2] b", "[PATCH] fixup")
    assert found(path) == (1, 2, ["1 a", "2 b"], ())


def test_base_commit_of_any_patch(tmp_path, mail):
    data = mail("[PATCH 1/1] a")
    path = tmp_path / "0001-a.patch"
    path.write_bytes(data.rstrip(b"\n") + b"\n\nbase-commit: 0123456789abcdef0123456789abcdef01234567\n")
    assert read_series(str(tmp_path)).base_commit == "0123456789abcdef0123456789abcdef01234567"


def test_no_patch(box, tmp_path, mail):
    path = box("[PATCH 0/2] all", "Re: [PATCH 0/2] all")
    with pytest.raises(MailError) as error:
        read_series(path)
    assert str(error.value) == (
        f"{path}: no patch in it (hint: 2 mails read, 1 of them answers; none holds a diff of its own)"
    )
    (tmp_path / "x.patch").write_bytes(mail("[PATCH] x", patch=b"diff --git a/x b/x\n"))
    with pytest.raises(MailError, match=r"no patch in it \(hint: the mails' diffs change no file"):
        read_series(str(tmp_path / "x.patch"))


def test_real_series(real):
    series = read_series(real("v4.mbox"))
    assert (series.version, series.total, series.missing, series.notes) == (4, 9, (), ())
    assert series.subject == "Fixup page directory freeing"
    assert [(p.n, p.line, p.subject_line, len(p.files)) for p in series.patches] == [
        (1, 133, 182, 5),
        (2, 331, 380, 7),
        (3, 589, 637, 1),
        (4, 710, 758, 1),
        (5, 810, 858, 1),
        (6, 908, 956, 13),
        (7, 1228, 1276, 4),
        (8, 1400, 1448, 4),
        (9, 1600, 1648, 4),
    ]
    lines = Path(real("v4.mbox")).read_bytes().split(b"\n")
    for patch in series.patches:
        assert lines[patch.subject_line - 1].startswith(b"Subject: [PATCH v4 ")
        assert all(lines[h.at - 1].startswith(b"@@ -%d," % h.old_start) for f in patch.files for h in f.hunks)
        for line, text in zip(patch.message_lines, patch.message.split("\n"), strict=True):
            assert not text or lines[line - 1].decode().rstrip() == text


def test_real_thread_gives_the_same_series(real):
    alone, thread = read_series(real("v4.mbox")), read_series(real("v4-thread.mbox"))
    source = thread.source
    assert thread.notes == (
        f"answers that hold a diff of their own were not read: {source}:2270",
        "answers give 1/9: Acked-by: Michael Ellerman <mpe@ellerman.id.au>",
        "answers give 2/9: Acked-by: Michael Ellerman <mpe@ellerman.id.au> (powerpc)",
    )
    patches = tuple(replace(patch, source=source) for patch in alone.patches)
    cover = replace(alone.cover, source=source)
    given = [f"{one.patch} {one.trailer.key}: {one.trailer.value}" for one in thread.followups]
    assert given == [
        "1 Acked-by: Michael Ellerman <mpe@ellerman.id.au>",
        "2 Acked-by: Michael Ellerman <mpe@ellerman.id.au> (powerpc)",
    ]
    expected = replace(alone, source=source, patches=patches, cover=cover, notes=thread.notes)
    assert replace(thread, followups=()) == expected
