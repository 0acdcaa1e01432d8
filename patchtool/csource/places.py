"""Every name that a C file declares: functions, objects, types, enumerators, and members of structures."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from functools import lru_cache
from types import MappingProxyType

from patchtool.csource.statements import blanked

_WORD = re.compile(r"\w+")
_INK = re.compile(rb"[^\n]")
_DIRECTIVE = re.compile(rb"^[ \t]*#(?:\\\r?\n|[^\n])*", re.M)
_TOKEN = re.compile(rb"\n\}|[A-Za-z_]\w*|\n|[^\s\w]|\d\w*")
_AGGREGATE = frozenset({"struct", "union"})
_TAGGED = _AGGREGATE | {"enum"}
# Macros that take a name and declare nothing of it.
_NAMING = re.compile(
    r"_*EXPORT_|\w*_initcall|\w*module_(?:init|exit)\Z|\w*_param\w*\Z|MODULE_|ALLOW_ERROR_INJECTION|NOKPROBE|__setup"
    r"|__attribute|__aligned|__section|__printf|__scanf|__acquires|__releases|__must_hold|asm|__asm__|BUILD_BUG"
)
_ENDS = frozenset({"(", "=", "[", ",", ";", ":", ")", "{"})
_NOT_NAMES = frozenset(
    _WORD.findall(
        """
    if for while switch return do else case goto typedef static extern inline const volatile
    register int char short long void float double signed unsigned struct union enum sizeof
    __attribute__ __inline __inline__
        """
    )
)

Places = Mapping[str, tuple[int, ...]]


@lru_cache(maxsize=4096)
def declared(path: str, data: bytes) -> Places:
    """The lines (1-based) at which each name is declared, all branches of #if alike; macros are not in it.

    Ordinary names (functions, objects, typedefs, enumerators, arguments of a macro called at file scope)
    stand as they are; `struct T` for a structure or union with its members, `T.x` for a name anywhere inside
    of it, `.x` for one inside of any; `T.()` for a macro called in it as if it were a member. What stands in
    a structure that is no member counts as one, so that nothing that could be a member is missed. Broken code
    gives what there is: a `}` in the first column ends what is open.

    Cost: some 5 ms for a large header; kept.
    """
    text = _DIRECTIVE.sub(lambda match: _INK.sub(b" ", match.group()), blanked(path, data))
    reader = _Reader(text)
    reader.run()
    return MappingProxyType({name: tuple(lines) for name, lines in reader.found.items()})


class _Reader:
    # Tokens of the statement at file scope, and what braces are open: tags of structures, "enum", "{" or "=".
    def __init__(self, text: bytes) -> None:
        self.text = text
        self.found: defaultdict[str, list[int]] = defaultdict(list)
        self.open: list[str] = []
        self.statement: list[tuple[str, int]] = []
        self.recent: list[str] = []

    def run(self) -> None:
        line = 1
        for match in _TOKEN.finditer(self.text):
            token = match.group()
            if token[:1] == b"\n":
                line += 1
                if token == b"\n}":
                    self._first_column(line)
                continue
            word = token.decode("latin-1")
            if word == "{":
                self._brace(line)
            elif word == "}":
                self._close()
            elif self.open:
                self._inside(word, line)
            elif word == ";":
                self._finish()
            else:
                self.statement.append((word, line))
            if word in "{};":
                self.recent = []
            else:
                self.recent.append(word)
        self._finish()

    # A `}` in the first column ends a function, or a structure; whatever an unbalanced branch left open too.
    def _first_column(self, line: int) -> None:
        outer = self.open[0] if self.open else ""
        self.open = []
        self.recent = []
        if outer == "{":
            self.statement = []
        else:
            self.statement.append(("{}", line))

    def _brace(self, line: int) -> None:
        kind = self._kind(self.recent)
        if not self.open:
            if kind == "extern":
                self.statement = []
                return
            if kind == "{":
                self._finish()
        if kind not in ("{", "=", "enum"):
            self.found[f"struct {kind}"].append(line)
        self.open.append(kind)

    # What a brace opens, by the words before it since the last brace or semicolon.
    @staticmethod
    def _kind(words: Sequence[str]) -> str:
        if list(words) == ["extern"]:
            return "extern"
        for at in range(len(words) - 1, -1, -1):
            if words[at] in _TAGGED:
                tail = [word for word in words[at + 1 :] if word[0].isalpha() or word[0] == "_"]
                if "(" in words[at + 1 :] and not any(w.startswith("__") for w in tail):
                    return "{"
                if "=" in words[at + 1 :]:
                    return "="
                if ")" in words[at + 1 :] and not any(w.startswith("__") for w in tail):
                    return "{"
                if words[at] == "enum":
                    return "enum"
                named = [word for word in tail if not word.startswith("__") or word == tail[0]]
                return named[0] if named else "?"
            if words[at] == "=":
                return "="
            if words[at] == ")":
                return "{"
        return "{"

    def _close(self) -> None:
        if self.open:
            outer = self.open.pop()
            if not self.open:
                if outer == "{":
                    self.statement = []
                else:
                    self.statement.append(("{}", 0))

    def _inside(self, word: str, line: int) -> None:
        if (
            word != "*"
            and len(self.recent) == 2
            and self.recent[1] == "("
            and self.recent[0] not in _NOT_NAMES
        ):
            self._inner("()", line)
        if not (word[0].isalpha() or word[0] == "_"):
            return
        if self.open[-1] == "enum":
            self.found[word].append(line)
        elif self.open[-1] not in ("{", "="):
            self.found[f".{word}"].append(line)
            self._inner(word, line)

    def _inner(self, word: str, line: int) -> None:
        for owner in self.open:
            if owner not in ("{", "=", "enum", "?"):
                self.found[f"{owner}.{word}"].append(line)

    def _finish(self) -> None:
        for name, line in _names(self.statement):
            self.found[name].append(line)
        self.statement = []


# The names that a statement at file scope declares, with their lines.
def _names(statement: list[tuple[str, int]]) -> list[tuple[str, int]]:
    found: list[tuple[str, int]] = []
    depth, calls, assigned = 0, [], False
    for at, (word, line) in enumerate(statement):
        after = statement[at + 1][0] if at + 1 < len(statement) else ";"
        if word == "(":
            before = statement[at - 1][0] if at else ""
            calls.append(_declares(before, at))
            depth += 1
        elif word == ")":
            depth = max(0, depth - 1)
            calls = calls[:-1]
        elif depth == 0 and word in ("=", ","):
            assigned = word == "="
        elif not (word[0].isalpha() or word[0] == "_") or word in _NOT_NAMES or assigned:
            continue
        elif depth == 0:
            if at and statement[at - 1][0] in _TAGGED:
                continue
            if (after in _ENDS and at) or (after == "(" and word.islower()) or after.startswith("__"):
                found.append((word, line))
        elif any(calls) or _parenthesised(statement, at):
            found.append((word, line))
    return found


# `(*name)(`, `(*name[`, and `(name)(`: a pointer, or a function whose name is kept from being expanded.
def _parenthesised(statement: list[tuple[str, int]], at: int) -> bool:
    before = [word for word, _ in statement[max(0, at - 2) : at]]
    after = [word for word, _ in statement[at + 1 : at + 3]]
    if before[-1:] == ["*"]:
        return before[0] == "(" and after[:1] in (["]"], ["["], [")"], ["("])
    return before[-1:] == ["("] and at >= 2 and after == [")", "("]


# Whether the arguments of a call at file scope may be what it declares: a macro by its looks.
def _declares(word: str, at: int) -> bool:
    if not word or not (word[0].isalpha() or word[0] == "_") or _NAMING.match(word):
        return False
    return at == 1 or word.isupper() or "DEFINE" in word or "DECLARE" in word
