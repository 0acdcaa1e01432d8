"""Which functions a C or assembly file declares, defines, or makes by macro."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice, pairwise

from patchtool.core.tree import FunctionKind, FunctionPlace
from patchtool.csource.statements import Directive, Statement, Token, blanked, directives, statements

_STORAGE = frozenset({"extern", "static", "inline", "__inline", "__inline__"}) | frozenset(
    {"const", "volatile", "register"}
)
# Words before a function's name that are neither its type nor a storage class.
_LEADING = frozenset({"asmlinkage", "noinline", "notrace", "noinline_for_stack", "__visible", "__init"})
_TYPE_WORDS = frozenset(
    {"int", "char", "short", "long", "void", "float", "double", "signed", "unsigned", "bool", "_Bool"}
    | {"typeof", "__typeof__", "__typeof"}
)
_ATTRIBUTES = frozenset(
    {"asm", "__asm__", "_Alignas", "_Static_assert", "static_assert", "defined", "sizeof"}
    | {"__attribute__", "__attribute", "__declspec", "__printf", "__scanf", "__aligned", "__section"}
    | {"__alloc_size", "__acquires", "__releases", "__acquire", "__release", "__must_hold", "__nonnull"}
    | {"__cond_acquires", "__cond_lock", "__error", "__compiletime_error", "__compiletime_warning"}
    | {"__alias", "__malloc", "__copy", "__assume_aligned", "__diagnose_as", "__counted_by", "__realloc_size"}
)
_CONTROL = frozenset({"if", "for", "while", "switch", "return", "do", "else", "case", "goto", "typedef"})
_NOT_NAMES = _TYPE_WORDS | _ATTRIBUTES | _STORAGE | _CONTROL
_LABEL = re.compile(r"^(?:[ \t]*)([A-Za-z_]\w*):", re.M)
_ENTRY = re.compile(
    r"^[ \t]*(?:\w*ENTRY\w*|SYM_\w*(?:START|LABEL|ALIAS|ENTRY)\w*|_?GLOBAL\w*|WEAK|LEAF|NESTED|FEXPORT)"
    r"[ \t]*\([ \t]*([A-Za-z_]\w*)",
    re.M,
)
_SET = re.compile(r"^[ \t]*\.set[ \t]+([A-Za-z_]\w*)[ \t]*,[ \t]*[A-Za-z_]", re.M)
_PASTE = re.compile(r"(?<!\w)\w+(?:\s*##\s*\w+)+")
_PARAMETERS = re.compile(r"\(([^)]*)\)")
# Macros that take a function's or a symbol's name and define no function of it.
_ONLY_NAMING = re.compile(
    r"EXPORT_|MODULE_|\w*_initcall|\w*module_(?:init|exit)|ALLOW_ERROR_INJECTION|NOKPROBE_SYMBOL|__setup|early_param"
    r"|BUILD_BUG|(?:DEFINE|DECLARE)_\w*(?:MUTEX|LOCK|PER_CPU|IDA|IDR|STATIC_KEY|WAIT_QUEUE|RATELIMIT|BITMAP|HASHTABLE"
    r"|XARRAY|WORK|TIMER|COMPLETION|LIST)|LIST_HEAD|HLIST_HEAD|ATOMIC_|RAW_NOTIFIER|BLOCKING_NOTIFIER"
)
_SHORTEST_PART = 3


def functions(path: str, data: bytes) -> tuple[FunctionPlace, ...]:
    """Functions declared or defined at file scope, names of `#define`, and labels of assembly, by line.

    All branches of `#if` count. Function pointers, typedefs, members and calls are no facts. A `.S` or
    `.s` file gives labels and macros, any other file is read as C. Never fails on broken code: a `}` in
    the first column ends whatever is open.

    Does not see functions that a macro makes (see `may_define`), a definition whose type is left out, nor
    declarations within a function's body; takes a declaration in the old style (`int f(a) int a; {`) for
    one without a body. Linear in the file.
    """
    found = {
        FunctionPlace(path, d.line, d.name, FunctionKind.MACRO) for d in directives(path, data) if d.name
    }
    if path.endswith((".S", ".s")):
        found |= set(_labels(path, data))
    else:
        for statement in statements(path, data):
            found |= set(_declared(path, statement))
    return tuple(sorted(found, key=lambda fact: (fact.line, fact.name, fact.kind)))


def may_define(path: str, data: bytes, name: str) -> int:
    """The line of the first place where a macro could make a function of that name; 0 where none could.

    Looks for `##` in the body of a `#define` whose fixed parts fit the name, for a `#define` of another
    name to this one, and for a macro called at file scope with the name, or a part of it between
    underscores (three letters or more), among its arguments. A line is a reason to say UNDECIDED, not
    that the function exists. Macros that are known to name and not define (EXPORT_SYMBOL, module_init,
    DEFINE_MUTEX ...) do not count.
    """
    pasted = [d.line for d in directives(path, data) if d.name and (_pastes(d, name) or _renames(d, name))]
    called = [line for statement in statements(path, data) for line in _calls_with(statement, name)]
    return min(pasted + called, default=0)


def _labels(path: str, data: bytes) -> Iterator[FunctionPlace]:
    text = blanked(path, data).decode("latin-1")
    for pattern in (_LABEL, _ENTRY, _SET):
        for match in pattern.finditer(text):
            line = text.count("\n", 0, match.start(1)) + 1
            yield FunctionPlace(path, line, match.group(1), FunctionKind.LABEL)


def _declared(path: str, statement: Statement) -> Iterator[FunctionPlace]:
    words = {token.text for token in statement.tokens}
    if words & _CONTROL:
        return
    kind = FunctionKind.DEFINED if statement.has_body else FunctionKind.DECLARED
    for index, part in enumerate(_declarators(statement.tokens)):
        name = _function_name(part, typed=index > 0)
        if name is not None:
            yield FunctionPlace(path, name.line, name.text, kind, "static" in words)


# The declarators of a statement, without initialisers: the first with the type before it.
def _declarators(tokens: tuple[Token, ...]) -> list[list[Token]]:
    parts: list[list[Token]] = [[]]
    depth, initialiser = 0, False
    for token in tokens:
        depth += {"(": 1, "[": 1, ")": -1, "]": -1}.get(token.text, 0)
        if depth == 0 and token.text == ",":
            parts.append([])
            initialiser = False
            continue
        initialiser = initialiser or (depth == 0 and token.text == "=")
        if not initialiser:
            parts[-1].append(token)
    return parts


# The name that a declarator gives to a function; None for a variable, a function pointer, a macro call.
# `typed`: the type stands in an earlier part of the statement.
def _function_name(part: list[Token], *, typed: bool) -> Token | None:
    names: list[Token] = []
    typed_from = -1 if typed else _first_type(part)
    for at in _groups(part):
        inside = part[at + 1 : at + 4]
        before = part[at - 1].text if at else ""
        if typed_from < at or (before.isidentifier() and before not in _STORAGE | _ATTRIBUTES):
            if inside and inside[0].text == "*":
                returns_pointer = len(inside) == 3 and inside[1].is_name and inside[2].text == "("
                return inside[1] if returns_pointer else None
            if [token.text for token in inside[1:]] == [")", "("] and inside[0].is_name:
                return inside[0]
        if at and typed_from < at - 1 and _can_name(part, at - 1):
            names.append(part[at - 1])
    return _likeliest(names)


# Whether a word before an opening parenthesis, with a type somewhere before it, is a function's name.
def _can_name(part: list[Token], index: int) -> bool:
    name = part[index]
    if not name.is_name or name.text in _NOT_NAMES:
        return False
    return not (name.text.isupper() and _only_attributes(part, index))


# Indices of the opening parentheses that stand in no other.
def _groups(part: list[Token]) -> Iterator[int]:
    depth = 0
    for index, token in enumerate(part):
        if token.text == "(":
            if depth == 0:
                yield index
            depth += 1
        elif token.text == ")":
            depth = max(0, depth - 1)


# Index of the first word of a type outside of parentheses (no storage class, no macro's arguments); the
# length where there is none.
def _first_type(tokens: list[Token]) -> int:
    depth = 0
    for index, token in enumerate(tokens):
        depth += {"(": 1, ")": -1}.get(token.text, 0)
        if depth or token.text in _STORAGE or token.text in _ATTRIBUTES:
            continue
        called = tokens[index + 1 : index + 2] and tokens[index + 1].text == "("
        if token.text in ("*", "{}") or (token.is_name and (not called or token.text in _TYPE_WORDS)):
            return index
    return len(tokens)


def _only_attributes(part: list[Token], end: int) -> bool:
    words = (token.text for token in islice(part, end) if token.is_name and token.text not in _STORAGE)
    return all(word.startswith("__") or word in _LEADING for word in words)


# An unknown attribute with arguments may stand before the name: `int __foo(1) bar(void)`.
def _likeliest(names: list[Token]) -> Token | None:
    if not names:
        return None
    plain = [name for name in names if not name.text.startswith("__")]
    return plain[0] if plain and names[0].text.startswith("__") else names[0]


# `#define f name` before `#include "f.c"`: what that file calls f comes out under the name.
def _renames(directive: Directive, name: str) -> bool:
    return directive.rest.split() == [name]


def _pastes(directive: Directive, name: str) -> bool:
    match = _PARAMETERS.match(directive.rest)
    parameters = {word.strip() for word in match.group(1).split(",")} if match else set()
    for chain in _PASTE.findall(directive.rest):
        pieces = [piece.strip() for piece in chain.replace("\\\n", " ").split("##")]
        fixed = [piece for piece in pieces if piece not in parameters]
        pattern = "".join(re.escape(piece) if piece in fixed else r"\w+" for piece in pieces)
        if any(len(piece.strip("_")) >= _SHORTEST_PART for piece in fixed) and re.fullmatch(pattern, name):
            return True
    return False


# Lines where a statement calls a macro at file scope with the name, or a part of it, as an argument. Such
# calls may follow each other without a semicolon.
def _calls_with(statement: Statement, name: str) -> Iterator[int]:
    tokens = [token for token in statement.tokens if token.text not in _STORAGE | _LEADING]
    for at, end in pairwise([*_groups(tokens), len(tokens)]):
        macro = tokens[at - 1] if at else tokens[at]
        first = at == 1 or (at > 1 and tokens[at - 2].text == ")")
        if not first or not macro.is_name or macro.text in _NOT_NAMES or _ONLY_NAMING.match(macro.text):
            continue
        if any(_is_part(word, name) for word in _lone_words(tokens[at:end])):
            yield macro.line


# Arguments that are one word, wherever they are nested.
def _lone_words(tokens: list[Token]) -> Iterator[str]:
    for before, word, after in zip(tokens, tokens[1:], tokens[2:], strict=False):
        if before.text in "(," and after.text in ")," and word.text not in _NOT_NAMES:
            yield word.text


def _is_part(word: str, name: str) -> bool:
    if word == name:
        return True
    return len(word.strip("_")) >= _SHORTEST_PART and f"_{word.strip('_')}_" in f"_{name}_"
