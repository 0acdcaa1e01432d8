"""A backport plan as JSON: every key of every shape."""

from __future__ import annotations

import json
from dataclasses import replace

from patchtool.core.companion import Companion, CompanionKind, CompanionState
from patchtool.core.finding import Location
from patchtool.core.plan import BackportReport
from patchtool.core.prerequisite import Lack, LackKind, NoHistory
from patchtool.report.as_json import dump, finding_json, model_json, series_json
from patchtool.report.plan_json import backport_json

ADAPTED = {
    "tree": "d" * 40,
    "note": "the file is mm/b.c here",
    "steps": [
        {
            "act": "moved",
            "path": "mm/a.c",
            "hunk": 1,
            "at": {"path": "mm/b.c", "line": 7},
            "what": "the file is mm/b.c here",
            "why": "its lines stand there alone",
            "edits": [{"path": "mm/b.c", "line": 7, "removed": ["HAVE_A"], "added": ["A"]}],
        }
    ],
    "dropped": [{"path": "mm/c.c", "hunk": 0, "what": "+\tuse(A);", "why": "no such file"}],
    "interdiff": "--- upstream/mm/c.c\n+++ here/mm/c.c\n-+\tuse(A);\n",
}
ADDS = {
    "ref": "c" * 40,
    "patch": 0,
    "subject": "mm: Add A",
    "why": "brings A, which the patch uses",
    "need": "required",
    "needed_by": "",
    "three_way": False,
    "files": 1,
    "added": 2,
    "removed": 3,
}
NEEDS = {
    "lacks": [
        {
            "kind": "member",
            "name": "a",
            "owner": "s",
            "sentence": "struct s has no member a",
            "used": {"path": "mm/a.c", "line": 3},
            "patch": 0,
        }
    ],
    "undecided": [],
    "verdict": "VIOLATED",
    "cost": {"commits": 1, "files": 1, "lines": 5},
    "dropped": [],
    "obstacles": ["no set of commits does"],
}
PRESENT = {
    "decision": "present",
    "how": None,
    "because": ["its content is there"],
    "prerequisites": [],
    "upstream": "",
    "adapted": None,
    "needs": None,
}
PLAN = {
    "schema": 1,
    "series": "series",
    "targets": [
        {
            "name": "5.4.y",
            "ref": "origin/linux-5.4.y",
            "commit": "1" * 40,
            "version": "5.4.18",
            "patches": [
                {
                    "n": 1,
                    "subject": "mm: Rename HAVE_A to A",
                    "decision": "take",
                    "how": "adapted",
                    "because": ["asked for: Cc: stable # 5.4"],
                    "prerequisites": [],
                    "upstream": "a" * 40,
                    "adapted": ADAPTED,
                    "needs": None,
                },
                {
                    "n": 2,
                    "subject": "mm: Use A",
                    "decision": "blocked",
                    "how": None,
                    "because": ["mm/a.c:12: hunk 1 of 1 does not apply", "it was asked for"],
                    "prerequisites": [ADDS],
                    "upstream": "",
                    "adapted": None,
                    "needs": NEEDS,
                },
            ],
            "verification": {
                "verdict": "UNDECIDED",
                "rules": [],
                "findings": ["finding"],
                "before": "model",
                "after": None,
                "summary": ["1 new finding"],
                "undecided": ["the model was not run on the result"],
            },
            "verdict": "UNDECIDED",
            "tree": "e" * 40,
            "mbox": "out/5.4.y.mbox",
            "mails": "",
            "certificate": "out/5.4.y.json",
            "branch": "bp",
            "companions": [],
        },
        {
            "name": "5.5.y",
            "ref": "refs/tags/v5.5.9",
            "commit": "2" * 40,
            "version": "",
            "patches": [
                {"n": 1, "subject": "mm: Rename HAVE_A to A", **PRESENT},
                {"n": 2, "subject": "mm: Use A", **PRESENT},
            ],
            "verification": None,
            "verdict": "HOLDS",
            "tree": "",
            "mbox": "",
            "mails": "",
            "certificate": "",
            "branch": "",
            "companions": [],
        },
    ],
    "notes": ["no commit of the series was found in mainline"],
    "base": None,
    "not_looked_for": ["prerequisites: there is no branch of mainline"],
}


def test_every_key(plan: BackportReport) -> None:
    found = json.loads(dump(backport_json(plan)))
    check = plan.targets[0].verification
    assert check
    assert found["series"] == json.loads(dump(series_json(plan.series)))
    verification = found["targets"][0]["verification"]
    assert verification["findings"] == [json.loads(dump(finding_json(one))) for one in check.findings]
    assert check.before
    assert verification["before"] == json.loads(dump(model_json(check.before)))
    found["series"], verification["findings"], verification["before"] = "series", ["finding"], "model"
    assert found == PLAN


def test_a_companion(plan: BackportReport) -> None:
    later = Companion("f" * 40, "mm: Mend A", CompanionKind.FIXES, "a" * 40, 1, CompanionState.APPLIES, "why")
    found = backport_json(replace(plan, targets=(replace(plan.targets[0], companions=(later,)),)))
    assert found["targets"][0]["companions"] == [
        {
            "commit": "f" * 40,
            "n": 0,
            "subject": "mm: Mend A",
            "kind": "fixes",
            "of": "a" * 40,
            "patch": 1,
            "state": "applies",
            "missing": True,
            "why": "why",
        }
    ]


def test_without_history(plan: BackportReport) -> None:
    lack = Lack(LackKind.SYMBOL, "A", Location("mm/Kconfig", 4))
    absent = NoHistory("a shallow clone", ("git fetch --unshallow",), (lack,), ("too large",))
    target = plan.targets[0]
    cells = (target.patches[0], replace(target.patches[1], needs=absent))
    found = backport_json(replace(plan, targets=(replace(target, patches=cells),)))
    cell = found["targets"][0]["patches"][1]
    assert cell["prerequisites"] == []
    assert cell["needs"] == {
        "lacks": [
            {
                "kind": "symbol",
                "name": "A",
                "owner": "",
                "sentence": "no Kconfig entry defines A",
                "used": {"path": "mm/Kconfig", "line": 4},
                "patch": 0,
            }
        ],
        "undecided": ["too large"],
        "verdict": None,
        "reason": "a shallow clone",
        "commands": ["git fetch --unshallow"],
    }
