"""What files that could not be read leave open: a rule that says `nowhere` has decided nothing then."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from patchtool.core.finding import Finding, Verdict
from patchtool.core.rules import Rule
from patchtool.csource.words import role


class Unread:
    """The files of a tree that no search could read, and the rules that needed them."""

    def __init__(self, paths: Iterable[str], rules: Sequence[Rule]) -> None:
        kinds = [role(path) for path in paths]
        self._missed = {rule.name: sum(kind in rule.rests_on for kind in kinds) for rule in rules}

    def weighed(self, finding: Finding) -> Finding:
        """The finding, UNDECIDED and saying why where one of the files might refute it."""
        count = self._missed[finding.rule]
        if not count or finding.verdict is not Verdict.VIOLATED:
            return finding
        files = "1 file that might" if count == 1 else f"{count} files that might"
        message = f"{finding.message.removesuffix('.')}; {files} say otherwise could not be read."
        return replace(finding, message=message, verdict=Verdict.UNDECIDED)
