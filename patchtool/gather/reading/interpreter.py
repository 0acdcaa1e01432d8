"""Runs the tree's own C, statement by statement; what it calls at the bottom are primitives."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

from patchtool.core.finding import Location
from patchtool.gather.extraction.source import Function, Source, Unit
from patchtool.gather.reading.expressions import Expressions
from patchtool.gather.reading.frame import Frame
from patchtool.gather.reading.syntax import Code, snippet
from patchtool.gather.reading.text import declared_name, tame
from patchtool.gather.reading.values import FunctionName, Obj, Unknown, Value, truth

_STEPS = 50_000
_DEPTH = 60


class _Break(Exception):
    pass


class _Continue(Exception):
    pass


class _Return(Exception):
    def __init__(self, value: Value) -> None:
        super().__init__()
        self.value = value


class _Goto(Exception):
    def __init__(self, label: str, node: Code, frame: Frame) -> None:
        super().__init__()
        self.label = label
        self.unknown = Unknown(f"`{node.text}` is not followed", frame.place(node))


# The labels of a statement; one may stand before another.
def _labels(node: Code) -> list[str]:
    if node.kind != "labeled_statement":
        return []
    label = node.field("label")
    own = [label.text] if label is not None else []
    return [name for child in node.children for name in _labels(child)] + own


Primitive = Callable[["Interpreter", "Call"], Value]


@dataclass(frozen=True, slots=True)
class Call:
    """One call of a primitive: its arguments unevaluated, and the frame to evaluate them in."""

    name: str
    arguments: tuple[Code, ...]
    frame: Frame
    at: Location


@lru_cache(maxsize=16384)
def _snippet(text: str) -> Code:
    body = snippet(tame(text.encode("utf-8", "surrogateescape")))
    if body is None:
        raise Unknown(f"cannot read `{text}`", None)
    return body


class Interpreter(Expressions):
    """Executes C over concrete values. `globals` are the run-time data an architecture's row supplies.

    Raises Unknown where it meets what it cannot follow: a function nobody defines, a field the struct does
    not have, a value nobody set, a goto into another block, more than 50,000 steps.
    """

    def __init__(self, source: Source, primitives: dict[str, Primitive]) -> None:
        super().__init__(source)
        self.primitives = primitives
        self._steps = 0
        self._frames: list[Frame] = []

    @property
    def function(self) -> str:
        """The innermost C function that is running."""
        return self._frames[-1].function if self._frames else ""

    def top(self, unit: Unit, name: str) -> Frame:
        """A frame for text that stands in no file: the scenario's own statements."""
        return Frame(name, unit.path, unit, Obj("locals"), Location(unit.path))

    def run_text(self, text: str, frame: Frame) -> None:
        """Execute statements in a frame; their calls are the tree's."""
        self._block(_snippet(text), frame)

    def call_function(self, function: Function, arguments: list[Value], at: Location) -> Value:
        """Run a definition of the tree; 0 where it returns nothing."""
        if len(self._frames) >= _DEPTH:
            raise Unknown(f"calls nest deeper than {_DEPTH}", at)
        local = Obj("locals", dict(zip(function.params, arguments, strict=False)))
        frame = Frame(function.name, function.at.path, function.unit, local)
        self._frames.append(frame)
        try:
            self._block(function.body, frame)
        except _Return as result:
            return result.value
        except _Goto as jump:  # into a block that does not hold it
            raise jump.unknown from None
        finally:
            self._frames.pop()
        return 0

    def call(self, node: Code, frame: Frame) -> Value:
        head, given = node.field("function"), node.field("arguments")
        if head is None or given is None:
            raise Unknown(f"cannot read the call `{node.text}`", frame.place(node))
        arguments = given.children
        if head.kind != "identifier" or head.text in frame.local.fields:
            target = self.value(head, frame)
            if not isinstance(target, FunctionName):
                raise Unknown(f"calls through a pointer, `{head.text}`", frame.place(node))
            return self.called(Call(target.name, arguments, frame, frame.place(node)))
        return self.called(Call(head.text, arguments, frame, frame.place(node)))

    def called(self, call: Call) -> Value:
        """Call a name: the model's own meaning of it, else what the tree has. Raises Unknown."""
        if call.name in self.primitives:
            return self.primitives[call.name](self, call)
        return self.resolve(call)

    def resolve(self, call: Call) -> Value:
        """Run what the tree itself has under a name: a macro, else a function.

        Raises:
            Unknown: the tree has neither where the configuration looks for it.
        """
        name, arguments, frame, at = call.name, call.arguments, call.frame, call.at
        macro = frame.unit.macro(name)
        if macro is not None and name not in frame.hidden and macro.body != name:
            if macro.params is None:
                text = f"{macro.body}({', '.join(a.text for a in arguments)})"
            else:
                text = self.expand(macro, [a.text for a in arguments], at)
            return self.expansion(text, frame, at, name)
        function = self.source.function(name, frame.unit)
        if function is None:
            raise Unknown(f"calls {name}(), which was not found", at)
        return self.call_function(function, [self.value(a, frame) for a in arguments], at)

    def expansion(self, text: str, frame: Frame, at: Location, macro: str) -> Value:
        """Run a macro's expansion in the caller's scope; the value of its last expression."""
        inner = Frame(frame.function, frame.path, frame.unit, frame.local, at, frame.hidden | {macro})
        return self._block(_snippet(text), inner)

    # The value of a block is that of its last expression statement, as in ({ ... }).
    def _block(self, block: Code, frame: Frame) -> Value:
        value: Value = 0
        at = 0
        while at < len(block.children):
            child = block.children[at]
            if child.kind == "ERROR":
                raise Unknown(f"cannot read `{child.text}`", frame.place(child))
            try:
                value = self.statement(child, frame)
            except _Goto as jump:
                found = [i for i, c in enumerate(block.children) if jump.label in _labels(c)]
                if not found:
                    raise
                at = found[0]
                continue
            at += 1
        return value

    def statement(self, node: Code, frame: Frame) -> Value:
        self._steps += 1
        if self._steps > _STEPS:
            raise Unknown(f"more than {_STEPS} steps", frame.place(node))
        handler = _STATEMENTS.get(node.kind)
        return self.value(node, frame) if handler is None else handler(self, node, frame)

    def _expression(self, node: Code, frame: Frame) -> Value:
        if not node.children:
            return 0
        return self.value(node.children[0], frame)

    def _if(self, node: Code, frame: Frame) -> Value:
        chosen = node.field("consequence") if self._test(node, frame) else node.field("alternative")
        if chosen is not None and chosen.kind == "else_clause":
            chosen = chosen.children[0] if chosen.children else None
        if chosen is not None:
            self.statement(chosen, frame)
        return 0

    def _test(self, node: Code, frame: Frame) -> bool:
        condition = node.field("condition")
        return condition is None or truth(self.value(condition, frame))

    # One turn of a loop's body; False after a break.
    def _turn(self, node: Code, frame: Frame) -> bool:
        body = node.field("body")
        try:
            if body is not None:
                self.statement(body, frame)
        except _Break:
            return False
        except _Continue:
            return True
        return True

    def _for(self, node: Code, frame: Frame) -> Value:
        first, update = node.field("initializer"), node.field("update")
        if first is not None:
            self.statement(first, frame)
        while self._test(node, frame) and self._turn(node, frame):
            if update is not None:
                self.value(update, frame)
        return 0

    def _while(self, node: Code, frame: Frame) -> Value:
        while self._test(node, frame) and self._turn(node, frame):
            pass
        return 0

    def _do(self, node: Code, frame: Frame) -> Value:
        while self._turn(node, frame) and self._test(node, frame):
            pass
        return 0

    def _switch(self, node: Code, frame: Frame) -> Value:
        condition, body = node.field("condition"), node.field("body")
        if condition is None or body is None:
            raise Unknown("cannot read a switch", frame.place(node))
        wanted = self.value(condition, frame)
        cases = [c for c in body.children if c.kind == "case_statement"]
        labels = [c.field("value") for c in cases]
        start = next((i for i, v in enumerate(labels) if v and self.value(v, frame) == wanted), None)
        if start is None:
            start = next((i for i, v in enumerate(labels) if v is None), len(cases))
        try:
            for case, label in zip(cases[start:], labels[start:], strict=True):
                for child in case.children[1 if label else 0 :]:
                    self.statement(child, frame)
        except _Break:
            pass
        return 0

    def _return(self, node: Code, frame: Frame) -> Value:
        raise _Return(self.value(node.children[0], frame) if node.children else 0)

    def _labeled(self, node: Code, frame: Frame) -> Value:
        for child in node.children[1:]:
            self.statement(child, frame)
        return 0

    def _declaration(self, node: Code, frame: Frame) -> Value:
        for child in node.children:
            if child.kind != "init_declarator":
                # A local without initialiser: reading it before it is set is Unknown.
                bare = declared_name(child) if "declarator" in child.kind else child.text
                frame.local.fields.pop(bare, None)
                continue
            name, given = declared_name(child.field("declarator")), child.field("value")
            if given is not None:
                frame.local.fields[name] = self.initial(given, frame)
        return 0

    def _goto(self, node: Code, frame: Frame) -> Value:
        label = node.field("label")
        raise _Goto(label.text if label is not None else "", node, frame)

    def _leave(self, node: Code, frame: Frame) -> Value:
        raise _Break if node.kind == "break_statement" else _Continue


_STATEMENTS: dict[str, Callable[[Interpreter, Code, Frame], Value]] = {
    "comment": lambda self, node, frame: 0,
    "compound_statement": Interpreter._block,
    "expression_statement": Interpreter._expression,
    "if_statement": Interpreter._if,
    "for_statement": Interpreter._for,
    "while_statement": Interpreter._while,
    "do_statement": Interpreter._do,
    "switch_statement": Interpreter._switch,
    "return_statement": Interpreter._return,
    "labeled_statement": Interpreter._labeled,
    "declaration": Interpreter._declaration,
    "goto_statement": Interpreter._goto,
    "break_statement": Interpreter._leave,
    "continue_statement": Interpreter._leave,
}


def given(call: Call, index: int) -> Code:
    """An argument of a primitive's call, unevaluated; negative counts from the end. Raises Unknown."""
    if not -len(call.arguments) <= index < len(call.arguments):
        raise Unknown(f"{call.name}() has too few arguments", call.at)
    return call.arguments[index]


def argument(run: Interpreter, call: Call, index: int) -> Value:
    """The value of an argument of a primitive's call. Raises Unknown."""
    return run.value(given(call, index), call.frame)


def run_function(run: Interpreter, call: Call, target: Value, arguments: list[Value]) -> None:
    """Run the function that a value names, as a primitive does with a callback. Raises Unknown."""
    if isinstance(target, FunctionName) and target.name in run.primitives:
        # A primitive evaluates its own arguments: they stand in variables of a frame made for it.
        frame = run.top(call.frame.unit, call.name)
        names = [f"patchtool_argument_{number}" for number in range(len(arguments))]
        frame.local.fields.update(zip(names, arguments, strict=True))
        nodes = tuple(Code("identifier", name, call.at.line) for name in names)
        run.primitives[target.name](run, Call(target.name, nodes, frame, call.at))
        return
    function = run.source.function(target.name, call.frame.unit) if isinstance(target, FunctionName) else None
    if function is None:
        raise Unknown(f"{call.name}() with a function that was not found", call.at)
    run.call_function(function, arguments, call.at)
