"""Pages of reports taken apart, strictly: every tag closed, every id once."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser

VOID = {"br", "input", "meta"}


@dataclass
class Node:
    """An element; `children` are elements and texts in their order."""

    tag: str
    attributes: dict[str, str | None]
    children: list[Node | str] = field(default_factory=list)

    def every(self, tag: str = "", **wanted: str) -> Iterator[Node]:
        """All elements below with this tag, and these attributes (`class_` among the classes)."""
        for child in self.children:
            if isinstance(child, Node):
                if tag in ("", child.tag) and all(child.has(key, value) for key, value in wanted.items()):
                    yield child
                yield from child.every(tag, **wanted)

    def one(self, tag: str = "", **wanted: str) -> Node:
        (found,) = self.every(tag, **wanted)
        return found

    def has(self, key: str, value: str) -> bool:
        if key == "class_":
            return value in (self.attributes.get("class") or "").split()
        return self.attributes.get(key.replace("_", "-")) == value

    @property
    def text(self) -> str:
        return "".join(child if isinstance(child, str) else child.text for child in self.children)

    @property
    def words(self) -> str:
        """The text with blanks between elements, without runs of blanks."""
        parts = [child if isinstance(child, str) else child.words for child in self.children]
        return " ".join(" ".join(parts).split())


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.open = [Node("", {})]
        self.shape: list[tuple[str, tuple[str, ...]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        node = Node(tag, dict(attrs))
        assert len(node.attributes) == len(attrs), f"an attribute twice: {attrs}"
        self.shape.append((tag, tuple(name for name, _ in attrs)))
        self.open[-1].children.append(node)
        if tag not in VOID:
            self.open.append(node)

    def handle_endtag(self, tag: str) -> None:
        self.shape.append((f"/{tag}", ()))
        assert self.open.pop().tag == tag, f"{tag} closes another element"

    def handle_data(self, data: str) -> None:
        self.open[-1].children.append(data)

    def handle_comment(self, data: str) -> None:
        raise AssertionError(f"a comment: {data}")

    def unknown_decl(self, data: str) -> None:
        raise AssertionError(f"a declaration: {data}")


def _read(page: str) -> _Reader:
    reader = _Reader()
    reader.feed(page)
    reader.close()
    assert len(reader.open) == 1, f"left open: {[node.tag for node in reader.open]}"
    return reader


def parsed(page: str) -> Node:
    """The page's root; fails where it is not well-formed, an id stands twice or a link leads nowhere."""
    root = _read(page).open[0]
    ids = [node.attributes["id"] for node in root.every() if "id" in node.attributes]
    assert len(set(ids)) == len(ids), "an id twice"
    aims = [node.attributes["href"] for node in root.every("a")]
    assert [aim for aim in aims if not aim or aim[0] != "#" or aim[1:] not in ids] == []
    return root


def shape(page: str) -> list[tuple[str, tuple[str, ...]]]:
    """The tags in their order, each with the names of its attributes."""
    return _read(page).shape
