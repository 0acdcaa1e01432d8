"""Every mail of a public-inbox archive through the parser: no exception but MailError, and what is in them.

    python bench/archive.py INBOX [--limit N] [--free FILE]

Reads the mails one by one; where one is a patch, also its message, diff, trailers and tags, as `git am`
would. Prints counts, time and peak memory; `--free` gets every `Fixes` and `Cc: stable` line that gave no
commit and no version, so that a person can look at them.
"""

from __future__ import annotations

import argparse
import json
import re
import resource
import sys
import time
import traceback
from collections import Counter
from pathlib import Path
from typing import TextIO

from archive_kit import all_mails

from patchtool.core.series import Patch
from patchtool.mail.mailbox import MailError, single
from patchtool.mail.message import read_message
from patchtool.mail.patch import read_patch
from patchtool.mail.trailers import fixes_tags, stable_tags
from patchtool.tree.inbox import open_inbox

_FIXES = re.compile(r"^\s*fixes\b", re.IGNORECASE)
_STABLE = re.compile(r"^\s*cc:.*stable.*@", re.IGNORECASE)


def main() -> int:
    """Reads the command line and the archive; 1 where anything but MailError was raised."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("inbox", type=Path)
    parser.add_argument("--limit", type=int, default=0)
    parser.add_argument("--free", type=argparse.FileType("w", encoding="utf-8"), default=None)
    options = parser.parse_args()
    tally: Counter[str] = Counter()
    start = time.monotonic()
    with open_inbox(options.inbox) as epochs:
        for arrival in all_mails(epochs):
            tally["mails"] += 1
            _read(arrival.data, arrival.blob, tally, options.free)
            if tally["mails"] == options.limit:
                break
            if tally["mails"] % 5000 == 0:
                print(
                    f"{tally['mails']} mails, {time.monotonic() - start:.0f} s", file=sys.stderr, flush=True
                )
    seconds = time.monotonic() - start
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    figures = {"seconds": round(seconds), "mails/s": round(tally["mails"] / seconds), "peak MiB": peak}
    print(json.dumps({**tally, **figures}, indent=1))
    return int(tally["exceptions"] > 0)


def _read(data: bytes, blob: str, tally: Counter[str], free: TextIO | None) -> None:
    start = time.monotonic()
    try:
        message = read_message(single(data, blob))
        if message.is_patch:
            tally["patch mails"] += 1
            patch = read_patch(message, 1, 1)
            tally["patches read"] += patch is not None
            if patch is not None:
                _tags(patch, blob, tally, free)
    except MailError as error:
        tally["refused"] += 1
        tally[f"refused: {error.message.split(':')[0]}"] += 1
        if free:
            free.write(f"refused\t{blob}\t{error}\n")
    except Exception:  # noqa: BLE001  # what this script is for: to find them all
        tally["exceptions"] += 1
        print(f"{blob}:\n{traceback.format_exc()}", flush=True)
    if time.monotonic() - start > 5:
        tally["slower than 5 s"] += 1
        print(f"{blob}: {time.monotonic() - start:.1f} s", flush=True)


# Every line that looks like a tag is in one of the tags' `raw`, or is listed.
def _tags(patch: Patch, blob: str, tally: Counter[str], free: TextIO | None) -> None:
    fixes, stable = fixes_tags(patch), stable_tags(patch)
    tally["fixes tags"] += len(fixes)
    tally["stable tags"] += len(stable)
    tally["trailers"] += len(patch.trailers)
    read = [tag.raw for tag in fixes if tag.commit] + [tag.raw for tag in stable]
    for line in patch.message.split("\n"):
        kind = "fixes" if _FIXES.match(line) else "stable" if _STABLE.match(line) else ""
        if kind and not any(line.strip() in raw for raw in read):
            tally[f"{kind} lines as free text"] += 1
            if free:
                free.write(f"{kind}\t{blob}\t{line}\n")


if __name__ == "__main__":
    sys.exit(main())
