"""A syntax tree held in plain objects: the interpreter visits the same nodes thousands of times."""

from __future__ import annotations

from functools import lru_cache

from patchtool.csource.parser import Node, parse

_FIELDS = (
    "argument", "arguments", "alternative", "body", "condition", "consequence", "declarator", "designator",
    "field", "function", "index", "initializer", "label", "left", "operator", "right", "type", "update",
    "value",
)  # fmt: skip


class Code:
    """One node: its grammar kind, text and first line (1-based), named children without comments.

    `fields` are children by the grammar's name for them (`condition`, `body` ...).
    """

    __slots__ = ("children", "fields", "kind", "line", "text")

    def __init__(self, kind: str, text: str, line: int) -> None:
        self.kind = kind
        self.text = text
        self.line = line
        self.children: tuple[Code, ...] = ()
        self.fields: dict[str, Code] = {}

    def field(self, name: str) -> Code | None:
        """The child that the grammar calls `name`; None if absent."""
        return self.fields.get(name)


def held(node: Node, above: int = 0) -> Code:
    """A node of the parser and all below it, copied out; `above` lines stand before the parsed text."""
    made = Code(node.kind, node.text, node.line + above)
    by_span: dict[tuple[int, int, str], Code] = {}
    children = []
    for child in node.children:
        if child.kind == "comment":
            continue
        copied = held(child, above)
        by_span[(*child.span, copied.kind)] = copied
        children.append(copied)
    made.children = tuple(children)
    for name in _FIELDS:
        found = node.field(name)
        if found is not None:
            known = by_span.get((*found.span, found.kind))
            made.fields[name] = known or Code(found.kind, found.text, found.line + above)
    return made


@lru_cache(maxsize=8192)
def snippet(text: bytes) -> Code | None:
    """The block that a text of statements makes, as the body of a function; None if it makes none."""
    root = parse(b"void f(void) { " + text + b"\n; }")
    body = root.children[0].field("body") if root.children else None
    return held(body) if body is not None else None
