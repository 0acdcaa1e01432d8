"""What a hook says about a commit before it is made: an answer within a second, so no tree is walked."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from pathlib import Path

from patchtool.cli import common
from patchtool.cli.hook_setup import Setup, repository, say, setup, tell
from patchtool.core.errors import PatchtoolError
from patchtool.core.finding import Finding
from patchtool.core.report import CheckReport
from patchtool.core.rules import Rule
from patchtool.core.series import Person, Series
from patchtool.hooks.committing import (
    DIFF_LIMIT,
    am_author,
    am_diff,
    as_series,
    comment_mark,
    read_text,
    staged_diff,
)
from patchtool.hooks.history import QuickHistory
from patchtool.hooks.place import git_folder
from patchtool.hooks.scripts import Hook
from patchtool.report.plain import count
from patchtool.tree.git import Scratch
from patchtool.tree.user import identity

_LEFT = "left to pre-push and patchtool check: {}, and what the commits before say"


def check_commit(name: Hook, file: Path) -> int:
    """The exit status for git: 1 keeps the commit from being made, and says where its message is.

    What keeps patchtool itself from checking is said and stops nobody.
    """
    try:
        chosen = setup()
        report = _report(name, file, chosen)
    except PatchtoolError as error:
        place = f"{error.at}: " if error.at else ""
        hint = f" (hint: {error.hint})" if error.hint else ""
        say(f"{place}{error.message}{hint}: the commit goes on, not checked")
        return common.CLEAN
    if report is None:
        return common.CLEAN
    tell(report)
    if chosen.passes(report):
        return common.CLEAN
    say(_way_on(name, str(file)))
    return common.FINDINGS


def _way_on(name: Hook, file: str) -> str:
    if name is Hook.APPLYPATCH_MSG:
        return f"stopped; the message is kept: edit {file}, then `git am` alone goes on with it"
    return f"stopped; the message is kept: `git commit -e -F {file}` takes it up again, --no-verify as it is"


# None where there is nothing to check, which is said.
def _report(name: Hook, file: Path, chosen: Setup) -> CheckReport | None:
    folder = repository()
    own = git_folder(folder)
    if (own / "MERGE_HEAD").exists():
        say("not checked: a merge is no patch")
        return None
    try:
        message = file.read_bytes().decode("utf-8", "surrogateescape")
    except OSError as error:
        raise common.UsageError(f"cannot be read: {error.strerror}", at=str(file)) from None
    comment = "" if name is Hook.APPLYPATCH_MSG else comment_mark(folder, message)
    text = read_text(message, comment)
    if text.is_interim:
        say("not checked: a message that `git rebase --autosquash` takes away")
        return None
    if not text.subject:  # git itself refuses it
        return None
    with Scratch(folder, common.cache_folder()) as scratch:
        diff, left = _diff(name, scratch, own)
        author, committer = _people(name, folder, own)
        series = as_series(text, str(file), author, committer, diff)
        return chosen.judged(_checked(series, scratch, chosen.rules, left))


def _diff(name: Hook, scratch: Scratch, own: Path) -> tuple[bytes, tuple[str, ...]]:
    if name is Hook.APPLYPATCH_MSG:
        diff = am_diff(own)
    else:
        chosen = os.environ.get("GIT_INDEX_FILE")
        diff = staged_diff(scratch, own, Path(chosen).absolute() if chosen else own / "index")
    if len(diff) > DIFF_LIMIT:
        return b"", (f"the diff, which is larger than {DIFF_LIMIT >> 10} KiB",)
    return diff, ()


def _people(name: Hook, folder: Path, own: Path) -> tuple[Person, Person]:
    me = _person(os.environ, "COMMITTER") or identity(folder) or Person("", "")
    author = am_author(own) if name is Hook.APPLYPATCH_MSG else _person(os.environ, "AUTHOR")
    return author or me, me


def _person(environment: Mapping[str, str], role: str) -> Person | None:
    name, email = (environment.get(f"GIT_{role}_{what}", "") for what in ("NAME", "EMAIL"))
    return Person(name, email) if email else None


def _checked(series: Series, scratch: Scratch, chosen: Sequence[Rule], left: tuple[str, ...]) -> CheckReport:
    history = QuickHistory(scratch)
    rules = [rule for rule in chosen if rule.on_series]
    findings: list[Finding] = []
    for rule in rules:
        if rule.on_series:
            findings += rule.on_series(series, history)
    others = len(chosen) - len(rules)
    what = "message and diff" if series.patches[0].diff else "message"
    return CheckReport(
        series=series,
        base=None,
        findings=tuple(sorted(findings, key=lambda finding: (finding.severity.rank, finding.at))),
        mended=(),
        rules=tuple(rule.name for rule in rules),
        states=0,
        checked=(f"{what}, {count(len(rules), 'rule')}",),
        undecided=(*left, _LEFT.format(count(others, "rule"))),
    )
