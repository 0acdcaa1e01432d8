"""Where the values of C stand: variables, struct members, array elements, and what pointers point at."""

from __future__ import annotations

from abc import ABC, abstractmethod

from patchtool.core.finding import Location
from patchtool.gather.extraction.source import Source
from patchtool.gather.reading.frame import Frame
from patchtool.gather.reading.syntax import Code
from patchtool.gather.reading.values import Obj, Place, Unknown, Value


class Places(ABC):
    """Finds the place that an expression names, in a frame. `globals` are the run-time data."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.globals = Obj("globals")
        self.harmless_asm: frozenset[str] = frozenset()

    @abstractmethod
    def call(self, node: Code, frame: Frame) -> Value:
        """The value of a call: of a primitive, a macro, or a function of the tree. Raises Unknown."""

    @abstractmethod
    def expansion(self, text: str, frame: Frame, at: Location, macro: str) -> Value:
        """Run a macro's expansion in the caller's scope; the value of its last expression."""

    @abstractmethod
    def statement(self, node: Code, frame: Frame) -> Value:
        """Run a statement; the value of the last expression in it, 0 where there is none. Raises Unknown."""

    @abstractmethod
    def value(self, node: Code, frame: Frame) -> Value:
        """The expression's value. Raises Unknown where it cannot be followed."""

    def number(self, node: Code, frame: Frame) -> int:
        """The expression's value where an integer is needed."""
        return self._int(self.value(node, frame), node, frame)

    def _int(self, value: Value, node: Code, frame: Frame) -> int:
        if not isinstance(value, int):
            raise Unknown(f"`{node.text}` is no integer here", frame.place(node))
        return value

    def load(self, place: Place, node: Code, frame: Frame) -> Value:
        """What stands at a place; Unknown where nobody has set it."""
        if place.key not in place.owner.fields:
            raise Unknown(f"reads {place.owner.tag} `{place.key}`, which was never set", frame.place(node))
        return place.owner.fields[place.key]

    def store(self, place: Place, value: Value) -> Value:
        """Set a place; gives the value."""
        place.owner.fields[place.key] = value
        return value

    def place(self, node: Code, frame: Frame) -> Place:
        """The lvalue an expression names."""
        if node.kind == "identifier":
            return self._variable(node, frame)
        if node.kind == "parenthesized_expression":
            return self.place(node.children[0], frame)
        if node.kind == "field_expression":
            return self._field(node, frame)
        if node.kind == "subscript_expression":
            return self._element(node, frame)
        if node.kind in ("pointer_expression", "call_expression"):
            inner = node.field("argument") if node.kind == "pointer_expression" else node
            target = self.value(inner, frame) if inner is not None else 0
            if isinstance(target, Place):
                return target
        raise Unknown(f"`{node.text}` is no place that can be followed", frame.place(node))

    def _variable(self, node: Code, frame: Frame) -> Place:
        name = node.text
        if name in frame.local.fields or name not in self.globals.fields:
            macro = frame.unit.macro(name)
            if name not in frame.local.fields and macro and macro.params is None and macro.body != name:
                target = self.expansion(f"&({macro.body})", frame, frame.place(node), name)
                if isinstance(target, Place):
                    return target
            return Place(frame.local, name)
        return Place(self.globals, name)

    # `a.b` needs the struct a itself, which comes to be when it is first named; `p->b` follows the pointer.
    def _field(self, node: Code, frame: Frame) -> Place:
        base, name = node.field("argument"), node.field("field")
        if base is None or name is None:
            raise Unknown(f"cannot read `{node.text}`", frame.place(node))
        through = node.fields["operator"].text == "->"
        owner = self._pointed(self.value(base, frame) if through else self.place(base, frame))
        if owner is None:
            raise Unknown(f"`{base.text}` points at nothing known", frame.place(node))
        if owner.members is not None and name.text not in owner.members:
            raise Unknown(f"struct {owner.tag} has no member {name.text}", frame.place(node))
        return Place(owner, name.text)

    def _pointed(self, target: Value) -> Obj | None:
        if isinstance(target, Obj):
            return target
        if not isinstance(target, Place):
            return None
        inner = target.owner.fields.get(target.key)
        if inner is None:
            inner = target.owner.fields[target.key] = Obj(str(target.key))
        return inner if isinstance(inner, Obj) else None

    def _element(self, node: Code, frame: Frame) -> Place:
        base, index = node.field("argument"), node.field("index")
        if base is None or index is None:
            raise Unknown(f"cannot read `{node.text}`", frame.place(node))
        place = self.place(base, frame)
        stored = place.owner.fields.get(place.key)
        owner = self._pointed(stored if isinstance(stored, Place) else place)
        if owner is None:
            raise Unknown(f"`{base.text}` is no array that can be followed", frame.place(node))
        return Place(owner, self.number(index, frame))
