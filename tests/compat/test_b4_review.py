"""What `b4 review` makes of our results, by its own reader. PATCHTOOL_B4 names a Python that has b4."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

from kit import SCRIPT

# Runs a check command as b4 does, over a mail on standard input.
ASK = """
import email, email.policy, json, sys
from b4.review import checks
mail = email.message_from_bytes(sys.stdin.buffer.read(), policy=email.policy.EmailPolicy())
command, folder = sys.argv[1:]
print(json.dumps(checks.run_perpatch_checks([("id", mail)], [command], folder)["id"]))
"""


def test_b4_review_reads_the_result(b4_python: str, mini: Path, series: Path) -> None:
    mails = (series / "broken-rename.mbox").read_bytes().split(b"From mboxrd@z ")
    done = subprocess.run(
        [b4_python, "-c", ASK, f"{SCRIPT} check --single --format b4-review -", str(mini)],
        input=mails[3].partition(b"\n")[2], capture_output=True, check=True,
    )  # fmt: skip
    (result,) = json.loads(done.stdout)
    details = json.loads(result.pop("details"))
    assert result == {
        "tool": "patchtool",
        "status": "fail",
        "summary": "1 error, 0 warnings, 0 notes",
        "url": "",
    }
    assert [(one["status"], one["srcline"]) for one in details] == [
        ("fail", "Signed-off-by: Cleo Example <cleo@example.com")
    ]
