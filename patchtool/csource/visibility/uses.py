"""The identifiers that some lines of a C file use, without those that the code around them declares
itself.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import lru_cache
from itertools import pairwise

from patchtool.csource.statements import blanked
from patchtool.csource.visibility.vocabulary import KEYWORDS, QUALIFIERS, TAGGED, TYPE_WORDS

_INK = re.compile(rb"[^\n]")
_DIRECTIVE = re.compile(rb"^[ \t]*#[ \t]*(\w+)((?:\\\r?\n|[^\n])*)", re.M)
_DEFINE = re.compile(r"\s*([A-Za-z_]\w*)(\(([^)]*)\))?")
_TOKEN = re.compile(r"[A-Za-z_]\w*|\.\.\.|->|##|\n|\d[\w.]*|[^\s\w]")
_NOT_TYPES = frozenset({"return", "else", "case", "goto", "sizeof", "do", "typeof", "__typeof__"})
_BOUNDARIES = frozenset({";", "{", "}", ")", ":"})
_SKIPPED_CALLS = frozenset(
    {"asm", "__asm__", "__asm", "__attribute__", "__attribute", "__section", "__printf", "__scanf"}
)
_DECLARING = re.compile(
    r"(?:\w*_)?(?:DEFINE|DECLARE|LIST_HEAD|HLIST_HEAD|INIT|ONSTACK|BITMAP)\w*\Z|DEF_\w+|\w+_HEAD\Z"
)
# A header of trace points is read several times with other macros each time.
_TRACE = re.compile(rb"^[ \t]*#[ \t]*(?:undef|define)[ \t]+TRACE_SYSTEM\b", re.M)


class UseKind(StrEnum):
    """How an identifier stands in the code."""

    CALL = "call"
    NAME = "name"
    MEMBER = "member"


@dataclass(frozen=True, slots=True)
class Use:
    """One identifier at a 1-based line. `owner` is the tag of the structure whose member it is, "" if
    unknown.

    `macro` is the macro in whose body it stands, "" for plain code, and `first` the line of its #define;
    `inside` the names of the calls around it, from the inside out. `through` are macros (name, path, line of
    the #define) that stand for each other from the line's own word inwards: what the innermost body spells.
    """

    line: int
    name: str
    kind: UseKind
    owner: str = ""
    macro: str = ""
    inside: tuple[str, ...] = ()
    first: int = 0
    through: tuple[tuple[str, str, int], ...] = ()


@dataclass(frozen=True, slots=True)
class _Token:
    text: str
    line: int

    @property
    def named(self) -> bool:
        return self.text[0].isalpha() or self.text[0] == "_"


def uses(path: str, data: bytes, lines: frozenset[int]) -> tuple[Use, ...]:
    """The identifiers on these lines, by line.

    Keywords, labels, tags, `CONFIG_` names, builtins of the compiler, parameters and local variables are left
    out, and what stands in `asm` and attributes. A header of trace points gives nothing: see `is_traced`.
    """
    if is_traced(data):
        return ()
    text = blanked(path, data)
    found = list(_in_macros(text, lines))
    for chunk in _statements(text):
        if lines.isdisjoint(range(chunk[0].line, chunk[-1].line + 1)):
            continue
        found += _in_code(chunk, lines)
    distinct = {
        (use.line, use.name, use.kind, use.owner, use.macro, use.first): use for use in reversed(found)
    }
    return tuple(sorted(distinct.values(), key=lambda use: (use.line, use.name, use.kind)))


@lru_cache(maxsize=256)
def named_around(path: str, data: bytes, line: int) -> frozenset[str]:
    """What the declaration or function on a line may declare itself: its words in small letters that are no
    calls, and its parameters and variables."""
    for chunk in _statements(blanked(path, data)):
        if chunk[0].line <= line <= chunk[-1].line:
            header = next((at for at, token in enumerate(chunk) if token.text == "{"), len(chunk))
            words = (a.text for a, b in pairwise(chunk) if a.named and b.text != "(" and not a.text.isupper())
            return frozenset(_locals(chunk, header=header)).union(words)
    return frozenset()


@lru_cache(maxsize=16)
def _statements(text: bytes) -> tuple[Sequence[_Token], ...]:
    plain = _DIRECTIVE.sub(lambda match: _INK.sub(b" ", match.group()), text).decode("latin-1")
    return tuple(_chunks(_tokens(plain, 1)))


def is_traced(data: bytes) -> bool:
    """Whether a file defines trace points: its text is read several times, with other macros each time."""
    return bool(_TRACE.search(data)) and b"TRACE_EVENT" in data


def _tokens(text: str, line: int) -> list[_Token]:
    found = []
    for match in _TOKEN.finditer(text):
        if match.group() == "\n":
            line += 1
        else:
            found.append(_Token(match.group(), line))
    return found


def _in_macros(text: bytes, lines: frozenset[int]) -> Iterator[Use]:
    for match in _DIRECTIVE.finditer(text):
        if match.group(1) != b"define":
            continue
        first = text.count(b"\n", 0, match.start()) + 1
        rest = match.group(2).decode("latin-1")
        if lines.isdisjoint(range(first, first + rest.count("\n") + 1)):
            continue
        head = _DEFINE.match(rest)
        if head is None:
            continue
        given = {word.strip() for word in (head.group(3) or "").replace("...", "").split(",")}
        body = _tokens(rest.replace("\\\n", " \n")[head.end() :], first + rest.count("\n", 0, head.end()))
        body = [token for token in body if token.text != "\\"]
        pasted = {near for a, b in pairwise(body) for near in (a, b) if "##" in (a.text, b.text)}
        local = _locals(body, header=0) | given
        found = _uses(body, lines, local, macro=head.group(1), without=pasted)
        yield from (replace(use, first=first) for use in found)


def _in_code(chunk: Sequence[_Token], lines: frozenset[int]) -> Iterator[Use]:
    header = next((at for at, token in enumerate(chunk) if token.text == "{"), len(chunk))
    yield from _uses(chunk, lines, _locals(chunk, header=header), macro="", without=set())


# A statement at file scope, function bodies and initialisers in it; broken code ends somewhere, too.
def _chunks(tokens: Sequence[_Token]) -> Iterator[Sequence[_Token]]:
    start, depth, brackets, body = 0, 0, 0, False
    for at, token in enumerate(tokens):
        word = token.text
        if word == "{":
            if depth == 0:
                words = [t.text for t in tokens[start:at]]
                body = ")" in words and "=" not in words
            depth += 1
        elif word == "}":
            depth = max(0, depth - 1)
        elif word in "()":
            brackets = max(0, brackets + (1 if word == "(" else -1))
        if depth == 0 and ((word == ";" and (not brackets or body)) or (word == "}" and body)):
            yield tokens[start : at + 1]
            start, body, brackets = at + 1, False, 0
    if start < len(tokens):
        yield tokens[start:]


# Names that the code declares: parameters, variables, what a declaring macro is given. `header`: how far a
# bracket holds parameters rather than arguments.
def _locals(tokens: Sequence[_Token], header: int) -> set[str]:
    found: set[str] = set()
    declaring, depth, initialiser = False, 0, 0
    for at, token in enumerate(tokens):
        word = token.text
        if initialiser or (word == "{" and at and tokens[at - 1].text == "=" and at > header):
            initialiser += {"{": 1, "}": -1}.get(word, 0)
            continue
        depth += {"(": 1, "[": 1, ")": -1, "]": -1}.get(word, 0)
        if word in ";{}":
            declaring, depth = False, 0
        if not token.named or word in KEYWORDS:
            continue
        before = tokens[at - 1].text if at else ";"
        after = tokens[at + 1].text if at + 1 < len(tokens) else ";"
        if after == "(" and _DECLARING.match(word) and (before in ";{}" or before == "static"):
            found |= {t.text for t in tokens[at + 1 : _closing(tokens, at + 1)] if t.named}
        if after not in ("=", ";", ",", "[", ")", ":", "{") and not (after == "(" and at < header):
            continue
        if _typed(tokens, at, in_header=at < header) or (before == "," and declaring and depth <= 0):
            found.add(word)
            declaring = declaring or depth <= 0
        elif before == "*" and declaring and depth <= 0:
            found.add(word)
    return found


# Whether a type stands before a name: `T x`, `struct T *x`; in a body not `a * x` of an expression.
def _typed(tokens: Sequence[_Token], at: int, *, in_header: bool) -> bool:
    back = at - 1
    while back >= 0 and tokens[back].text in QUALIFIERS:
        back -= 1
    stars = back != at - 1
    if back < 0:
        return False
    type_ = tokens[back].text
    if type_ == "}":
        return _closes_type(tokens, back)
    if not (tokens[back].named) or type_ in _NOT_TYPES or (type_ in KEYWORDS and type_ not in TYPE_WORDS):
        return False
    if not stars or type_ in TYPE_WORDS:
        return True
    before = tokens[back - 1].text if back else ";"
    return (
        before in TAGGED
        or before in _BOUNDARIES
        or before in TYPE_WORDS
        or (in_header and before in ("(", ","))
    )


# Whether a `}` ends `struct {`, `struct T {` or an enum.
def _closes_type(tokens: Sequence[_Token], at: int) -> bool:
    depth = 0
    for index in range(at, -1, -1):
        depth += {"}": 1, "{": -1}.get(tokens[index].text, 0)
        if depth == 0:
            return any(token.text in TAGGED for token in tokens[max(0, index - 2) : index])
    return False


def _closing(tokens: Sequence[_Token], at: int) -> int:
    depth = 0
    for index in range(at, len(tokens)):
        depth += {"(": 1, ")": -1}.get(tokens[index].text, 0)
        if depth == 0:
            return index
    return len(tokens)


def _uses(
    tokens: Sequence[_Token], lines: frozenset[int], local: set[str], *, macro: str, without: set[_Token]
) -> Iterator[Use]:
    calls: list[str] = []
    skipped = 0
    for at, token in enumerate(tokens):
        word = token.text
        before = tokens[at - 1].text if at else ";"
        if word == "(":
            before = _callee(tokens, at)
            calls.append(before if before[0].isalpha() or before[0] == "_" else "")
            skipped += calls[-1] in _SKIPPED_CALLS
        elif word == ")" and calls:
            skipped -= calls.pop() in _SKIPPED_CALLS
        if token.line not in lines or not token.named or word in KEYWORDS or skipped or token in without:
            continue
        if (
            before in TAGGED
            or before == "goto"
            or word.startswith(("CONFIG_", "__builtin_", "__sync_", "__atomic_"))
        ):
            continue
        after = tokens[at + 1].text if at + 1 < len(tokens) else ";"
        inside = tuple(call for call in reversed(calls) if call and call not in KEYWORDS)
        if before in (".", "->"):
            yield Use(token.line, word, UseKind.MEMBER, _owner(tokens, at), macro, inside)
        elif word in local or (after == ":" and before in ";{}:"):
            continue
        elif before != "#":
            kind = UseKind.CALL if after == "(" else UseKind.NAME
            yield Use(token.line, word, kind, "", macro, inside)


# The word before a bracket; what stands between `asm` and its own is passed over.
def _callee(tokens: Sequence[_Token], at: int) -> str:
    at -= 1
    while at > 0 and tokens[at].text in ("volatile", "__volatile__", "goto", "inline"):
        at -= 1
    return tokens[at].text if at >= 0 else ";"


# The tag of the structure that `x->name` or `x.name` reads, where x is declared in sight as one.
def _owner(tokens: Sequence[_Token], at: int) -> str:
    if at < 2:
        return ""
    base = tokens[at - 2]
    if not base.named:
        return _initialised(tokens, at) if tokens[at - 1].text == "." and base.text in "{," else ""
    if at >= 3 and tokens[at - 3].text in (".", "->"):
        return ""
    tags = set()
    for index, token in enumerate(tokens):
        if token.text != base.text or index < 2 or (index > 0 and tokens[index - 1].text in (".", "->")):
            continue
        back = index - 1
        while back > 1 and tokens[back].text in QUALIFIERS:
            back -= 1
        if back >= 1 and tokens[back - 1].text in ("struct", "union") and tokens[back].named:
            tags.add(tokens[back].text)
        elif (
            back >= 0
            and tokens[back].named
            and tokens[back].text not in _NOT_TYPES
            and tokens[back].text != base.text
        ):
            following = tokens[index + 1].text if index + 1 < len(tokens) else ";"
            if following in ("=", ";", ",", ")", "["):
                tags.add("")
    return tags.pop() if len(tags) == 1 else ""


# `.name` at the first level of `struct T x = {`.
def _initialised(tokens: Sequence[_Token], at: int) -> str:
    depth = 0
    for index in range(at, -1, -1):
        word = tokens[index].text
        depth += {"}": 1, ")": 1, "{": -1, "(": -1}.get(word, 0)
        if depth < 0:
            words = [token.text for token in tokens[:index]]
            if word != "{" or words[-1:] != ["="]:
                return ""
            starts = [n for n, w in enumerate(words) if w in (";", "{", "}")]
            head = words[starts[-1] + 1 if starts else 0 :]
            for place, one in enumerate(head):
                if one == "struct":
                    return "" if "[" in head else head[place + 1]
            return ""
    return ""
