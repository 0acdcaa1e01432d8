"""The mails of a run of git send-email, as they come one by one."""

from __future__ import annotations

from pathlib import Path

import pytest

from kit import changed_lines, mail
from patchtool.hooks.sending import counted, ledger_of, uncounted

DIFF = changed_lines("mm/a.c", (["a"], ["b"]))


@pytest.fixture
def files(tmp_path) -> list[Path]:
    """A cover letter and two patches of v2, with v1 of the first and a note beside them."""
    subjects = {
        "v2-0000": "[PATCH v2 0/2] all",
        "v2-0001": "[PATCH v2 1/2] a",
        "v2-0002": "[PATCH v2 2/2] b",
        "v1-0001": "[PATCH 1/2] a",
    }
    for name, subject in subjects.items():
        text = b"Words.\n" if "0000" in name else DIFF
        (tmp_path / f"{name}.patch").write_bytes(mail(text, subject))
    (tmp_path / "empty.patch").write_bytes(b"")
    (tmp_path / "notes.txt").write_text("no mail\n")
    return [tmp_path / f"v2-000{n}.patch" for n in range(3)]


def sources(sent) -> list[str]:
    return [Path(one.source).name for one in sent.mails]


def test_git_counts(files, tmp_path):
    ledger = tmp_path / "cache/send-email/x"
    assert [counted(file, n, 3, ledger) for n, file in enumerate(files[:2], 1)] == [None, None]
    sent = counted(files[2], 3, 3, ledger)
    assert (sources(sent), sent.whole, sent.hold_patch) == ([file.name for file in files], True, True)
    assert not ledger.exists()


def test_a_run_that_was_broken_off_leaves_nothing_to_the_next(files, tmp_path):
    ledger = tmp_path / "x"
    assert counted(files[0], 1, 3, ledger) is None
    assert counted(files[1], 1, 2, ledger) is None
    sent = counted(files[2], 2, 2, ledger)
    assert (sources(sent), sent.whole) == (["v2-0001.patch", "v2-0002.patch"], True)


def test_a_run_whose_beginning_was_not_seen(files, tmp_path):
    sent = counted(files[2], 3, 3, tmp_path / "x")
    assert (sources(sent), sent.whole) == (["v2-0002.patch"], False)


def test_a_cache_that_cannot_be_written(files, tmp_path):
    (tmp_path / "cache").write_text("a file\n")
    for ledger in (tmp_path / "cache/send-email/x", None):
        assert [counted(file, n, 3, ledger) for n, file in enumerate(files[:2], 1)] == [None, None]
        sent = counted(files[2], 3, 3, ledger)
        assert (sources(sent), sent.whole) == ([file.name for file in files], True)
        sent = counted(files[1], 2, 2, ledger)  # the last to be sent, and not of the series
        assert (sources(sent), sent.whole) == (["v2-0001.patch"], False)


def test_a_git_that_does_not_count(files):
    assert [uncounted(file) for file in files[:2]] == [None, None]
    sent = uncounted(files[2])
    assert (sources(sent), sent.whole) == ([file.name for file in files], True)


def test_mails_beside_that_could_be_another_series(files):
    (files[0].parent / "other.patch").write_bytes(files[1].read_bytes())
    sent = uncounted(files[2])
    assert (sources(sent), sent.whole) == (["v2-0002.patch"], False)


def test_a_patch_alone_and_no_patch_at_all(files, tmp_path):
    (tmp_path / "one.patch").write_bytes(mail(DIFF))
    sent = uncounted(tmp_path / "one.patch")
    assert (sources(sent), sent.whole, sent.hold_patch) == (["one.patch"], True, True)
    (tmp_path / "news").write_bytes(mail(b"Words.\n", "News"))
    assert not uncounted(tmp_path / "news").hold_patch
    assert not counted(files[0], 1, 1, tmp_path / "x").hold_patch


def test_one_ledger_a_repository(tmp_path):
    ledgers = {ledger_of(tmp_path, Path(name)) for name in ("/a/.git", "/a/.git", "/b/.git")}
    assert (len(ledgers), {ledger.parent for ledger in ledgers}) == (2, {tmp_path / "send-email"})
