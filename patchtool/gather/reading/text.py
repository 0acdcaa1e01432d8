"""C definitions found in active text without parsing all of it: functions, enumerators, struct members."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from patchtool.csource.parser import Node, parse
from patchtool.gather.reading.syntax import Code, held

# Words that the grammar takes for a type; blanked in place, so that columns and lines stay.
_ATTRIBUTES = re.compile(
    rb"\b(?:__always_inline|__init|__meminit|__exit|__read_mostly|__ro_after_init|__user|__iomem|__percpu"
    rb"|__must_check|__maybe_unused|__sched|notrace|asmlinkage|noinline|__cpuidle|__ref|__weak|__force"
    rb"|__kprobes|__cpuinit|__bitwise|nokprobe_inline|noinstr|__flatten)\b"
)
_BARE_STRUCT = re.compile(rb"([,(])(\s*)struct(\s+\w+\s*,)")
# The type that these macros take first is no expression; one word of any length stands for it.
_TYPED = re.compile(rb"\b((?:min|max|clamp)_t\(\s*)((?:unsigned|signed|long|int|short|char|\s)+)(?=,)")
_EACH_CPU = re.compile(
    rb"\bfor_each_(?:online_|possible_|present_)?cpu\s*\(\s*(\w+)\s*(?:,[^;{}]*?)?\)(?=\s*[{\n])"
)
_NAMES = re.compile(rb"^[A-Za-z_][^\n;{}=#]*?\b([A-Za-z_]\w*)[ \t]*\(|^([A-Za-z_]\w*)[ \t]*\(", re.MULTILINE)
_BRACKETS = re.compile(rb"""[(){}]|"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'""")
_ENUM = re.compile(rb"\benum\b[^;{}()]*\{([^{}]*)\}")
_COMMENT = re.compile(rb"""/\*.*?(?:\*/|\Z)|//[^\n]*|"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'""", re.DOTALL)
_CONDITIONAL = re.compile(rb"\s*#\s*(if|ifdef|ifndef|elif|else|endif)\b")
_TAIL = re.compile(rb"(?:\s|\b__\w+\([^()]*\)|\b__\w+\b)*\{")


def tame(text: bytes) -> bytes:
    """The text with words blanked that the C grammar stumbles on: attributes, `struct` before a bare tag as a
    macro's argument (`container_of(head, struct X, rcu)`), types of min_t(). Lines stay. A loop over
    CPUs becomes one over all of them."""
    text = _ATTRIBUTES.sub(lambda m: b" " * len(m.group()), text)
    text = _BARE_STRUCT.sub(rb"\1\2      \3", text)
    text = _EACH_CPU.sub(rb"for (\1 = 0; \1 < nr_cpu_ids; \1++)", text)
    return _TYPED.sub(lambda m: m.group(1) + b"t" + b" " * (len(m.group(2)) - 1), text)


@dataclass(frozen=True, slots=True)
class Definition:
    """A function's parameters and body; `line` (1-based) is that of the body's opening brace.

    `text` is all that the two were read from.
    """

    params: tuple[str, ...]
    body: Code
    line: int
    text: bytes = b""


def declared_name(node: Node | Code | None) -> str:
    """The identifier inside a declarator, through pointers, arrays and parentheses; "" for none."""
    while node is not None and node.kind not in ("identifier", "field_identifier"):
        inner: Node | Code | None = node.field("declarator")
        if inner is None and node.kind == "parenthesized_declarator" and node.children:
            inner = node.children[0]
        if inner is None and node.kind == "pointer_declarator" and node.children:
            inner = node.children[-1]
        node = inner
    return node.text if node is not None else ""


# The offset behind the bracket that closes the one at `start`; -1 where none does.
def _closed(text: bytes, start: int) -> int:
    depth = 0
    for match in _BRACKETS.finditer(text, start):
        found = match.group()
        if found in (b"(", b"{"):
            depth += 1
        elif found in (b")", b"}"):
            depth -= 1
            if depth == 0:
                return match.end()
    return -1


@lru_cache(maxsize=4096)
def _heads(text: bytes) -> dict[str, tuple[int, ...]]:
    # Where a line that starts at column 0 has a name before a parenthesis: definitions, and more.
    found: dict[str, tuple[int, ...]] = {}
    for match in _NAMES.finditer(text):
        group = 1 if match.group(1) else 2
        name = match.group(group).decode()
        found[name] = (*found.get(name, ()), match.start(group))
    return found


def may_define(text: bytes, name: str) -> bool:
    """Whether a line of the text looks like the head of a function of that name; cheap."""
    return name in _heads(text)


@lru_cache(maxsize=8192)
def definition(text: bytes, name: str) -> Definition | None:
    """The first definition of a function in an active text (comments blanked); None where it has none.

    Expects kernel style: the name stands on a line whose first column is not blank.
    """
    for start in _heads(text).get(name, ()):
        head = _closed(text, text.index(b"(", start))
        tail = _TAIL.match(text, head) if head > 0 else None
        end = _closed(text, tail.end() - 1) if tail else -1
        if tail is None or end < 0:
            continue
        above = text.count(b"\n", 0, start)
        # The result's type is of no interest, and what stands between head and brace is an attribute.
        alone = b"void " + text[start:head] + re.sub(rb"[^\n{]", b" ", tail.group()) + text[tail.end() : end]
        tamed = tame(alone)
        root = parse(tamed)
        made = _function(root.children[0], above, tamed) if root.children else None
        if made is not None:
            return made
    return None


def conditions_around(text: bytes, line: int) -> frozenset[int]:
    """The lines (1-based) of the #if and #elif that decide whether a line is active."""
    open_: list[list[int]] = []
    for number, found in enumerate(text.split(b"\n")[: line - 1], 1):
        match = _CONDITIONAL.match(found)
        if match is None:
            continue
        verb = match.group(1)
        if verb.startswith(b"if"):
            open_.append([number])
        elif verb == b"endif":
            del open_[-1:]
        elif open_:
            open_[-1].append(number)
    return frozenset(number for chain in open_ for number in chain)


@lru_cache(maxsize=1024)
def uncommented(text: bytes) -> bytes:
    """The text with comments blanked, lines kept."""
    return _COMMENT.sub(_blank, text)


def _blank(match: re.Match[bytes]) -> bytes:
    found = match.group()
    return found if found[:1] in (b'"', b"'") else re.sub(rb"[^\n]", b" ", found)


def span_of(text: bytes, name: str) -> tuple[int, int] | None:
    """From the line of a function's head to the brace that ends it at column 0, whatever conditionals stand
    inside; None where the text (comments blanked) has no such function."""
    for start in _heads(text).get(name, ()):
        head = _closed(text, text.index(b"(", start))
        end = text.find(b"\n}", head)
        if head > 0 and end > 0 and _TAIL.match(text, head):
            return text.rfind(b"\n", 0, start) + 1, end + 2
    return None


def _function(node: Node, above: int, text: bytes) -> Definition | None:
    head, body = node.field("declarator"), node.field("body")
    if node.kind != "function_definition" or head is None or body is None:
        return None
    params = head.field("parameters")
    names = [declared_name(p.field("declarator")) for p in params.children] if params else []
    return Definition(tuple(n for n in names if n), held(body, above), body.line + above, text)


@lru_cache(maxsize=4096)
def enumerators(text: bytes) -> dict[str, str]:
    """Every enumerator of a text, to the C expression of its value."""
    found: dict[str, str] = {}
    for match in _ENUM.finditer(text):
        value = "-1"
        for item in match.group(1).decode("utf-8", "surrogateescape").split(","):
            name, given, expression = item.partition("=")
            if re.fullmatch(r"\s*[A-Za-z_]\w*\s*", name):
                value = expression.strip() if given else f"({value}) + 1"
                found[name.strip()] = value
    return found


@lru_cache(maxsize=8192)
def members(text: bytes, tag: str) -> frozenset[str] | None:
    """The members of `struct tag`, nested ones too; None where the text does not define it."""
    match = re.search(rb"\bstruct\s+" + tag.encode() + rb"\s*\{", text)
    end = _closed(text, match.end() - 1) if match else -1
    if match is None or end < 0:
        return None
    return frozenset(_fields(parse(tame(text[match.start() : end] + b";"))))


@lru_cache(maxsize=8192)
def arrays(text: bytes, tag: str) -> frozenset[str]:
    """The members of `struct tag` that are arrays."""
    match = re.search(rb"\bstruct\s+" + tag.encode() + rb"\s*\{", text)
    end = _closed(text, match.end() - 1) if match else -1
    found = re.findall(rb"(\w+)\s*\[[^\]]*\]\s*[;,]", text[match.end() : end]) if match and end > 0 else []
    return frozenset(name.decode() for name in found)


def _fields(node: Node) -> Iterator[str]:
    return (found.text for found in node.walk() if found.kind == "field_identifier")
