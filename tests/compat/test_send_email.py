"""The sendemail-validate hook under the real `git send-email`, whose server is a file."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hook_kit import cloned, installed, run, script

from kit import git, mail, one

# The counts of git 2.41 and later, set by hand where git is older.
COUNTS = ("GIT_SENDEMAIL_FILE_COUNTER", "GIT_SENDEMAIL_FILE_TOTAL")


@pytest.fixture
def topic(send_email, mini, tmp_path) -> Path:
    """A clone of the mini kernel with the hook."""
    folder = cloned(mini, tmp_path / "topic")
    installed(folder, "sendemail-validate")
    # The X are mktemp's: a file of its own for each mail.
    script(tmp_path / "sendmail", f'cat > "$(mktemp {tmp_path}/sent.XXXXXX)"\n')
    return folder


def patches(topic: Path, mbox: Path, *options: str) -> list[str]:
    """The series as git format-patch writes it."""
    git(topic, "checkout", "-q", "-B", "topic", "origin/mainline")
    git(topic, "am", "-q", "--empty=drop", str(mbox))
    out = topic.parent / "out"
    me = {"GIT_COMMITTER_EMAIL": "t@example.org"}  # whom the cover letter is from
    git(topic, "format-patch", "-q", "-o", str(out), *options, "origin/mainline..topic", **me)
    return sorted(str(file) for file in out.iterdir())


def send(topic: Path, *words: str) -> tuple[int, str, int]:
    """Exit status, what was said, and how many mails went out."""
    command = ("git", "send-email", "--quiet", "--confirm=never", "--to=l@example.org", "--validate")
    status, said = run(topic, *command, f"--smtp-server={topic.parent / 'sendmail'}", *words)
    return status, said, len(list(topic.parent.glob("sent.*")))


def test_the_whole_series_is_checked_once_and_sent(topic, series):
    files = patches(topic, series / "clean.mbox", "-v2", "--cover-letter")
    cover = Path(files[0])
    cover.write_text(cover.read_text().replace("*** SUBJECT", "all").replace("*** BLURB", "all"))
    status, said, sent = send(topic, *files)
    count = int(one(topic, "rev-list", "--count", "origin/mainline..topic"))
    assert (status, sent) == (0, count + 1), said
    assert said.count(f"{count} of {count} patches, {count + 1} states") == 1


def test_a_defect_keeps_every_mail_from_going(topic, series):
    status, said, sent = send(topic, *patches(topic, series / "broken-rename.mbox"))
    assert (status != 0, sent) == (True, 0)
    assert "error [incomplete-rename]" in said
    assert "patchtool: stopped; `git send-email --no-validate` sends it as it is\n" in said
    assert "warning: no patches were sent" in said
    assert send(topic, "--no-validate", *patches(topic, series / "broken-rename.mbox"))[2] > 0


def test_what_holds_no_patch_goes(topic):
    (topic.parent / "news").write_bytes(mail(b"Words.\n", "News"))
    status, said, sent = send(topic, str(topic.parent / "news"))
    assert (status, sent) == (0, 1)
    assert "patchtool: not checked: no patch in these mails\n" in said


def test_one_patch_of_a_series_is_checked_by_its_mail_alone(topic, series):
    *_, last = patches(topic, series / "clean.mbox")
    alone = Path(last).rename(topic.parent / "alone.patch")
    status, said, sent = send(topic, str(alone))
    assert (status, sent) == (0, 1)
    assert "not checked: no tree: the series' other mails are not known; not run: " in said


def test_git_that_counts(topic, series):
    files = patches(topic, series / "broken-rename.mbox")
    moved = [topic.parent / f"{number}" / Path(file).name for number, file in enumerate(files)]
    for file, place in zip(files, moved, strict=True):
        place.parent.mkdir()
        Path(file).rename(place)
    hook = topic / ".git/hooks/sendemail-validate"
    found = []
    for number, place in enumerate(moved, 1):
        counts = dict(zip(COUNTS, (str(number), str(len(moved))), strict=True))
        found.append(run(topic, str(hook), str(place), GIT_DIR=str(topic / ".git"), **counts))
    assert found[:-1] == [(0, "")] * (len(moved) - 1)
    assert found[-1][0] == 1
    assert "error [incomplete-rename]" in found[-1][1]
    assert not list(Path(os.environ["XDG_CACHE_HOME"]).glob("patchtool/send-email/*"))
