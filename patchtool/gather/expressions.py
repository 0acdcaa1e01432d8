"""The value of C expressions; the interpreter adds statements and calls."""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from collections.abc import Callable

from patchtool.core.finding import Location
from patchtool.csource.condition import Macro
from patchtool.csource.parser import Node
from patchtool.gather.frame import Frame
from patchtool.gather.source import Source
from patchtool.gather.values import BINARY, FunctionName, Obj, Place, Unknown, Value, truth, word

_NUMBER = re.compile(r"(-?)(0[xX][0-9a-fA-F]+|\d+)[uUlL]*$")
# Instructions that order memory or the effect of earlier invalidations; they invalidate nothing themselves.
_STRINGS = ("string_literal", "concatenated_string")
_BARRIERS = frozenset({"ptesync", "eieio", "tlbsync", "isync", "sync", "lwsync"})


class Expressions(ABC):
    """Evaluates expression nodes in a frame. Integers are 64 unsigned bits throughout."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.globals = Obj("globals")
        self.harmless_asm: frozenset[str] = frozenset()

    @abstractmethod
    def call(self, node: Node, frame: Frame) -> Value:
        """The value of a call: of a primitive, a macro, or a function of the tree. Raises Unknown."""

    @abstractmethod
    def expansion(self, text: str, frame: Frame, at: Location, macro: str) -> Value:
        """Run a macro's expansion in the caller's scope; the value of its last expression."""

    @abstractmethod
    def statement(self, node: Node, frame: Frame) -> Value:
        """Run a statement; the value of the last expression in it, 0 where there is none. Raises Unknown."""

    def value(self, node: Node, frame: Frame) -> Value:
        """The expression's value.

        Raises:
            Unknown: where it cannot be followed.
        """
        handler = _VALUES.get(node.kind)
        if handler is None:
            raise Unknown(f"cannot evaluate `{node.text}`", frame.place(node))
        return handler(self, node, frame)

    def number(self, node: Node, frame: Frame) -> int:
        """The expression's value where an integer is needed."""
        return self._int(self.value(node, frame), node, frame)

    def _int(self, value: Value, node: Node, frame: Frame) -> int:
        if not isinstance(value, int):
            raise Unknown(f"`{node.text}` is no integer here", frame.place(node))
        return value

    def expand(self, macro: Macro, arguments: list[str], at: Location) -> str:
        """A function-like macro's body with its arguments' text put in and ## pasted; # is not known."""
        params = macro.params or ()
        if len(params) != len(arguments) and "..." not in params:
            raise Unknown(f"{macro.name}() is given {len(arguments)} arguments, not {len(params)}", at)
        given = dict(zip(params, arguments, strict=False))
        body = re.sub(r"[A-Za-z_]\w*", lambda m: given.get(m.group(), m.group()), macro.body)
        return re.sub(r"\s*##\s*", "", body)

    def load(self, place: Place, node: Node, frame: Frame) -> Value:
        """What stands at a place; Unknown where nobody has set it."""
        if place.key not in place.owner.fields:
            raise Unknown(f"reads {place.owner.tag} `{place.key}`, which was never set", frame.place(node))
        return place.owner.fields[place.key]

    def store(self, place: Place, value: Value) -> Value:
        """Set a place; gives the value."""
        place.owner.fields[place.key] = value
        return value

    def place(self, node: Node, frame: Frame) -> Place:
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

    def _variable(self, node: Node, frame: Frame) -> Place:
        name = node.text
        if name in frame.local.fields or name not in self.globals.fields:
            macro = frame.unit.macros.get(name)
            if name not in frame.local.fields and macro and macro.params is None and macro.body != name:
                target = self.expansion(f"&({macro.body})", frame, frame.place(node), name)
                if isinstance(target, Place):
                    return target
            return Place(frame.local, name)
        return Place(self.globals, name)

    # `a.b` needs the struct a itself, which comes to be when it is first named; `p->b` follows the pointer.
    def _field(self, node: Node, frame: Frame) -> Place:
        base, name = node.field("argument"), node.field("field")
        if base is None or name is None:
            raise Unknown(f"cannot read `{node.text}`", frame.place(node))
        if "->" in [token.text for token in node.tokens]:
            target = self.value(base, frame)
        else:
            target = self.place(base, frame)
        owner = self._pointed(target)
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

    def _element(self, node: Node, frame: Frame) -> Place:
        base, index = node.field("argument"), node.field("index")
        if base is None or index is None:
            raise Unknown(f"cannot read `{node.text}`", frame.place(node))
        owner = self._pointed(self.place(base, frame))
        if owner is None:
            raise Unknown(f"`{base.text}` is no array that can be followed", frame.place(node))
        return Place(owner, self.number(index, frame))

    def initial(self, node: Node, frame: Frame) -> Value:
        """The value an initialiser gives; a braced one makes a struct."""
        if node.kind != "initializer_list":
            return self.value(node, frame)
        made = Obj("struct")
        for index, item in enumerate(node.children):
            name, given = item.field("designator"), item.field("value")
            if item.kind == "initializer_pair" and name and given:
                made.fields[name.text.lstrip(".")] = self.initial(given, frame)
            else:
                made.fields[index] = self.initial(item, frame)
        return made

    def _name(self, node: Node, frame: Frame) -> Value:
        name = node.text
        for scope in (frame.local, self.globals):
            if name in scope.fields:
                return scope.fields[name]
        macro = frame.unit.macros.get(name)
        if macro is not None and macro.params is None and macro.body != name and name not in frame.hidden:
            return self.expansion(macro.body, frame, frame.place(node), name)
        constant = self.source.constant(name, frame.unit)
        if constant is not None:
            return self.expansion(constant[0], frame, constant[1], name)
        if self.source.function(name, frame.unit) is not None:
            return FunctionName(name)
        raise Unknown(f"`{name}` was not found", frame.place(node))

    def _literal(self, node: Node, frame: Frame) -> Value:
        match = _NUMBER.match(node.text)
        if match is None:
            raise Unknown(f"cannot read the number `{node.text}`", frame.place(node))
        digits = match.group(2)
        octal = digits.startswith("0") and len(digits) > 1 and digits.isdigit()
        number = int(digits, 8) if octal else int(digits, 0)
        return word(-number if match.group(1) else number)

    def _inner(self, node: Node, frame: Frame) -> Value:
        inner = next((child for child in node.children if child.kind != "comment"), None)
        if inner is None:
            raise Unknown(f"cannot read `{node.text}`", frame.place(node))
        block = inner.kind == "compound_statement"
        return self.statement(inner, frame) if block else self.value(inner, frame)

    def _load(self, node: Node, frame: Frame) -> Value:
        place = self.place(node, frame)
        found = place.owner.fields.get(place.key)
        # An array or struct named as a value is its address; only what was never touched is unknown.
        return (
            Place(place.owner, place.key)
            if isinstance(found, Obj) and found.tag == str(place.key)
            else (self.load(place, node, frame))
        )

    def _pointer(self, node: Node, frame: Frame) -> Value:
        inner = node.field("argument")
        if inner is None:
            raise Unknown(f"cannot read `{node.text}`", frame.place(node))
        if node.text.startswith("&"):
            if inner.kind == "identifier" and inner.text not in frame.local.fields:
                known = inner.text in self.globals.fields
                if not known and self.source.function(inner.text, frame.unit) is not None:
                    return FunctionName(inner.text)
            return self.place(inner, frame)
        return self.load(self.place(node, frame), node, frame)

    def _unary(self, node: Node, frame: Frame) -> Value:
        inner = node.field("argument")
        if inner is None:
            raise Unknown(f"cannot read `{node.text}`", frame.place(node))
        if node.text[0] == "!":
            return int(not truth(self.value(inner, frame)))
        number = self.number(inner, frame)
        return word({"-": -number, "~": ~number, "+": number}[node.text[0]])

    def _update(self, node: Node, frame: Frame) -> Value:
        inner = node.field("argument")
        if inner is None:
            raise Unknown(f"cannot read `{node.text}`", frame.place(node))
        place = self.place(inner, frame)
        before = self._int(self.load(place, node, frame), inner, frame)
        after = word(before + (1 if "++" in node.text else -1))
        self.store(place, after)
        return after if node.text[:2] in ("++", "--") else before

    def _binary(self, node: Node, frame: Frame) -> Value:
        left, right, op = node.field("left"), node.field("right"), node.field("operator")
        if left is None or right is None or op is None:
            raise Unknown(f"cannot read `{node.text}`", frame.place(node))
        first = self.value(left, frame)
        if op.text in ("&&", "||"):
            if truth(first) == (op.text == "||"):
                return int(op.text == "||")
            return int(truth(self.value(right, frame)))
        second = self.value(right, frame)
        if op.text in ("==", "!="):
            return int((first == second) == (op.text == "=="))
        a, b = self._int(first, left, frame), self._int(second, right, frame)
        return self.compute(op.text, a, b, node, frame)

    def compute(self, op: str, a: int, b: int, node: Node, frame: Frame) -> int:
        if op in ("/", "%") and b == 0:
            raise Unknown(f"`{node.text}` divides by zero", frame.place(node))
        return word(BINARY[op](a, b))

    def _assign(self, node: Node, frame: Frame) -> Value:
        left, right, op = node.field("left"), node.field("right"), node.field("operator")
        if left is None or right is None or op is None:
            raise Unknown(f"cannot read `{node.text}`", frame.place(node))
        value = self.value(right, frame)
        place = self.place(left, frame)
        if op.text != "=":
            before = self._int(self.load(place, node, frame), left, frame)
            value = self.compute(op.text[:-1], before, self._int(value, right, frame), node, frame)
        return self.store(place, value)

    def _conditional(self, node: Node, frame: Frame) -> Value:
        test, first, second = (node.field(n) for n in ("condition", "consequence", "alternative"))
        if test is None or second is None:
            raise Unknown(f"cannot read `{node.text}`", frame.place(node))
        value = self.value(test, frame)
        if truth(value):
            return value if first is None else self.value(first, frame)
        return self.value(second, frame)

    def _cast(self, node: Node, frame: Frame) -> Value:
        inner = node.field("value")
        if inner is None:
            raise Unknown(f"cannot read `{node.text}`", frame.place(node))
        return self.value(inner, frame)

    def _comma(self, node: Node, frame: Frame) -> Value:
        value: Value = 0
        for child in node.children:
            value = self.value(child, frame)
        return value

    def _asm(self, node: Node, frame: Frame) -> Value:
        template = next((c for c in node.children if c.kind in _STRINGS), None)
        # Without a string there is nothing to know: "?" is in no table.
        words = set(re.findall(r"[\w.]+", template.text)) if template is not None else {"?"}
        if words <= _BARRIERS | self.harmless_asm:
            return 0
        text = " ".join(node.text.split())[:60]
        raise Unknown(f"inline assembler `{text}` is not in the table", frame.place(node))


_VALUES: dict[str, Callable[[Expressions, Node, Frame], Value]] = {
    "identifier": Expressions._name,
    "number_literal": Expressions._literal,
    "true": lambda self, node, frame: 1,
    "false": lambda self, node, frame: 0,
    "null": lambda self, node, frame: 0,
    "string_literal": lambda self, node, frame: node.text,
    "concatenated_string": lambda self, node, frame: node.text,
    "parenthesized_expression": Expressions._inner,
    "field_expression": Expressions._load,
    "subscript_expression": Expressions._load,
    "pointer_expression": Expressions._pointer,
    "unary_expression": Expressions._unary,
    "update_expression": Expressions._update,
    "binary_expression": Expressions._binary,
    "assignment_expression": Expressions._assign,
    "conditional_expression": Expressions._conditional,
    "cast_expression": Expressions._cast,
    "comma_expression": Expressions._comma,
    "call_expression": lambda self, node, frame: self.call(node, frame),
    "gnu_asm_expression": Expressions._asm,
}
