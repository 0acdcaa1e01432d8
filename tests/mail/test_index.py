from __future__ import annotations

from dataclasses import dataclass, field

import pytest

from patchtool.core.inbox import Arrival
from patchtool.mail import index as index_module
from patchtool.mail.index import Place, open_index
from patchtool.mail.mailbox import MailError


@dataclass
class Archive:
    """An epoch in memory; `read` counts the mails that were handed out."""

    name: str = "0"
    mails: list[Arrival] = field(default_factory=list)
    rewritten: bool = False
    read: int = 0

    @property
    def head(self) -> str:
        return self.mails[-1].commit if self.mails else ""

    def follows(self, commit):
        return not self.rewritten and commit in [mail.commit for mail in self.mails]

    def arrivals(self, since=""):
        commits = [mail.commit for mail in self.mails]
        for mail in self.mails[commits.index(since) + 1 if since else 0 :]:
            self.read += 1
            yield mail

    def blob(self, oid):
        return next((mail.data for mail in self.mails if mail.blob == oid), None)

    def add(self, name, *above, removed=False):
        number = len(self.mails) + 1
        links = " ".join(f"<{one}>" for one in above)
        data = f"From: a\nMessage-ID:\n <{name}>\nReferences: {links}\n\nText <no@link>\n".encode()
        blob = next((m.blob for m in self.mails if m.data == data), f"blob{number}")
        self.mails.append(Arrival(f"commit{number}", blob, data, removed))


@pytest.fixture
def archive():
    """1 <- 2 <- 3 and, over an id that the archive lacks, 5; 4 is alone."""
    epoch = Archive()
    epoch.add("1@x")
    epoch.add("2@x", "1@x")
    epoch.add("4@x")
    epoch.add("3@x", "1@x", "2@x", "lost@x")
    epoch.add("5@x", "lost@x")
    return epoch


def ids(index, name):
    return [place.message_id for place in index.thread(name)]


def test_a_thread_is_found_from_any_of_its_mails(archive, tmp_path):
    with open_index(tmp_path, None) as index:
        assert index.update([archive]) == 5
        for name in ("1@x", "2@x", "3@x", "5@x", "lost@x"):
            assert ids(index, name) == ["1@x", "2@x", "3@x", "5@x"]
        assert ids(index, "4@x") == ["4@x"]
        assert ids(index, "no@link") == []
        assert index.place("4@x") == Place("4@x", "0", "blob3")
        assert index.place("lost@x") is None


def test_no_mail_is_read_twice(archive, tmp_path):
    cache = tmp_path / "cache"
    for expected in (5, 0):
        with open_index(tmp_path, cache) as index:
            assert index.update([archive]) == expected
    archive.add("6@x", "4@x")
    with open_index(tmp_path, cache) as index:
        assert index.update([archive]) == 1
        assert ids(index, "6@x") == ["4@x", "6@x"]
    assert archive.read == 6
    assert len(list(cache.iterdir())) == 1


def test_an_interrupted_index_goes_on_where_it_was(archive, tmp_path, monkeypatch):
    monkeypatch.setattr(index_module, "_COMMIT_EVERY", 2)
    whole = archive.mails
    archive.mails = [*whole[:4], Arrival("broken", "b", None)]
    with pytest.raises(TypeError), open_index(tmp_path, tmp_path) as index:
        index.update([archive])
    archive.mails = whole
    with open_index(tmp_path, tmp_path) as index:
        assert index.update([archive]) == 1
        assert ids(index, "5@x") == ["1@x", "2@x", "3@x", "5@x"]


def test_what_the_archive_took_out_is_gone(archive, tmp_path):
    archive.add("2@x", "1@x", removed=True)
    with open_index(tmp_path, None) as index:
        index.update([archive])
        assert index.place("2@x") is None


def test_a_rewritten_epoch_is_read_anew(archive, tmp_path):
    with open_index(tmp_path, tmp_path) as index:
        index.update([archive])
        archive.mails = archive.mails[2:3]
        archive.rewritten = True
        assert index.update([archive]) == 1
        assert [ids(index, name) for name in ("1@x", "4@x")] == [[], ["4@x"]]


def test_epochs_are_one_archive_and_the_first_copy_counts(archive, tmp_path):
    later = Archive("1")
    later.add("1@x")
    later.add("7@x", "3@x")
    with open_index(tmp_path, None) as index:
        assert index.update([archive, later]) == 7
        assert ids(index, "7@x") == ["1@x", "2@x", "3@x", "5@x", "7@x"]
        assert index.place("1@x") == Place("1@x", "0", "blob1")


@pytest.mark.parametrize("content", [b"no database at all, but long enough to look at", b""])
def test_a_damaged_index_is_made_anew(archive, tmp_path, content):
    with open_index(tmp_path, tmp_path / "cache") as index:
        index.update([archive])
    (file,) = (tmp_path / "cache").iterdir()
    file.write_bytes(content)
    with open_index(tmp_path, tmp_path / "cache") as index:
        assert index.update([archive]) == 5


def test_a_cache_that_cannot_be_written(archive, tmp_path):
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(MailError, match=r"inbox-.*\.sqlite: the index cannot be kept: "):
        open_index(tmp_path, tmp_path / "file").__enter__()


def test_a_thread_gone_wrong(archive, tmp_path, monkeypatch):
    monkeypatch.setattr(index_module, "_LONGEST_THREAD", 3)
    with open_index(tmp_path, None) as index:
        index.update([archive])
        with pytest.raises(MailError, match="1@x: more than 3 mails in the thread"):
            index.thread("1@x")
