"""What an `#if` expression says, and where: the configurations in which it holds."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Protocol, TypeAlias

from patchtool.core.expr import And, Compare, Const, Expr, Not, Sym, is_enabled
from patchtool.csource.building.formulas import ALWAYS, NEVER, Formula, Formulas
from patchtool.csource.building.terms import CONFIG, TESTS, Term, parsed
from patchtool.csource.condition import BINARY, BadCondition, Macro

# Macros expand into macros; a real condition takes some ten levels.
_DEEPEST = 40
_MOST_CASES = 64
_COMPARISONS = {"==": "=", "!=": "!=", "<": "<", ">": ">", "<=": "<=", ">=": ">="}
_SWAPPED = {"=": "=", "!=": "!=", "<": ">", ">": "<", "<=": ">=", ">=": "<="}
# Never a macro in a kernel's C code compiled with GCC, whatever a header that was left out may hold.
_NEVER_DEFINED = frozenset(
    {
        "__ASSEMBLY__",
        "__ASSEMBLER__",
        "__cplusplus",
        "__CHECKER__",
        "__GENKSYMS__",
        "MODULE",
        "__clang__",
        "__ICC",
    }
    | {
        "__INTEL_COMPILER",
        "LINKER_SCRIPT",
        "__BPF__",
        "__DTS__",
        "CREATE_TRACE_POINTS",
        "TRACE_HEADER_MULTI_READ",
    }
)
_SUFFIXES = frozenset({"UL", "ULL", "U", "L", "LL"})
_NUMBER = re.compile(r"0[xX][0-9a-fA-F]+|\d+")
_LETTERS = {"IS_ENABLED": "ym", "IS_REACHABLE": "ym", "IS_MODULE": "m"}


_UNARY: Mapping[str, Callable[[int], int]] = {
    "unary-": lambda n: -n,
    "unary+": lambda n: n,
    "unary~": lambda n: ~n,
}


@dataclass(frozen=True, slots=True, eq=False)
class Gate:
    """A name defined (`macro`) or undefined (None) under a condition, and what it was `before`, elsewhere."""

    when: Formula
    macro: Macro | None
    before: Binding


Binding: TypeAlias = Macro | Gate | None
Cases: TypeAlias = list[tuple[Formula, int]]


class Opaque(Exception):
    """A condition that cannot be read; caught by whoever takes it for an unknown."""


class Config(Protocol):
    """What is known of a configuration."""

    def possible(self, symbol: str, /) -> str:
        """Which of `y`, `m`, `n` a symbol (without CONFIG_) can be, as letters; "" for a number or a text."""
        ...

    def text(self, symbol: str, /) -> str | None:
        """The number or text of a symbol that has one; None where it is unknown or not set."""
        ...


class Values:
    """Evaluates conditions at one point of a unit: the macros in force, and what is known of the
    configuration.

    `unsure`: headers were left out, so that a name which nothing defines may be a macro after all.
    """

    def __init__(
        self, formulas: Formulas, config: Config, macros: dict[str, Binding], *, unsure: bool
    ) -> None:
        self.formulas = formulas
        self._unsure = unsure
        self.config = config
        self.macros = macros

    def truth(self, term: Term | None, within: Formula, depth: int = 0) -> Formula:
        """Where, within a condition, a term is not 0.

        Raises:
            Opaque: the term, or a macro that it names, is no expression of known numbers.
        """
        if term is None or depth > _DEEPEST:
            raise Opaque
        if within == NEVER:
            return NEVER
        op, parts = term.op, term.parts
        if op == "&&":
            return self.truth(parts[1], self.truth(parts[0], within, depth), depth)
        if op == "||":
            first = self.truth(parts[0], within, depth)
            rest = self.formulas.without(within, first)
            return self.formulas.either(first, self.truth(parts[1], rest, depth))
        if op == "unary!":
            return self.formulas.without(within, self.truth(parts[0], within, depth))
        if op in TESTS:
            return self.formulas.both(within, self._tested(op, term.word, within))
        if op in _COMPARISONS and (compared := self._with_number(term, within, depth)) is not None:
            return self.formulas.both(within, compared)
        found = NEVER
        for when, number in self.cases(term, within, depth):
            found = self.formulas.either(found, when) if number else found
        return found

    def cases(self, term: Term | None, within: Formula, depth: int = 0) -> Cases:
        """The number that a term is, for each part of a condition.

        Raises:
            Opaque: as `truth`.
        """
        if term is None or depth > _DEEPEST:
            raise Opaque
        if term.op == "number":
            return [(within, _number(term.word))]
        if term.op == "?":
            test = self.truth(term.parts[0], within, depth)
            halves = ((term.parts[1], test), (term.parts[2], self.formulas.without(within, test)))
            return [
                case for part, where in halves if where != NEVER for case in self.cases(part, where, depth)
            ]
        if term.op in _UNARY:
            return [(when, _UNARY[term.op](n)) for when, n in self.cases(term.parts[0], within, depth)]
        if term.op in BINARY:
            return self._combined(term, within, depth)
        if term.op in ("name", "call") and not term.word.startswith(CONFIG):
            return self._macro(term, within, depth)
        if term.op == "name" and self.config.possible(term.word.removeprefix(CONFIG)) == "":
            return [(within, self._configured(term.word.removeprefix(CONFIG)))]
        true = self.truth(Term("defined", term.word) if term.op == "name" else term, within, depth)
        return [
            (when, n) for when, n in ((true, 1), (self.formulas.without(within, true), 0)) if when != NEVER
        ]

    def bindings(self, name: str, within: Formula) -> Iterator[tuple[Formula, Macro | None]]:
        """What a name stands for, for each part of a condition."""
        value = self.macros.get(name)
        while within != NEVER:
            if not isinstance(value, Gate):
                yield within, value
                return
            inside = self.formulas.both(within, value.when)
            if inside != NEVER:
                yield inside, value.macro
                within = self.formulas.without(within, value.when)
            value = value.before

    def defined(self, name: str, within: Formula) -> Formula:
        """Where, within a condition, a name is a macro."""
        value = self.macros.get(name)
        if not isinstance(value, Gate) and (value is not None or not self._open(name)):
            return NEVER if value is None else within
        found = NEVER
        for when, macro in self.bindings(name, within):
            if macro is not None:
                found = self.formulas.either(found, when)
            elif self._open(name):
                found = self.formulas.either(found, self.formulas.both(when, self.left_out(name)))
        return found

    def left_out(self, name: str) -> Formula:
        """That a header which was left out defines a name."""
        return self.formulas.atom(Compare(f"?{name}", "=", '"y"'))

    def _open(self, name: str) -> bool:
        return self._unsure and name[0] != "@" and name not in _NEVER_DEFINED

    def _combined(self, term: Term, within: Formula, depth: int) -> Cases:
        found: dict[int, Formula] = {}
        function = BINARY[term.op]
        lefts = self.cases(term.parts[0], within, depth)
        if len(lefts) > _MOST_CASES:
            raise Opaque
        for where, left in lefts:
            for when, right in self.cases(term.parts[1], where, depth):
                try:
                    number = function(left, right)
                except BadCondition as error:
                    raise Opaque from error
                found[number] = self.formulas.either(found.get(number, NEVER), when)
        return [(when, number) for number, when in found.items()]

    def _macro(self, term: Term, within: Formula, depth: int) -> Cases:
        found: Cases = []
        for when, macro in self.bindings(term.word, within):
            if macro is None and self._open(term.word):
                raise Opaque
            if macro is None or (macro.params is not None and term.op != "call"):
                found.append((when, 0))
            elif macro.params is None:
                found += self.cases(parsed(macro.body), when, depth + 1)
            else:
                given = term.arguments
                if "##" in macro.body:
                    given = tuple(self._spelled(word, when) for word in given)
                found += self.cases(parsed(_substituted(macro, given)), when, depth + 1)
        return found

    # An argument that is pasted to something: a number, or what stands for one; `UL` and the like stay.
    def _spelled(self, word: str, within: Formula, depth: int = 0) -> str:
        if word in _SUFFIXES or _NUMBER.fullmatch(word):
            return word
        if word.startswith(CONFIG) and (text := self.config.text(word.removeprefix(CONFIG))) is not None:
            return text
        known = list(self.bindings(word, within))
        if depth > _DEEPEST or len(known) != 1 or known[0][1] is None or known[0][1].params is not None:
            raise Opaque
        return self._spelled(known[0][1].body, within, depth + 1)

    # `CONFIG_PGTABLE_LEVELS > 2` where the number is unknown.
    def _with_number(self, term: Term, within: Formula, depth: int) -> Formula | None:
        for at in (0, 1):
            word = term.parts[at].word
            symbol = word.removeprefix(CONFIG)
            if term.parts[at].op != "name" or symbol == word or self.config.possible(symbol):
                continue
            if self.config.text(symbol) is None:
                other = self.cases(term.parts[1 - at], within, depth)
                op = _COMPARISONS[term.op] if at == 0 else _SWAPPED[_COMPARISONS[term.op]]
                if len(other) == 1:
                    return self.number(symbol, op, other[0][1])
        return None

    def number(self, symbol: str, op: str, number: int) -> Formula:
        """A comparison of a number that the configuration sets; `>` and `=` are the two tests that are
        kept.
        """
        if op in ("<", "<="):
            return self.formulas.negated(self.number(symbol, {"<": ">=", "<=": ">"}[op], number))
        if op == ">=":
            op, number = ">", number - 1
        return self.formulas.atom(Compare(symbol, op, f'"{number}"'))

    def _configured(self, symbol: str) -> int:
        text = self.config.text(symbol)
        if text is None:
            raise Opaque
        try:
            return int(text, 0) if text[:2] in ("0x", "0X") else int(text)
        except ValueError:
            return 0

    def _tested(self, test: str, word: str, within: Formula) -> Formula:
        if not word.startswith(CONFIG):
            return self.defined(word, within)
        symbol = word.removeprefix(CONFIG)
        possible = self.config.possible(symbol)
        if test == "defined" and symbol.endswith("_MODULE") and possible in ("", "n"):
            symbol, test = symbol.removesuffix("_MODULE"), "IS_MODULE"
            possible = self.config.possible(symbol)
        if possible == "":
            return within if test == "defined" else NEVER
        found = NEVER
        for letter in _LETTERS.get(test, "y"):
            if letter in possible:
                found = self.formulas.either(found, self.letter(symbol, letter, possible))
        return found

    def formula(self, expr: Expr) -> Formula:
        """The condition of a Kconfig expression, as far as the symbols' possible values do not settle it."""
        match expr:
            case Compare(left, "=" | "!=" as op, right) if self.config.possible(left):
                value = right.strip('"')
                holds = (
                    self.letter(left, value, self.config.possible(left))
                    if value in ("y", "m", "n")
                    else NEVER
                )
                return holds if op == "=" else self.formulas.negated(holds)
            case Compare():
                return self.formulas.atom(expr)
            case Sym(name):
                return self.formula(is_enabled(name))
            case Const(value):
                return NEVER if value == "n" else ALWAYS
            case Not(of):
                return self.formulas.negated(self.formula(of))
        whole = ALWAYS if isinstance(expr, And) else NEVER
        join = self.formulas.both if isinstance(expr, And) else self.formulas.either
        for part in expr.parts:
            whole = join(whole, self.formula(part))
        return whole

    def letter(self, symbol: str, letter: str, possible: str) -> Formula:
        """That a symbol has a value, in tests of `= y` and (for one that is not) `= m`."""
        if letter not in possible:
            return NEVER
        if possible == letter:
            return ALWAYS
        yes = self.formulas.atom(Compare(symbol, "=", '"y"')) if "y" in possible else NEVER
        if letter == "y":
            return yes
        module = self.formulas.atom(Compare(symbol, "=", '"m"')) if "n" in possible else ALWAYS
        module = self.formulas.without(module, yes)
        return module if letter == "m" else self.formulas.without(self.formulas.negated(yes), module)


def _number(word: str) -> int:
    if word[0] == "'":
        return ord(word[1]) if len(word) == 3 else 0
    try:
        return int(word, 16 if word[:2] in ("0x", "0X") else 8 if word.startswith("0") else 10)
    except ValueError:
        return 0


def _substituted(macro: Macro, arguments: tuple[str, ...]) -> str:
    given = dict(zip(macro.params or (), arguments, strict=False))
    body = re.sub(r"[A-Za-z_]\w*", lambda match: given.get(match.group(), match.group()), macro.body)
    return re.sub(r"\s*##\s*", "", body)
