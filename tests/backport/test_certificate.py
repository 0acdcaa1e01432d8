"""A certificate, for machines and for a mail."""

from __future__ import annotations

import json
from dataclasses import replace

from kit import patch as kit_patch
from patchtool.backport.certificate import Made, certificate, certificate_text
from patchtool.backport.message import worded
from patchtool.backport.taken import Outcome, Taken
from patchtool.core.adapt import Adapted, Dropped
from patchtool.core.finding import Finding, Location, Severity, Verdict
from patchtool.core.model import ModelReport, ModelRun, PropertyVerdict
from patchtool.core.plan import Decision, How, PatchPlan, Target, Verification
from patchtool.core.series import Series

FIRST = replace(kit_patch(b"", 1, 2), subject="mm: First", message="Why.\n", message_id="1@x")
SECOND = replace(FIRST, n=2, subject="mm: Second", message_id="2@x")
UPSTREAM = "ab" * 20


def run(verdict: Verdict, scenario: str = "munmap") -> ModelRun:
    return ModelRun("powerpc", "radix SMP", scenario, (PropertyVerdict("order", verdict),), 1, "p")


def made() -> Made:
    adapted = Adapted(
        b"d", "5" * 40, (), (Dropped("mm/c.c", 0, "+x", "no such file"),), "--- a\n+++ b\n-+x\n", "c left out"
    )
    before = Taken(replace(FIRST, subject="mm: Before"), "4" * 40, b"p", "", commit="cd" * 20, needed_by=1)
    last = Taken(FIRST, "5" * 40, b"d", "", adapted)
    cells = (
        PatchPlan(1, "mm: First", Decision.TAKE, ("asked for",), How.ADAPTED, UPSTREAM, adapted),
        PatchPlan(2, "mm: Second", Decision.SKIP, ("no Cc: stable tag",)),
    )
    finding = Finding("odd", Severity.NOTE, Location("mm/a.c", 3), "It is odd.", "k")
    check = Verification(
        Verdict.UNDECIDED,
        (finding,),
        ModelReport("a", "", (run(Verdict.VIOLATED), run(Verdict.HOLDS, "exit"))),
        ModelReport("b", "", (run(Verdict.HOLDS),)),
        ("rules: 17",),
        ("arm: not followed",),
        ("odd", "even"),
    )
    result = Outcome(cells, (before, last))
    series = Series("s", "All of it", 4, (FIRST, SECOND), total=2)
    target = Target("5.4.y", "linux-5.4.y", "1" * 40, "5.4.18")
    done = worded(result, None)
    return Made(series, target, "2" * 40, result, check, Verdict.UNDECIDED, done, "patchtool 9", ("by hand",))


DIGEST = {
    b"d": "18ac3e7343f016890c510e93f935261169d9e3f565436429830faf0934f4f8e4",
    b"p": "148de9c5a7a44d19e56cd9ae1a554bf67847afb0c58f6e12fa29ac7ddfca9940",
}
SKIPPED = {"how": None, "upstream": "", "order": 0, "tree": "", "diff_sha256": "", "note": ""}
WHOLE = {
    "schema": 1,
    "tool": "patchtool 9",
    "target": {
        "name": "5.4.y",
        "ref": "linux-5.4.y",
        "commit": "1" * 40,
        "tree": "2" * 40,
        "version": "5.4.18",
    },
    "series": {"subject": "All of it", "message_id": "1@x", "version": 4, "patches": 2},
    "verdict": "UNDECIDED",
    "tree": "5" * 40,
    "patches": [
        {
            "n": 1,
            "subject": "mm: First",
            "decision": "take",
            "how": "adapted",
            "because": ["asked for"],
            "upstream": UPSTREAM,
            "order": 2,
            "needed_by": 0,
            "tree": "5" * 40,
            "diff_sha256": DIGEST[b"d"],
            "note": "c left out",
            "interdiff": "--- a\n+++ b\n-+x\n",
            "dropped": ["mm/c.c: +x: no such file"],
        },
        {
            "n": 2,
            "subject": "mm: Second",
            "decision": "skip",
            "because": ["no Cc: stable tag"],
            "needed_by": 0,
            "interdiff": "",
            "dropped": [],
            **SKIPPED,
        },
    ],
    "prerequisites": [
        {
            "order": 1,
            "commit": "cd" * 20,
            "subject": "mm: Before",
            "how": "clean",
            "needed_by": 1,
            "tree": "4" * 40,
            "diff_sha256": DIGEST[b"p"],
        }
    ],
    "verified": ["rules: 17"],
    "rules": ["odd", "even"],
    "findings": [
        {
            "rule": "odd",
            "severity": "note",
            "verdict": "VIOLATED",
            "path": "mm/a.c",
            "line": 3,
            "message": "It is odd.",
        }
    ],
    "not_verified": ["arm: not followed", "by hand"],
    "beside": [],
}


def test_every_key() -> None:
    others = {"sw-uaf", "hw-uaf", "page-uaf", "dfree", "leak", "deadlock"}
    found = json.loads(certificate(made()))
    (row,) = found.pop("model")
    assert row["before"] == {"order": "VIOLATED", **dict.fromkeys(others, "UNDECIDED")}
    assert row["after"] == {"order": "HOLDS", **dict.fromkeys(others, "UNDECIDED")}
    assert (row["arch"], row["config"]) == ("powerpc", "radix SMP")
    assert found == WHOLE


def test_the_text_of_it() -> None:
    assert "\n".join(certificate_text(made())) == (
        "patchtool 9: certificate of a backport to 5.4.y\n"
        "  verdict  UNDECIDED\n"
        "  target   linux-5.4.y 1111111111111111111111111111111111111111\n"
        "  tree     2222222222222222222222222222222222222222\n"
        "  result   5555555555555555555555555555555555555555\n"
        "  1/2  clean    tree 444444444444  upstream cdcdcdcdcdcd\n"
        "  2/2  adapted  tree 555555555555  upstream abababababab\n"
        "  skip: 2\n"
        "  rules    2 run, 1 findings that the target does not have\n"
        "  model    1 configurations, 1 with a hazard before, 0 after\n"
        "  not verified: 2 points"
    )


def test_what_was_not_examined_is_no_pass() -> None:
    found = replace(made(), check=None, gaps=())
    content = json.loads(certificate(found))
    assert (content["verified"], content["model"]) == ([], [])
    assert content["not_verified"] == ["nothing was examined"]
    assert certificate_text(found)[-3:] == (
        "  rules    not run",
        "  model    not run",
        "  not verified: 1 point",
    )


def test_many_patches_are_counted_in_25_lines() -> None:
    one = made()
    many = replace(one, worded=one.worded * 20)
    lines = certificate_text(many)
    assert len(lines) == 25
    assert lines[20] == "  and 25 more"
