"""A rule's docstring, read by its heads."""

from __future__ import annotations

from dataclasses import dataclass

from patchtool.core.rules import Rule


@dataclass(frozen=True, slots=True)
class RuleDoc:
    """`title` is the first line, `heads` are (head, its text on one line) in the order of the docstring.

    A rule without heads, as users write them, has its whole text for a title.
    """

    title: str
    heads: tuple[tuple[str, str], ...]

    @classmethod
    def of(cls, rule: Rule) -> RuleDoc:
        """The docstring of a rule, in its parts."""
        title, _, rest = rule.doc.partition("\n")
        found: list[tuple[str, list[str]]] = []
        for line in rest.splitlines():
            head, gap, said = line.partition("  ")
            if line and not line[0].isspace() and gap:
                found.append((head, [said.strip()]))
            elif line.strip() and found:
                found[-1][1].append(line.strip())
        return cls(title or rule.name, tuple((head, " ".join(lines)) for head, lines in found))

    def said(self, head: str) -> str:
        """The text below a head; "" where there is none."""
        return dict(self.heads).get(head, "")
