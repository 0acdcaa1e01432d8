"""b4's choice of a series, for bench/grouping.py and tests/compat: run by a Python that has b4 installed.

Reads lines of JSON from standard input, each a list of files with one mail each, and answers each with the
revision, the message-ids of its patches in order (null for a missing one) and the follow-up trailers that b4
would add to each, the cover's first.
"""

from __future__ import annotations

import json
import logging
import sys
from email.message import EmailMessage
from email.parser import BytesParser
from pathlib import Path
from typing import Any

import b4


def answer(files: list[str]) -> dict[str, Any]:
    """What b4 makes of a thread."""
    box = b4.LoreMailbox()
    for file in files:
        mail = BytesParser(_class=EmailMessage, policy=b4.emlpolicy).parsebytes(Path(file).read_bytes())
        try:
            box.add_message(mail)
        except Exception as error:  # noqa: BLE001  # whatever it trips over is b4's, and is said
            return {"error": repr(error)}
    try:
        series = box.get_series(codereview_trailers=False)
    except Exception as error:  # noqa: BLE001
        return {"error": repr(error)}
    if series is None:
        return {"none": True}
    return {
        "revision": series.revision,
        "complete": series.complete,
        "members": [patch.msgid if patch else None for patch in series.patches[1:]],
        "cover": series.patches[0].msgid if series.patches[0] else None,
        "trailers": [
            [f"{trailer.name}: {trailer.value}" for trailer in patch.followup_trailers] if patch else []
            for patch in series.patches
        ],
    }


def main() -> None:
    """Answers line by line."""
    logging.disable(logging.CRITICAL)
    b4.can_network = False
    b4.get_main_config()
    for line in sys.stdin:
        print(json.dumps(answer(json.loads(line))), flush=True)


if __name__ == "__main__":
    main()
