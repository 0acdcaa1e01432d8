"""Subject prefix with a slip of the keyboard in it.

What it does     flags a word of the subject's prefix that nothing uses and that is one slip (two in a long
                 word) away from a word that the touched paths, their history or the series' other subjects
                 use.
Why it is bad    the subject cannot be mended once it is in git: `git log --grep` and people who sort mail
                 by prefix miss the commit for good.
Decides by       the paths that the patch touches, the subject prefixes of earlier commits to them where a
                 tree is at hand, and the other subjects of the series; a word that the diff itself holds is
                 never flagged.
Limits           not looked at, because they are often right: words under five letters, another first
                 letter, a missing or added end (plural, `-er`), another letter in a word under eight
                 (kasan, kcsan), and words that differ in digits, dashes and underscores alone.
Example          fixtures/rules/misspelt-prefix/
History          fires on 4/9 of "Fixup page directory freeing" (lore
                 20200116064531.483522-1-aneesh.kumar@linux.ibm.com): the path is include/asm-generic/tlb.h.
                 Over 7,732 patch mails of linux-arch from 2019 to 2021 it fires on mircoblaze, opeinrisc and
                 asm-gemeric, and on no right word.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from patchtool.core.finding import Finding, Location, Severity
from patchtool.core.rules import History, Rule
from patchtool.core.series import Patch, Series

_SHORTEST = 5
# kasan, kcsan and kmsan all exist: in a short word another letter makes another word.
_LETTER_CHANGED = 8
_LONG = 12
# A prefix is short and has no sentence in it.
_SEGMENT = re.compile(r"[\w+.*{}(),/ -]{1,60}")
_WORD = re.compile(r"[a-z0-9][a-z0-9_+-]*")


def check(series: Series, history: History) -> Iterator[Finding]:
    """At most one finding a word, at the Subject line of the mail."""
    subjects = {patch.n: _words(_prefix(patch.subject)) for patch in series.patches}
    for patch in series.patches:
        others = Counter(word for n, words in subjects.items() if n != patch.n for word in words)
        sources = _sources(patch, history)
        content = patch.diff.lower()
        for word in dict.fromkeys(subjects[patch.n]):
            # What the diff itself speaks of is no slip, however near to another word.
            if word.encode() in content:
                continue
            if meant := _meant(word, sources, others, history):
                yield _finding(patch, word, *meant)


def _finding(patch: Patch, word: str, meant: str, evidence: str) -> Finding:
    right = _prefix(patch.subject).lower().replace(word, meant)
    return Finding(
        rule=RULE.name,
        severity=RULE.severity,
        at=Location(patch.source, patch.subject_line or patch.line),
        message=f'The subject\'s prefix says "{word}", which nothing here is called; {evidence} "{meant}".',
        key=f"{patch.n}:{word}",
        hint=f'write "{right}: ..."',
        patch=patch.n,
        evidence=(patch.subject,),
    )


# Everything before the last colon that still looks like a prefix; "" for a subject without one.
def _prefix(subject: str) -> str:
    segments = re.split(r":\s+", subject)[:-1]
    kept: list[str] = []
    for segment in segments:
        if not _SEGMENT.fullmatch(segment) or len(segment.split()) > 2 + segment.count(","):
            break
        kept.append(segment)
    return ": ".join(kept)


def _words(text: str) -> list[str]:
    return [word.rstrip("-_+") for word in _WORD.findall(text.lower())]


# Words that are surely right, each with where it is said; the paths come first, as they exist.
def _sources(patch: Patch, history: History) -> dict[str, str]:
    said: dict[str, str] = {}
    for file in patch.files:
        for path in dict.fromkeys(path for path in (file.old_path, file.new_path) if path):
            for word in _words(path):
                said.setdefault(word, f"{path} says")
            for prefix in history.prefixes(path):
                for word in _words(prefix):
                    said.setdefault(word, f"earlier commits to {path} say")
    return said


def _meant(
    word: str, sources: dict[str, str], others: Counter[str], history: History
) -> tuple[str, str] | None:
    if len(word) < _SHORTEST or word in sources or history.has_path(word):
        return None
    for right, where in sources.items():
        if _is_slip(word, right):
            return right, where
    for right, count in others.items():
        if count > others[word] + 1 and _is_slip(word, right):
            return right, f"{count} other patches of the series say"
    return None


def _is_slip(word: str, right: str) -> bool:
    if len(right) < _SHORTEST or word[0] != right[0] or word.startswith(right) or right.startswith(word):
        return False
    if _bare(word) == _bare(right):
        return False
    if len(word) == len(right) < _LETTER_CHANGED and sorted(word) != sorted(right):
        return False
    return _distance(word, right) <= (2 if min(len(word), len(right)) >= _LONG else 1)


# Chips, buses and versions differ in digits; dash or underscore is a matter of taste.
def _bare(word: str) -> str:
    return re.sub(r"[\d_+-]", "", word)


# Damerau-Levenshtein distance (optimal string alignment): the words are short, so the square is cheap.
def _distance(one: str, other: str) -> int:
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, a in enumerate(one, 1):
        earlier, before, row = before, row, [i]
        for j, b in enumerate(other, 1):
            cost = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (a != b))
            if earlier and j > 1 and a == other[j - 2] and one[i - 2] == b:
                cost = min(cost, earlier[j - 2] + 1)
            row.append(cost)
    return row[-1]


RULE = Rule(
    id="PT202",
    name="misspelt-prefix",
    severity=Severity.WARNING,
    since="0.1",
    doc=__doc__ or "",
    on_series=check,
)
