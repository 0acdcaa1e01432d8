"""The one door to git: a private repository that borrows the user's objects and can't touch anything else.

Every command runs in a bare repository of our own in a temporary folder. Its `alternates` point at the
user's object store, its refs are a copy; the user's configuration, hooks, filters, index and work tree are
never seen by it. What is written (trees after each patch) lands in the temporary folder, so that the
user's repository is as it was at any moment, `kill -9` included.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import git

from patchtool.core.cache import JsonCache
from patchtool.core.errors import PatchtoolError
from patchtool.core.tree import REFETCH
from patchtool.tree.folders import new_folder

FULL_ID = re.compile(r"[0-9a-f]{40}\Z")
_ABSENT = re.compile(r"unable to read (?:\w+ )*([0-9a-f]{40})")
# No configuration but ours, no network, no prompt, plain messages.
_ENVIRONMENT = {
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_ATTR_NOSYSTEM": "1",
    "GIT_NO_LAZY_FETCH": "1",
    "GIT_NO_REPLACE_OBJECTS": "1",
    "GIT_OPTIONAL_LOCKS": "0",
    "GIT_TERMINAL_PROMPT": "0",
    "GIT_PAGER": "cat",
    "LC_ALL": "C",
}
# All other GIT_ variables go: a hook's would point git at another repository or change what it answers.
_KEPT = {"GIT_EXEC_PATH", "GIT_CONFIG_GLOBAL", "GIT_CONFIG_SYSTEM", "GIT_CONFIG_NOSYSTEM"}
# For the few questions asked of the user's own repository: nothing in its configuration may run a program.
_SAFE = ("-c", "safe.directory=*", "-c", "core.fsmonitor=false", "-c", f"core.hooksPath={os.devnull}",
         "-c", "protocol.allow=never")  # fmt: skip


class GitError(PatchtoolError):
    """git refused: a missing ref, a damaged repository, no repository at all."""


@dataclass(frozen=True, slots=True)
class Result:
    """What a git command gave: exit status, raw output, decoded error text."""

    status: int
    out: bytes
    err: str


@dataclass(frozen=True, slots=True)
class Ref:
    """A ref of the user's repository and the 40-hex id of the commit it leads to (tags peeled)."""

    name: str
    commit: str
    date: int


def _run(
    folder: Path, command: Sequence[str], *, data: bytes | None = None, index: Path | None = None
) -> Result:
    return _finish(_spawn(folder, command, data=data, index=index), data)


def _spawn(
    folder: Path, command: Sequence[str], *, data: bytes | None = None, index: Path | None = None
) -> git.Git.AutoInterrupt:
    environment = dict(_ENVIRONMENT)
    if index is not None:
        environment["GIT_INDEX_FILE"] = str(index)
    return git.Git(folder).execute(
        ["git", *command],
        istream=subprocess.PIPE if data is not None else subprocess.DEVNULL,
        as_process=True,
        env=environment,
    )


def _finish(process: git.Git.AutoInterrupt, data: bytes | None = None) -> Result:
    out, err = process.communicate(data)
    return Result(process.returncode, out, err.decode("utf-8", "replace"))


@contextmanager
def _clean_environment() -> Iterator[None]:
    # GitPython hands the process environment on to git; take out what would redirect it, put it back after.
    foreign = [name for name in os.environ if name.startswith("GIT_") and name not in _KEPT]
    kept = {name: os.environ.pop(name) for name in foreign}
    try:
        yield
    finally:
        os.environ.update(kept)


def ask(folder: Path, *command: str) -> str:
    """A question to the user's own repository, with nothing of its configuration run; the answer, one text.

    Raises:
        GitError: with git's own last line.
    """
    with _clean_environment():
        result = _run(folder, [*_SAFE, *command])
    if result.status:
        reason = result.err.strip().splitlines()[-1:] or ["git failed"]
        raise GitError(reason[0].removeprefix("fatal: "), at=str(folder))
    return result.out.decode("utf-8", "surrogateescape").rstrip("\n")


class Scratch:
    """A private bare repository that sees the objects and refs of another one, or of nothing (`source` None).

    `cache` is a folder for what was found out about objects, and for objects made on the way, that later runs
    read too; None for none.

    Use as a context manager: the folder goes at the end. `source` may be a work tree, a folder below one, a
    bare repository, a linked work tree, shallow or partial.

    Raises:
        GitError: `source` is no git repository, or one that git can't read.
    """

    def __init__(self, source: Path | None, cache: Path | None = None) -> None:
        self.folder = new_folder()
        self.shallow = False
        self.head = ""
        self._names: tuple[str, ...] = ()
        self._refs: tuple[Ref, ...] = ()
        self._blobs: dict[str, bytes] = {}
        self._started: list[git.Git.AutoInterrupt] = []
        self.cache = cache
        self.store = cache.absolute() / "objects" if cache else None
        self._facts = JsonCache(cache, "git")
        try:
            ask(self.folder, "init", "--quiet", "--bare", "--template=", "--initial-branch=none", ".")
            if source is not None:
                self._borrow(source)
            if self.store is not None:
                self._share(self.store)
        except BaseException:
            shutil.rmtree(self.folder, ignore_errors=True)
            raise
        self._pid = 0
        self._readers: list[git.Git] = []
        self._own()

    # What reads objects is a process at a pipe: one split off from us needs its own, and must not end ours.
    def _own(self) -> None:
        if self._pid != os.getpid():
            self._pid = os.getpid()
            self._git = git.Git(self.folder)
            self._git.update_environment(**_ENVIRONMENT)
            self._readers.append(self._git)

    def __enter__(self) -> Scratch:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """End the helper processes and remove the folder."""
        for process in self._started:
            if process.poll() is None:
                process.terminate()
        self._git.clear_cache()
        shutil.rmtree(self.folder, ignore_errors=True)

    def _borrow(self, source: Path) -> None:
        if not source.is_dir():
            raise GitError("no such folder", at=str(source), hint="name a kernel repository with --repo")
        try:
            answer = ask(
                source, "rev-parse", "--path-format=absolute", "--show-object-format",
                "--is-shallow-repository", "--git-common-dir", "--git-path", "objects",
            )  # fmt: skip
        except GitError as error:
            hint = "name a kernel's git repository with --repo"
            raise GitError(error.message, at=error.at, hint=hint) from error
        form, shallow, common, *objects = answer.split("\n")
        if form != "sha1" or len(objects) != 1:
            reason = f"its objects are named by {form}" if form != "sha1" else "its path has a line break"
            raise GitError(f"can't be read: {reason}", at=str(source), hint="use a clone by sha1 elsewhere")
        self.shallow = shallow == "true"
        (self.folder / "objects/info").mkdir(exist_ok=True)
        (self.folder / "objects/info/alternates").write_bytes(
            f"{objects[0]}\n".encode("utf-8", "surrogateescape")
        )
        if self.shallow:
            shutil.copyfile(Path(common) / "shallow", self.folder / "shallow")
        self._copy_refs(ask(source, "for-each-ref", "--format=%(objectname) %(refname)"))
        with suppress(GitError):  # a branch without a commit
            self.head = ask(source, "rev-parse", "--verify", "HEAD")
            (self.folder / "HEAD").write_text(f"{self.head}\n")

    # Unless git's list of stores can't hold its name.
    def _share(self, store: Path) -> None:
        name = str(store)
        if "\n" not in name and not name.startswith(("#", '"')):
            with suppress(OSError):
                store.mkdir(parents=True, exist_ok=True)
                with (self.folder / "objects/info/alternates").open("ab") as alternates:
                    alternates.write(f"{name}\n".encode("utf-8", "surrogateescape"))

    def _copy_refs(self, listing: str) -> None:
        # git looks names up by halving: they have to be in the order of their bytes.
        raw = listing.encode("utf-8", "surrogateescape")
        refs = sorted(line.split(b" ", 1)[::-1] for line in raw.split(b"\n") if line)
        lines = [b"%s %s\n" % (oid, name) for name, oid in refs]
        (self.folder / "packed-refs").write_bytes(b"# pack-refs with: sorted\n" + b"".join(lines))
        self._names = tuple(name.decode("utf-8", "surrogateescape") for name, _ in refs)

    def run(self, *command: str, data: bytes | None = None, index: Path | None = None) -> Result:
        """Run a git command in the private repository; the caller judges the status."""
        with _clean_environment():
            return _run(self.folder, command, data=data, index=index)

    def start(self, *command: str, data: bytes | None = None) -> Future[Result]:
        """Like `run`, and go on meanwhile; `result()` of the answer waits for the end, `close` does not."""
        with _clean_environment():
            process = _spawn(self.folder, command, data=data)
        self._started.append(process)
        # Only the waiting is left to a thread: the environment belongs to all of them.
        pool = ThreadPoolExecutor(1)
        try:
            return pool.submit(_finish, process, data)
        finally:
            pool.shutdown(wait=False)

    def out(self, *command: str, data: bytes | None = None, index: Path | None = None) -> bytes:
        """Like `run`, for commands that have no reason to fail.

        Raises:
            GitError: with git's own last line.
        """
        result = self.run(*command, data=data, index=index)
        if result.status:
            reason = result.err.strip().splitlines()[-1:] or [f"git {command[0]} failed"]
            said = reason[0].removeprefix("fatal: ").removeprefix("error: ")
            absent = _ABSENT.match(said)
            if absent:
                raise GitError(f"the object {absent[1]} is absent from the store", hint=REFETCH)
            raise GitError(said)
        return result.out

    def fact(self, *command: str) -> bytes:
        """Like `out`, for a command that names objects by their whole ids: its answer is kept for good."""
        kept = self._facts.get(*command)
        if isinstance(kept, str):
            with suppress(UnicodeEncodeError):
                return kept.encode("utf-8", "surrogateescape")
        found = self.out(*command)
        self._facts.put(found.decode("utf-8", "surrogateescape"), *command)
        return found

    def differences(self, before: str, after: str) -> Iterator[tuple[str, str, str]]:
        """Path, octal mode and id of every file and folder that `after` has otherwise than `before`.

        Of what is gone, the mode that it had, and zeros.
        """
        listing = self.fact("diff-tree", "-r", "-t", "-z", "--no-renames", before, after)
        # `:oldmode newmode old new status`, path, alternating and zero-terminated.
        fields = listing.decode("utf-8", "surrogateescape").split("\0")
        for meta, path in zip(fields[::2], fields[1::2], strict=False):
            was, mode, _, oid, _ = meta.removeprefix(":").split(" ")
            yield path, mode if oid.strip("0") else was, oid

    def refs(self) -> tuple[Ref, ...]:
        """Branches, remote branches and tags that lead to a commit, newest commit first."""
        if not self._refs:
            kinds = ("refs/heads/", "refs/remotes/", "refs/tags/")
            names = [name for name in self._names if name.startswith(kinds)]
            commits = self._commits(names)
            dates = self._dates(set(commits.values()))
            found = [Ref(name, oid, dates[oid]) for name, oid in commits.items()]
            self._refs = tuple(sorted(found, key=lambda ref: (-ref.date, ref.name)))
        return self._refs

    def _commits(self, names: Sequence[str]) -> dict[str, str]:
        # Not for-each-ref, which stops at the first ref whose commit is lost.
        asked = "".join(f"{name}^{{commit}}\n" for name in names).encode("utf-8", "surrogateescape")
        answers = self.out("cat-file", "--batch-check=%(objectname)", data=asked).split(b"\n")
        pairs = zip(names, (answer.decode("ascii", "replace") for answer in answers), strict=False)
        return {name: oid for name, oid in pairs if FULL_ID.match(oid)}

    def _dates(self, commits: set[str]) -> dict[str, int]:
        if not commits:
            return {}
        asked = "".join(f"{oid}\n" for oid in sorted(commits)).encode()
        log = self.out("log", "--no-walk=unsorted", "--stdin", "--format=%H %ct", data=asked).decode()
        return {oid: int(date) for oid, date in (line.split(" ") for line in log.splitlines())}

    def resolve(self, rev: str) -> str | None:
        """The 40-hex id of the commit a revision names; None where there is none. Never read as an option."""
        if not rev or "\n" in rev or "\0" in rev:
            return None
        result = self.run("rev-parse", "--verify", "--quiet", "--end-of-options", f"{rev}^{{commit}}")
        oid = result.out.decode().strip()
        return oid if result.status == 0 and FULL_ID.match(oid) else None

    def blob(self, oid: str) -> bytes | None:
        """A blob's bytes; None where the object store lacks it."""
        if oid not in self._blobs:
            self._own()
            with _clean_environment():
                try:
                    data = self._git.get_object_data(oid)[3]
                except ValueError:
                    return None
            if len(data) > 1_000_000:
                return data
            self._blobs[oid] = data
        return self._blobs[oid]


def own_setting(folder: Path, key: str) -> str:
    """One value of the user's own configuration as seen from a folder, "" where it is not set.

    The only look at that configuration; reading it runs nothing.
    """
    environment = {name: value for name, value in _ENVIRONMENT.items() if not name.startswith("GIT_CONFIG")}
    with _clean_environment():
        process = git.Git(folder).execute(
            ["git", "config", "--get", key], istream=subprocess.DEVNULL, as_process=True, env=environment
        )
        out, _ = process.communicate()
    return out.decode("utf-8", "replace").strip() if process.returncode == 0 else ""
