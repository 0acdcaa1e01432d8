"""The value of C expressions; the interpreter adds statements and calls."""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import suppress
from functools import lru_cache

from patchtool.core.finding import Location
from patchtool.csource.condition import Macro
from patchtool.gather.reading.frame import Frame
from patchtool.gather.reading.places import Places
from patchtool.gather.reading.syntax import Code, snippet
from patchtool.gather.reading.text import tame
from patchtool.gather.reading.values import BINARY, FunctionName, Obj, Place, Unknown, Value, truth, word

_WORD = re.compile(r"[A-Za-z_]\w*")
_PASTE = re.compile(r"\s*##\s*")
_NUMBER = re.compile(r"(-?)(0[xX][0-9a-fA-F]+|\d+)[uUlL]*$")
# Instructions that order memory or the effect of earlier invalidations; they invalidate nothing themselves.
_STRINGS = ("string_literal", "concatenated_string")
_SIZES = {
    "char": 1, "u8": 1, "short": 2, "u16": 2, "int": 4, "unsigned": 4, "u32": 4, "long long": 8, "u64": 8,
}  # fmt: skip
_BARRIERS = frozenset({"ptesync", "eieio", "tlbsync", "isync", "sync", "lwsync"})


@lru_cache(maxsize=4096)
def _number(text: str) -> int | None:
    match = _NUMBER.match(text)
    if match is None:
        return None
    digits = match.group(2)
    octal = digits.startswith("0") and len(digits) > 1 and digits.isdigit()
    number = int(digits, 8) if octal else int(digits, 0)
    return word(-number if match.group(1) else number)


@lru_cache(maxsize=16384)
def _expanded(body: str, params: tuple[str, ...], arguments: tuple[str, ...]) -> str:
    given = dict(zip(params, arguments, strict=False))
    body = _WORD.sub(lambda m: given.get(m.group(), m.group()), body)
    return _PASTE.sub("", body)


class Expressions(Places):
    """Evaluates expression nodes in a frame. Integers are 64 unsigned bits throughout."""

    def value(self, node: Code, frame: Frame) -> Value:
        """The expression's value.

        Raises:
            Unknown: where it cannot be followed.
        """
        handler = _VALUES.get(node.kind)
        if handler is None:
            raise Unknown(f"cannot evaluate `{node.text}`", frame.place(node))
        return handler(self, node, frame)

    def expand(self, macro: Macro, arguments: list[str], at: Location) -> str:
        """A function-like macro's body with its arguments' text put in and ## pasted; # is not known."""
        params = macro.params or ()
        if len(params) != len(arguments) and "..." not in params:
            raise Unknown(f"{macro.name}() is given {len(arguments)} arguments, not {len(params)}", at)
        return _expanded(macro.body, params, tuple(arguments))

    def initial(self, node: Code, frame: Frame) -> Value:
        """The value an initialiser gives; a braced one makes a struct."""
        node = self._braced(node, frame)
        if node.kind != "initializer_list":
            return self.value(node, frame)
        made = Obj("struct")
        for index, item in enumerate(node.children):
            # What cannot be read is left out: who needs it will say so.
            with suppress(Unknown):
                name, given = item.field("designator"), item.field("value")
                if item.kind == "initializer_pair" and name and given:
                    made.fields[name.text.lstrip(".")] = self.initial(given, frame)
                else:
                    made.fields[index] = self.initial(item, frame)
        return made

    # A macro may stand for a whole braced initialiser.
    def _braced(self, node: Code, frame: Frame) -> Code:
        call = node.kind == "call_expression"
        head, given = (node.field("function"), node.field("arguments")) if call else (node, None)
        macro = frame.unit.macro(head.text) if head and head.kind == "identifier" else None
        if macro is None or not macro.body.startswith("{"):
            return node
        arguments = [child.text for child in given.children] if given else []
        text = self.expand(macro, arguments, frame.place(node)) if call else macro.body
        block = snippet(tame(f"struct s x = {text};".encode("utf-8", "surrogateescape")))
        for child in block.children[0].children if block else ():
            found = child.field("value")
            if found is not None:
                return found
        raise Unknown(f"cannot read `{node.text}`", frame.place(node))

    def _sizeof(self, node: Code, frame: Frame) -> Value:
        text = "".join(node.text.split())
        known = self.globals.fields.get(text)
        if known is not None:
            return known
        inner = " ".join(node.text.removeprefix("sizeof").strip(" ()").split())
        size = _SIZES.get(inner.replace("unsigned ", "").replace("signed ", ""))
        if size is None and (inner.endswith(("long", "*")) or inner == "unsigned long"):
            size = 8 if frame.unit.macro("CONFIG_64BIT") is not None else 4
        if size is None:
            raise Unknown(f"cannot evaluate `{node.text}`", frame.place(node))
        return size

    def _name(self, node: Code, frame: Frame) -> Value:
        name = node.text
        for scope in (frame.local, self.globals):
            if name in scope.fields:
                return scope.fields[name]
        macro = frame.unit.macro(name)
        if macro is not None and macro.params is None and macro.body != name and name not in frame.hidden:
            return self.expansion(macro.body, frame, frame.place(node), name)
        constant = self.source.constant(name, frame.unit)
        if constant is not None:
            return self.expansion(constant[0], frame, constant[1], name)
        if self.source.function(name, frame.unit) is not None:
            return FunctionName(name)
        raise Unknown(f"`{name}` was not found", frame.place(node))

    def _literal(self, node: Code, frame: Frame) -> Value:
        number = _number(node.text)
        if number is None:
            raise Unknown(f"cannot read the number `{node.text}`", frame.place(node))
        return number

    def _inner(self, node: Code, frame: Frame) -> Value:
        if not node.children:
            raise Unknown(f"cannot read `{node.text}`", frame.place(node))
        inner = node.children[0]
        block = inner.kind == "compound_statement"
        return self.statement(inner, frame) if block else self.value(inner, frame)

    def _load(self, node: Code, frame: Frame) -> Value:
        place = self.place(node, frame)
        if place.key in place.owner.arrays and place.key not in place.owner.fields:
            place.owner.fields[place.key] = Obj(str(place.key))
        found = place.owner.fields.get(place.key)
        # An array or struct named as a value is its address; only what was never touched is unknown.
        return (
            Place(place.owner, place.key)
            if isinstance(found, Obj) and found.tag == str(place.key)
            else (self.load(place, node, frame))
        )

    def _pointer(self, node: Code, frame: Frame) -> Value:
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

    def _unary(self, node: Code, frame: Frame) -> Value:
        inner = node.field("argument")
        if inner is None:
            raise Unknown(f"cannot read `{node.text}`", frame.place(node))
        if node.text[0] == "!":
            return int(not truth(self.value(inner, frame)))
        number = self.number(inner, frame)
        return word({"-": -number, "~": ~number, "+": number}[node.text[0]])

    def _update(self, node: Code, frame: Frame) -> Value:
        inner = node.field("argument")
        if inner is None:
            raise Unknown(f"cannot read `{node.text}`", frame.place(node))
        place = self.place(inner, frame)
        before = self.load(place, node, frame)
        by = 1 if "++" in node.text else -1
        after = self._moved(before, by, node, frame)
        self.store(place, after)
        return after if node.text[:2] in ("++", "--") else before

    # An integer plus a number, or a pointer into an array so many elements on.
    def _moved(self, value: Value, by: int, node: Code, frame: Frame) -> Value:
        if isinstance(value, Place):
            inner = value.owner.fields.get(value.key)
            if isinstance(value.key, int):
                return Place(value.owner, value.key + by)
            if isinstance(inner, Obj):
                return Place(inner, by)
        if isinstance(value, Obj):
            return Place(value, by)
        return word(self._int(value, node, frame) + by)

    def _binary(self, node: Code, frame: Frame) -> Value:
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
        if op.text in ("+", "-") and isinstance(second, int) and isinstance(first, (Place, Obj)):
            return self._moved(first, second if op.text == "+" else -second, node, frame)
        a, b = self._int(first, left, frame), self._int(second, right, frame)
        return self.compute(op.text, a, b, node, frame)

    def compute(self, op: str, a: int, b: int, node: Code, frame: Frame) -> int:
        if op in ("/", "%") and b == 0:
            raise Unknown(f"`{node.text}` divides by zero", frame.place(node))
        return word(BINARY[op](a, b))

    def _assign(self, node: Code, frame: Frame) -> Value:
        left, right, op = node.field("left"), node.field("right"), node.field("operator")
        if left is None or right is None or op is None:
            raise Unknown(f"cannot read `{node.text}`", frame.place(node))
        value = self.value(right, frame)
        place = self.place(left, frame)
        if op.text != "=":
            before, by = self.load(place, node, frame), self._int(value, right, frame)
            if op.text in ("+=", "-=") and isinstance(before, (Place, Obj)):
                value = self._moved(before, by if op.text == "+=" else -by, node, frame)
            else:
                value = self.compute(op.text[:-1], self._int(before, left, frame), by, node, frame)
        return self.store(place, value)

    def _conditional(self, node: Code, frame: Frame) -> Value:
        test, first, second = (node.field(n) for n in ("condition", "consequence", "alternative"))
        if test is None or second is None:
            raise Unknown(f"cannot read `{node.text}`", frame.place(node))
        value = self.value(test, frame)
        if truth(value):
            return value if first is None else self.value(first, frame)
        return self.value(second, frame)

    def _cast(self, node: Code, frame: Frame) -> Value:
        inner = node.field("value")
        if inner is None:
            raise Unknown(f"cannot read `{node.text}`", frame.place(node))
        return self.value(inner, frame)

    def _comma(self, node: Code, frame: Frame) -> Value:
        value: Value = 0
        for child in node.children:
            value = self.value(child, frame)
        return value

    def _asm(self, node: Code, frame: Frame) -> Value:
        template = next((c for c in node.children if c.kind in _STRINGS), None)
        # Without a string there is nothing to know: "?" is in no table.
        words = set(re.findall(r"[\w.]+", template.text)) if template is not None else {"?"}
        if words <= _BARRIERS | self.harmless_asm:
            return 0
        text = " ".join(node.text.split())[:60]
        raise Unknown(f"inline assembler `{text}` is not in the table", frame.place(node))


_VALUES: dict[str, Callable[[Expressions, Code, Frame], Value]] = {
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
    "sizeof_expression": Expressions._sizeof,
    "compound_literal_expression": lambda self, node, frame: self.initial(node.fields["value"], frame),
    "comma_expression": Expressions._comma,
    "call_expression": lambda self, node, frame: self.call(node, frame),
    "gnu_asm_expression": Expressions._asm,
}
