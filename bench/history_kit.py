"""Random histories of small C and Kconfig files, whose last change has prerequisites that are known.

A world knows of every line which commits wrote it and of every name which commit brought it; what a change
needs follows: the commits that wrote the lines it touches or stands next to (git merges no neighbours), the
rename of a file it changes, and those that brought the names it uses, each with what that one needs.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from pathlib import Path

from history_git import git

HEADERS = ("include/linux/one.h", "include/linux/two.h")
TOP = {
    "Makefile": "VERSION = 5\nPATCHLEVEL = 5\nSUBLEVEL = 0\nEXTRAVERSION =\n",
    "Kconfig": 'source "drivers/Kconfig"\n',
    "arch/Kconfig": "config ARCH\n\tbool\n",
}
SLOTS, FUNCTIONS, LINES = 6, 2, 12


@dataclass
class Line:
    """A line, the commits that wrote it one after the other, and those that took one out behind it."""

    text: str
    by: list[int] = field(default_factory=list)
    gone: list[int] = field(default_factory=list)


@dataclass
class Name:
    """A name, how code and Kconfig use it, and the commit that brought it."""

    word: str
    kind: str
    use: str
    commit: int


@dataclass
class Change:
    """One commit: what it does, what it needs textually and for names, and its 40-hex id once made."""

    number: int
    what: str
    text: set[int] = field(default_factory=set)
    names: set[int] = field(default_factory=set)
    oid: str = ""


class World:
    """The files of a history as it grows, in a git repository at `folder`."""

    def __init__(self, folder: Path, seed: int) -> None:
        self.folder = folder
        self.random = random.Random(seed)
        self.words = 0
        self.files: dict[str, list[Line]] = {path: _lines(text) for path, text in TOP.items()}
        self.names: list[Name] = []
        self.changes: list[Change] = []
        self.renamed: dict[str, list[int]] = {}
        self.taken: set[int] = set()
        self.current: Change | None = None
        for number, path in enumerate(HEADERS):
            self.files[path] = _lines(_header(number))
        for number in range(3):
            self.files[f"drivers/d{number}.c"] = _lines(_driver(number))
        self.files["drivers/Kconfig"] = _lines(_kconfig())
        git(folder, "init", "-q", "--template=", "-b", "mainline")
        self.base = self.write("base")

    @property
    def drivers(self) -> list[str]:
        """The C files, by whatever name they have now."""
        return sorted(path for path in self.files if path.endswith(".c"))

    def write(self, subject: str) -> str:
        """Commit the files as they are; the commit's id."""
        git(self.folder, "rm", "-r", "-q", "--cached", "--ignore-unmatch", ".")
        for old in self.folder.glob("drivers/*"):
            old.unlink()
        for path, lines in self.files.items():
            place = self.folder / path
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_text("".join(f"{line.text}\n" for line in lines))
        git(self.folder, "add", "-A", ".")
        git(self.folder, "commit", "-q", "--allow-empty", "-m", subject)
        return git(self.folder, "rev-parse", "HEAD").decode().strip()

    def begin(self, what: str) -> Change:
        """The change that what follows belongs to."""
        self.current = Change(len(self.changes), what)
        self.changes.append(self.current)
        return self.current

    def touch(self, path: str, at: int, text: str | None, *, insert: bool = False) -> None:
        """Write a line of a file (None: take it out), or put one in before it (`at` is 0-based)."""
        change, lines = self.current, self.files[path]
        assert change
        around = lines[max(0, at - 1) : at + (1 if insert else 2)]
        gaps = lines[max(0, at - 1) : at + (0 if insert else 1)]
        change.text |= {number for line in around for number in line.by}
        change.text |= {number for line in gaps for number in line.gone}
        change.text |= set(self.renamed.get(path, ()))
        if text is None:
            lines[at - 1].gone += [*lines[at].gone, change.number]
            del lines[at]
        elif insert:
            lines.insert(at, Line(text, [change.number], list(lines[at - 1].gone)))
        else:
            lines[at] = Line(text, [*lines[at].by, change.number], lines[at].gone)
        change.text.discard(change.number)

    def spot(self, path: str, mark: str) -> int:
        """Where a line stands in a file."""
        return next(at for at, line in enumerate(self.files[path]) if line.text == mark)

    def uses(self, most: int, kinds: str = "member function macro symbol") -> list[Name]:
        """Some names that exist by now, which the current change is to use."""
        change = self.current
        assert change
        known = [name for name in self.names if name.kind in kinds and name.commit != change.number]
        chosen = self.random.sample(known, min(len(known), self.random.randint(0, most)))
        change.names |= {name.commit for name in chosen}
        return chosen

    def word(self, kind: str) -> str:
        """A name that nothing has yet."""
        self.words += 1
        return f"{kind}_{self.words}"

    def closure(self, change: Change) -> dict[int, str]:
        """Every commit that a change needs and the target has not taken, with what for: `required` wherever
        a name of it is.
        """
        found: dict[int, str] = {}
        left = [change]
        while left:
            one = left.pop()
            for number in (one.names | one.text) - self.taken:
                if number not in found:
                    left.append(self.changes[number])
                if number in one.names:
                    found[number] = "required"
                found.setdefault(number, "textual")
        return found


def _lines(text: str) -> list[Line]:
    return [Line(line) for line in text.removesuffix("\n").split("\n")]


def _header(number: int) -> str:
    rows = [f"#ifndef H{number}", f"#define H{number}"]
    if number == 0:
        rows += ["#define IS_ENABLED(option) 0", "struct s0;", "struct s1;"]
    for slot in range(SLOTS):
        rows += [f"/* macros {number} {slot} */", *(f"#define PAD_{number}_{slot}_{n} {n}" for n in range(6))]
    rows.append(f"struct s{number} {{")
    for slot in range(SLOTS):
        rows += [f"\t/* slot {number} {slot} */", *(f"\tint fill_{number}_{slot}_{n};" for n in range(6))]
    rows.append("};")
    for slot in range(SLOTS):
        rows += [f"/* calls {number} {slot} */", *(f"int old_{number}_{slot}_{n}(void);" for n in range(6))]
    return "\n".join([*rows, "#endif", ""])


def _driver(number: int) -> str:
    rows = ["#include <linux/one.h>", "#include <linux/two.h>"]
    for one in range(FUNCTIONS):
        rows += ["", f"/* before {number} {one} */"]
        rows += [f"#define STEP_{number}_{one}_{n} {n}" for n in range(6)]
        rows += [f"int f{number}_{one}(struct s0 *a, struct s1 *b)", "{", "\tint v = 0;"]
        rows += [f"\tv += {number * 1000 + one * 100 + n};" for n in range(LINES)]
        rows += ["\treturn v;", "}"]
    return "\n".join([*rows, ""])


def _kconfig() -> str:
    rows = []
    for slot in range(SLOTS):
        rows += [f"# entries {slot}", *(f"config PAD_{slot}_{n}\n\tbool\n" for n in range(3))]
    return "\n".join([*rows, ""])
