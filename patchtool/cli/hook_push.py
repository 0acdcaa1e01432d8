"""What a hook says about commits before they are pushed."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from patchtool.cli import common
from patchtool.cli.hook_setup import repository, say
from patchtool.hooks.pushing import Span, pushed
from patchtool.tree.git import GitError, Scratch, ask


def check_push() -> int:
    """The exit status for git: 1 stops the push. The refs are on standard input, or pre-commit names them.

    Raises:
        PatchtoolError: what could not be read.
    """
    folder = repository()
    lines = _from_pre_commit(folder) if os.environ.get("PRE_COMMIT") else sys.stdin.read()
    with Scratch(folder, common.cache_folder()) as scratch:
        spans = pushed(lines, scratch)
    failed = [span for span in spans if not _passes(span, folder)]
    if failed:
        say("stopped; `git push --no-verify` pushes it as it is")
    return common.FINDINGS if failed else common.CLEAN


def _passes(span: Span, folder: Path) -> bool:
    if span.obstacle:
        say(f"{span.ref}: not checked: {span.obstacle}; `patchtool check A..B` takes a range of commits")
        return True
    # Only where there is something to check: the engine takes half a second to load.
    from patchtool.cli.hook_series import passes
    from patchtool.cli.inputs import read_input

    return passes(read_input(span.name, repo=folder), folder, span.base[:12])


# The input that git would give, of the refs in pre-commit's variables; by hand there may be none.
def _from_pre_commit(folder: Path) -> str:
    tip, old = os.environ.get("PRE_COMMIT_TO_REF", ""), os.environ.get("PRE_COMMIT_FROM_REF", "")
    if not tip:
        try:
            tip, old = (
                ask(folder, "rev-parse", "--verify", "--end-of-options", rev)
                for rev in ("HEAD", "@{upstream}")
            )
        except GitError as error:
            hint = "git branch --set-upstream-to=origin/master, or pre-commit --from-ref A --to-ref B"
            raise GitError("no upstream to compare the branch with", at=str(folder), hint=hint) from error
    return f"HEAD {tip} {os.environ.get('PRE_COMMIT_REMOTE_BRANCH') or 'HEAD'} {old}\n"
