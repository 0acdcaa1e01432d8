"""Does patchtool see a series as `git am` does? Every series of an archive, on a real kernel.

    python bench/parity.py INBOX KERNEL REF --since 2019-05-01 --until 2021-12-31 [--limit 400]

For each series the mails that patchtool chose are given to the real `git am`, in a scratch repository whose
alternates are the kernel's. Compared are how many patches apply, and for each that does: the tree's id,
author, date, subject and message. The scratch work tree is empty: `git am` asks `git apply` for the index,
which checks out by itself what a patch touches; `--full N` does the first N series in a full work tree too.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from archive_kit import threads

from patchtool.core.series import Patch
from patchtool.mail.index import open_index
from patchtool.mail.mailbox import MailError
from patchtool.mail.mailinfo import strip_space
from patchtool.mail.message import Message
from patchtool.mail.patch import read_patch
from patchtool.mail.thread import Group, groups
from patchtool.tree.git import Scratch
from patchtool.tree.inbox import open_inbox
from patchtool.tree.stack import DoesNotApply, Stack

_ENVIRONMENT = {
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_COMMITTER_NAME": "C",
    "GIT_COMMITTER_EMAIL": "c@example.org",
    "GIT_AUTHOR_NAME": "N",
    "GIT_AUTHOR_EMAIL": "n@example.org",
    "PATH": os.environ["PATH"],
    "HOME": tempfile.gettempdir(),
    "LC_ALL": "C.UTF-8",
}


@dataclass(frozen=True)
class Commit:
    """One applied patch; `date` is seconds and zone."""

    tree: str
    author: str
    date: str
    message: str


@dataclass(frozen=True)
class Outcome:
    """The patches that applied, in order, and why the next one did not ("" where all did)."""

    commits: tuple[Commit, ...]
    stopped: str = ""


class RealAm:
    """A scratch repository with nothing checked out (or everything), put back to the base for each series."""

    def __init__(self, folder: Path, kernel: Path, base: str, *, full: bool = False) -> None:
        self._folder, self._base = folder, base
        self._full = full
        folder.mkdir(parents=True)
        self.git("init", "--quiet", "--template=")
        (folder / ".git/objects/info").mkdir(exist_ok=True)
        objects = self._ask(kernel, "rev-parse", "--path-format=absolute", "--git-path", "objects")
        (folder / ".git/objects/info/alternates").write_bytes(objects)
        self.git("update-ref", "--no-deref", "HEAD", base)
        self.git("read-tree", base)
        shutil.copyfile(folder / ".git/index", folder / ".git/index.base")

    def git(self, *command: str) -> subprocess.CompletedProcess[bytes]:
        """Runs git in the scratch work tree."""
        return subprocess.run(
            ["git", *command], cwd=self._folder, env=_ENVIRONMENT, capture_output=True, check=False,
            stdin=subprocess.DEVNULL,
        )  # fmt: skip

    def apply(self, mails: Sequence[Message]) -> Outcome:
        """What `git am` makes of the mails."""
        self._reset()
        box = self._folder.parent / f"{self._folder.name}-mails"
        shutil.rmtree(box, ignore_errors=True)
        box.mkdir()
        files = [box / f"{number:04d}" for number, _ in enumerate(mails)]
        for file, mail in zip(files, mails, strict=True):
            file.write_bytes(mail.raw.data)
        run = self.git("am", "--quiet", "--no-gpg-sign", "--patch-format=mbox", *map(str, files))
        said = run.stderr.decode("utf-8", "replace").strip()
        return Outcome(tuple(self._commits()), said[-300:] if run.returncode else "")

    def _commits(self) -> Iterator[Commit]:
        form = "--format=%T%x00%an <%ae>%x00%ad%x00%B%x01"
        log = self.git("log", "--reverse", "--date=raw", form, f"{self._base}..HEAD").stdout
        for entry in log.decode("utf-8", "surrogateescape").split("\x01\n"):
            if entry.strip():
                tree, author, date, message = entry.split("\0")
                yield Commit(tree, author, date, message.rstrip("\n"))

    def _reset(self) -> None:
        shutil.rmtree(self._folder / ".git/rebase-apply", ignore_errors=True)
        self.git("update-ref", "--no-deref", "HEAD", self._base)
        if self._full:
            # Not `reset --hard`, which stops at a blob that a truncated kernel lacks.
            shutil.copyfile(self._folder / ".git/index.base", self._folder / ".git/index")
            self.git("clean", "-dfxq")
            self.git("checkout-index", "--all", "--force", "--quiet", "--index")
            return
        for entry in self._folder.iterdir():
            if entry.name == ".git":
                continue
            shutil.rmtree(entry) if entry.is_dir() and not entry.is_symlink() else entry.unlink()
        shutil.copyfile(self._folder / ".git/index.base", self._folder / ".git/index")

    def _ask(self, folder: Path, *command: str) -> bytes:
        run = subprocess.run(["git", *command], cwd=folder, env=_ENVIRONMENT, capture_output=True, check=True)
        return run.stdout

    def date(self, text: str) -> str:
        """An author date as git reads it, in seconds and zone."""
        environment = {**_ENVIRONMENT, "GIT_AUTHOR_DATE": text}
        command = ["git", "var", "GIT_AUTHOR_IDENT"]
        run = subprocess.run(command, cwd=self._folder, env=environment, capture_output=True, check=False)
        return b" ".join(run.stdout.split()[-2:]).decode()


def ours(group: Group, stack: Stack, base: str, real: RealAm) -> Outcome:
    """What patchtool makes of the same mails."""
    stack.reset(base)
    commits: list[Commit] = []
    for n, mail in group.members:
        try:
            patch = read_patch(mail, n, group.total)
        except MailError as error:
            return Outcome(tuple(commits), f"MailError: {error}")
        if patch is None:
            return Outcome(tuple(commits), "no diff in it")
        try:
            tree = stack.apply(patch.diff)
        except DoesNotApply as error:
            return Outcome(tuple(commits), error.reason)
        commits.append(_commit(patch, tree, real))
    return Outcome(tuple(commits))


def _commit(patch: Patch, tree: str, real: RealAm) -> Commit:
    message = strip_space(f"{patch.subject}\n\n{patch.message}")
    return Commit(tree, f"{patch.author.name} <{patch.author.email}>", real.date(patch.date), message)


def difference(mine: Outcome, theirs: Outcome) -> str:
    """The first thing that differs, "" where nothing does."""
    for number, (one, other) in enumerate(zip(mine.commits, theirs.commits, strict=False), 1):
        for key, value in asdict(one).items():
            if value != getattr(other, key):
                return f"patch {number}: {key}: {value!r} is {getattr(other, key)!r} in git"
    if len(mine.commits) != len(theirs.commits):
        counts = f"{len(mine.commits)} applied, {len(theirs.commits)} in git"
        return f"{counts}; ours: {mine.stopped!r}; git: {theirs.stopped!r}"
    if bool(mine.stopped) != bool(theirs.stopped):
        return f"stopped: {mine.stopped!r} is {theirs.stopped!r} in git"
    return ""


def run(options: argparse.Namespace) -> int:
    """Compares series by series; 0 where all agree."""
    tally: Counter[str] = Counter()
    differing: list[dict[str, str]] = []
    start = time.monotonic()
    with (
        tempfile.TemporaryDirectory(prefix="parity-") as folder,
        Scratch(options.kernel) as scratch,
        open_inbox(options.inbox) as epochs,
        open_index(options.inbox, options.cache) as index,
    ):
        index.update(epochs)
        base = scratch.resolve(options.ref) or sys.exit(f"no such revision: {options.ref}")
        real = RealAm(Path(folder) / "am", options.kernel, base)
        full = RealAm(Path(folder) / "full", options.kernel, base, full=True) if options.full else None
        stack = Stack(scratch, base)
        for messages in threads(options.inbox, (options.since, options.until), index, epochs):
            for group in groups(messages):
                mails = [mail for _, mail in group.members]
                mine, theirs = ours(group, stack, base, real), real.apply(mails)
                said = difference(mine, theirs)
                if full and tally["series"] < options.full:
                    tally["full work tree differs"] += full.apply(mails).commits != theirs.commits
                _count(tally, mine, group, said)
                if said:
                    differing.append({"series": mails[0].message_id, "difference": said})
                    print(json.dumps(differing[-1]), flush=True)
            if tally["series"] % 20 == 0:
                print(
                    f"{tally['series']} series, {time.monotonic() - start:.0f} s", file=sys.stderr, flush=True
                )
            if options.limit and tally["series"] >= options.limit:
                break
    print(json.dumps({**tally, "seconds": round(time.monotonic() - start)}))
    return int(bool(differing))


def _count(tally: Counter[str], mine: Outcome, group: Group, said: str) -> None:
    tally["series"] += 1
    tally["patches"] += len(group.members)
    tally["patches applied"] += len(mine.commits)
    tally["series whole applied"] += not mine.stopped
    tally["series partly applied"] += bool(mine.stopped and mine.commits)
    tally["series that agree"] += not said


def main() -> int:
    """Reads the command line."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("inbox", type=Path)
    parser.add_argument("kernel", type=Path)
    parser.add_argument("ref")
    parser.add_argument("--since", default="2019-05-01")
    parser.add_argument("--until", default="2021-12-31")
    parser.add_argument("--limit", type=int, default=0)
    parser.add_argument("--full", type=int, default=0, help="compare the first N in a full work tree, too")
    parser.add_argument("--cache", type=Path, default=None, help="folder of the archive's index")
    return run(parser.parse_args())


if __name__ == "__main__":
    sys.exit(main())
