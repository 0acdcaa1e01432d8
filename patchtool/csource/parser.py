"""The one door to tree-sitter: C text to a syntax tree of our own type."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

import tree_sitter
import tree_sitter_c

from patchtool.core.errors import PatchtoolError

_LANGUAGE = tree_sitter.Language(tree_sitter_c.language())


class Node:
    """A node of a C syntax tree; `kind` is the grammar's name for it (`function_definition`, `ERROR` ...).

    Broken code still gives a tree: look at `broken` before trusting what a node says.
    """

    __slots__ = ("_node",)

    def __init__(self, node: tree_sitter.Node) -> None:
        self._node = node

    @property
    def kind(self) -> str:
        return self._node.type

    @property
    def named(self) -> bool:
        """False for punctuation and keywords."""
        return self._node.is_named

    @property
    def broken(self) -> bool:
        """True if the node or anything below it did not parse."""
        return self._node.has_error

    @property
    def line(self) -> int:
        """First line, 1-based."""
        return self._node.start_point[0] + 1

    @property
    def end_line(self) -> int:
        """Last line, 1-based."""
        return self._node.end_point[0] + 1

    @property
    def span(self) -> tuple[int, int]:
        """Byte offsets, end exclusive."""
        return self._node.start_byte, self._node.end_byte

    @property
    def text(self) -> str:
        return (self._node.text or b"").decode("utf-8", "surrogateescape")

    @property
    def children(self) -> tuple[Node, ...]:
        """Named children in order; comments among them."""
        return tuple(Node(child) for child in self._node.named_children)

    @property
    def tokens(self) -> tuple[Node, ...]:
        """All children, punctuation and keywords included."""
        return tuple(Node(child) for child in self._node.children)

    def field(self, name: str) -> Node | None:
        """The child the grammar calls `name` (`declarator`, `body`, `condition` ...); None if absent."""
        child = self._node.child_by_field_name(name)
        return Node(child) if child is not None else None

    def walk(self) -> Iterator[Node]:
        """The node and everything below it, in source order."""
        stack = [self._node]
        while stack:
            node = stack.pop()
            yield Node(node)
            stack.extend(reversed(node.named_children))


def parse(text: bytes) -> Node:
    """The whole file as a `translation_unit`; never fails, see `Node.broken`. Linear in the text."""
    return Node(tree_sitter.Parser(_LANGUAGE).parse(text).root_node)


_PREDICATE = re.compile(r"#([\w.-]+[?!])")
_PREDICATES = frozenset({"eq?", "not-eq?", "match?", "not-match?", "any-of?", "not-any-of?"})
_PLACE = re.compile(r" at row (\d+)(?:, column (\d+))?")


class BadQuery(PatchtoolError):
    """A query that the grammar does not take; `line` and `column` in its text, 1-based, 0 where unknown."""

    def __init__(self, message: str, line: int, column: int) -> None:
        super().__init__(message)
        self.line = line
        self.column = column


class Query:
    """A tree-sitter query over C; its predicates are #eq?, #match?, #any-of? and their #not- forms.

    Raises BadQuery for a text that is no query, that captures nothing, or that has other predicates.
    """

    def __init__(self, text: str) -> None:
        for match in _PREDICATE.finditer(text):
            if match[1] not in _PREDICATES:
                line, column = _position(text, match.start())
                raise BadQuery(f"#{match[1]} is no predicate that is known here", line, column)
        try:
            self._query = tree_sitter.Query(_LANGUAGE, text)
        except ValueError as error:
            said = str(error)
            place = _PLACE.search(said)
            line = int(place[1]) + 1 if place else 0
            column = int(place[2] or 0) + 1 if place else 0
            raise BadQuery(_PLACE.sub("", said), line, column) from error
        if not self.captures:
            raise BadQuery("the query captures nothing", 0, 0)

    @property
    def captures(self) -> tuple[str, ...]:
        """The names of its captures, without `@`, in their order in the text."""
        return tuple(self._query.capture_name(index) for index in range(self._query.capture_count))

    def matches(self, node: Node) -> Iterator[Mapping[str, Node]]:
        """Each match in source order: of every capture in it the first node."""
        cursor = tree_sitter.QueryCursor(self._query)
        found = [
            {name: Node(nodes[0]) for name, nodes in captures.items() if nodes}
            for _, captures in cursor.matches(node._node)
        ]
        kept = [match for match in found if match]
        yield from sorted(kept, key=lambda match: min(one.span[0] for one in match.values()))


def _position(text: str, at: int) -> tuple[int, int]:
    return text.count("\n", 0, at) + 1, at - (text.rfind("\n", 0, at) + 1) + 1
