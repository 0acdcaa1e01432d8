"""Mutated mails through everything that reads a mail: nothing but MailError may come out.

    python bench/fuzz_mail.py SEEDS [--inputs 200000] [--seed 1] [--keep FOLDER]

SEEDS is a file of mails (an mbox) or a folder of them. Every input is one of them, or two spliced, with
bytes, lines, header fields and hunk counts changed. `git mailinfo` is a process of its own and git's to
fuzz: its part is taken here by the text itself, so that 1,000 inputs a second are possible; one input in
500 goes through the real one. An input that raises anything else, or takes over 2 s, is kept.
"""

from __future__ import annotations

import argparse
import io
import json
import random
import sys
import time
import traceback
from collections import Counter
from collections.abc import Callable
from functools import partial
from pathlib import Path

from patchtool.mail.diff import parse_diff
from patchtool.mail.failed import failed_mail, failed_patch
from patchtool.mail.followups import apply_followups, followups
from patchtool.mail.lines import LineIndex
from patchtool.mail.mailbox import MailError, RawMail, load, single
from patchtool.mail.message import Message, read_message
from patchtool.mail.prep import read_prep
from patchtool.mail.series import series_of
from patchtool.mail.thread import groups
from patchtool.mail.trailers import parse_trailers, trailer_block

# One a line; Python's escapes.
_BITS = [
    line.encode("latin-1").decode("unicode_escape").encode("latin-1")
    for line in r"""
\x00
\r
\n\n
\n
\t
\xff
\xe2\x80
=?utf-8?q?=C3?=
=?x?b?AAA=?=
---\n
-- \n
-- >8 --\n
diff --git a/x b/x\n
diff --cc x\n
@@ -1 +1 @@\n
@@@ -1 -1 +1 @@@\n
--- a/x\n+++ b/x\n
--- /dev/null\n
+++ /dev/null\n
From \n
From: \n
From mboxrd@z Thu Jan  1 00:00:00 1970\n
>From\x20
Subject: [PATCH v2 3/2] Re: x\n
Subject: =?utf-8?b?gg==?=\n
Content-Type: multipart/mixed; boundary=\n
Content-Type: text/plain; charset=nope; format=flowed\n
Content-Transfer-Encoding: base64\n
Content-Transfer-Encoding: quoted-printable\n
Message-Id: <a@b>\n
In-Reply-To: <a@b>\n
References: <a@b> <a@b>\n
GIT binary patch\nliteral 1\nIcmZ\n\n
rename from a\nrename to b\n
Fixes: 123456789abc ("\n
Cc: stable@vger.kernel.org # v\n
--- b4-submit-tracking ---\n{"series": {}}\n
index 0..1\n
old mode 100644\n
\\ No newline\n
../../x
"a/\\777"
------------------ original commit in Linus's tree ------------------\n
999999999
-1
Reviewed-by: A <a@b.c\n
""".splitlines()
    if line
]


def mutated(seeds: list[bytes], chance: random.Random) -> bytes:
    """One input made from the seeds."""
    data = bytearray(chance.choice(seeds))
    if chance.random() < 0.1:
        other = chance.choice(seeds)
        data[chance.randrange(len(data) + 1) :] = other[chance.randrange(len(other) + 1) :]
    for _ in range(chance.choice((1, 1, 2, 4, 16))):
        at = chance.randrange(len(data) + 1)
        action = chance.randrange(6)
        if action == 0:
            data[at:at] = chance.choice(_BITS)
        elif action == 1:
            del data[at : at + chance.choice((1, 4, 60, 1000))]
        elif action == 2 and at < len(data):
            data[at] = chance.randrange(256)
        elif action == 3:
            end = at + chance.choice((10, 80, 400))
            data[at:at] = data[at:end]
        elif action == 4:
            start = data.rfind(b"\n", 0, at) + 1
            data[start:start] = chance.choice(_BITS)
        else:
            _change_number(data, at, chance)
    return bytes(data)


def _change_number(data: bytearray, at: int, chance: random.Random) -> None:
    while at < len(data) and not 48 <= data[at] <= 57:
        at += 1
    if at < len(data):
        data[at : at + 1] = chance.choice((b"0", b"1", b"9", b"99999999999", b"-3"))


def read_all(data: bytes, *, real: bool) -> None:
    """Everything the mail room does to one input; MailError is an answer."""
    for mails in _mailboxes(data):
        messages = [read_message(mail) for mail in mails]
        for message in messages:
            _read_one(message)
        for group in groups(messages):
            followups(messages, group)
        if real:
            _quietly(partial(_whole, mails))


def _whole(mails: tuple[RawMail, ...]) -> None:
    apply_followups(series_of(mails, "fuzz"))


def _mailboxes(data: bytes) -> list[tuple[RawMail, ...]]:
    found = [(single(data, "fuzz"),)]
    _quietly(lambda: found.append(load("-", io.BytesIO(data))))
    return found[:1] if found[-1] == found[0] else found


def _read_one(message: Message) -> None:
    text = message.envelope.text
    index = LineIndex(message.raw)
    places, _ = index.locate(message.raw.data.split(b"\n"))
    _quietly(lambda: parse_diff(message.raw.data, "fuzz", places))
    _quietly(lambda: parse_diff(text.encode("utf-8", "replace"), "fuzz"))
    parse_trailers(message.tags.subject, text)
    trailer_block("", text)
    read_prep(text)
    _ = (message.is_patch, message.base_commit, message.change_id, message.prerequisites)
    if failed_mail(message):
        _quietly(lambda: failed_patch(message))


def _quietly(act: Callable[[], object]) -> None:
    try:
        act()
    except MailError as error:
        assert "\n" not in str(error), f"an error of several lines: {error}"


def main() -> int:
    """Reads the command line; 1 where something else than MailError came out."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("seeds", nargs="+")
    parser.add_argument("--inputs", type=int, default=200_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--longest", type=int, default=8000, help="bytes of a seed")
    parser.add_argument("--keep", type=Path, default=Path("fuzz-found"))
    options = parser.parse_args()
    seeds = [mail.data for place in options.seeds for mail in load(place) if len(mail.data) < options.longest]
    chance = random.Random(options.seed)
    tally: Counter[str] = Counter()
    start = time.monotonic()
    for number in range(options.inputs):
        data = mutated(seeds, chance)
        begun = time.monotonic()
        try:
            read_all(data, real=number % 500 == 0)
        except Exception as error:  # noqa: BLE001  # what this script is for
            last = traceback.extract_tb(error.__traceback__)[-1]
            _keep(
                data, f"{type(error).__name__} {Path(last.filename).name}:{last.lineno}", options.keep, tally
            )
        if time.monotonic() - begun > 2:
            _keep(data, "slower than 2 s", options.keep, tally)
        if number % 10_000 == 0:
            print(f"{number}, {time.monotonic() - start:.0f} s", file=sys.stderr, flush=True)
    print(json.dumps({"inputs": options.inputs, "seconds": round(time.monotonic() - start), "found": tally}))
    return int(bool(tally))


def _keep(data: bytes, what: str, folder: Path, tally: Counter[str]) -> None:
    tally[what] += 1
    if tally[what] == 1:
        folder.mkdir(parents=True, exist_ok=True)
        (folder / f"{len(tally):03d}.mail").write_bytes(data)
        print(f"{what}: {folder / f'{len(tally):03d}.mail'}", flush=True)


if __name__ == "__main__":
    sys.exit(main())
