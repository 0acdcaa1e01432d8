"""The one door to tree-sitter: C text to a syntax tree of our own type."""

from __future__ import annotations

from collections.abc import Iterator

import tree_sitter
import tree_sitter_c

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
