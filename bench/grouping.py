"""Does patchtool choose the series of a thread as b4 does? Over the threads of an archive.

    python bench/grouping.py INBOX --b4 PYTHON [--since DATE --until DATE --limit N]

PYTHON is one that has b4 installed. Compared are the revision, and the message-ids of its patches in order.
Where they differ, the kind of difference is named: `deliberate` ones are those that patchtool's manual
states (see `kind`).
"""

from __future__ import annotations

import argparse
import json
import re
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from archive_kit import threads

from patchtool.mail.followups import followups
from patchtool.mail.index import open_index
from patchtool.mail.message import Message
from patchtool.mail.thread import Group, choose, groups
from patchtool.tree.inbox import open_inbox


class Oracle:
    """A b4 that answers one thread after the other."""

    def __init__(self, python: str, folder: Path) -> None:
        script = Path(__file__).with_name("b4_oracle.py")
        self._process = subprocess.Popen(
            [python, str(script)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=folder,
            env={"HOME": str(folder), "PATH": "/usr/bin:/bin", "GIT_CONFIG_NOSYSTEM": "1"},
        )  # fmt: skip
        self._folder = folder

    def ask(self, mails: Sequence[bytes]) -> dict[str, Any]:
        """What b4 makes of some mails."""
        assert self._process.stdin
        assert self._process.stdout
        files = []
        for number, data in enumerate(mails):
            file = self._folder / f"{number:05d}"
            file.write_bytes(data)
            files.append(str(file))
        self._process.stdin.write(json.dumps(files) + "\n")
        self._process.stdin.flush()
        return dict(json.loads(self._process.stdout.readline()))

    def close(self) -> None:
        """Ends it."""
        self._process.communicate()


def members(group: Group) -> list[str | None]:
    """Message-ids in the order of their numbers, None for a missing one."""
    held = {n: mail.message_id for n, mail in group.members}
    return [held.get(n) for n in range(1, max([group.total, *held]) + 1)]


def kind(theirs: dict[str, Any], mine: Group | None) -> str:
    """How the two choices differ, "" where they do not."""
    if "error" in theirs:
        return "b4 raises"
    if mine is None or "none" in theirs:
        return "" if mine is None and "none" in theirs else "one of them sees no patch"
    if (mine.version, members(mine)) == (theirs["revision"], theirs["members"]):
        return ""
    if not theirs["complete"] and not mine.missing:
        return "deliberate: b4's choice is not complete, patchtool's is"
    if mine.version > theirs["revision"]:
        return "deliberate: b4 takes what was sent last, patchtool the highest revision"
    if mine.total > 1 and len(theirs["members"]) == 1 and theirs["revision"] > mine.version:
        return "deliberate: b4 takes one patch sent into the thread for the next revision"
    return "other members or order" if mine.version == theirs["revision"] else "another revision"


def judgements(group: Group, messages: Sequence[Message]) -> set[tuple[int, str]]:
    """The follow-up trailers that would be taken, with the patch's number, in b4's spelling."""
    given = followups(messages, group)
    return {(one.patch, plain(f"{one.trailer.key}: {one.trailer.value}")) for one in given if one.own}


def plain(trailer: str) -> str:
    """A trailer without what people add behind the address, which b4 keeps apart, and without quotes."""
    return re.sub(r"(@[^\s>]+)>?.*", r"\1", trailer.lower()).replace('"', "")


def main() -> int:
    """Reads the command line, compares thread by thread."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("inbox", type=Path)
    parser.add_argument("--b4", default=sys.executable)
    parser.add_argument("--since", default="2020-01-01")
    parser.add_argument("--until", default="2021-01-01")
    parser.add_argument("--limit", type=int, default=0)
    parser.add_argument("--cache", type=Path, default=None)
    options = parser.parse_args()
    tally: Counter[str] = Counter()
    with (
        tempfile.TemporaryDirectory(prefix="grouping-") as folder,
        open_inbox(options.inbox) as epochs,
        open_index(options.inbox, options.cache) as index,
    ):
        index.update(epochs)
        oracle = Oracle(options.b4, Path(folder))
        for messages in threads(options.inbox, (options.since, options.until), index, epochs):
            _compare(messages, oracle.ask([message.raw.data for message in messages]), tally)
            if options.limit and tally["threads"] >= options.limit:
                break
        oracle.close()
    print(json.dumps(tally, indent=1))
    return 0


def _compare(messages: Sequence[Message], theirs: dict[str, Any], tally: Counter[str]) -> None:
    held = groups(messages)
    mine = choose(held, None, "")[0] if held else None
    tally["threads"] += 1
    said = kind(theirs, mine)
    tally[said or "same"] += 1
    if said:
        ours = (mine.version, members(mine)) if mine else None
        print(json.dumps({"thread": messages[0].message_id, "kind": said, "ours": ours, "b4": theirs}))
    elif mine is not None and "members" in theirs:
        _compare_trailers(judgements(mine, messages), theirs, messages[0].message_id, tally)


def _compare_trailers(
    mine: set[tuple[int, str]], theirs: dict[str, Any], name: str, tally: Counter[str]
) -> None:
    given = {(n, plain(trailer)) for n, trailers in enumerate(theirs["trailers"]) for trailer in trailers}
    tally["follow-up trailers of b4"] += len(given)
    tally["follow-up trailers of both"] += len(given & mine)
    tally["threads with the same trailers"] += given == mine
    if given != mine:
        print(
            json.dumps({"thread": name, "b4 only": sorted(given - mine), "ours only": sorted(mine - given)})
        )


if __name__ == "__main__":
    sys.exit(main())
