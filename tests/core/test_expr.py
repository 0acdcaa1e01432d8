"""The laws that shortening, printing and comparing keep, under every assignment of n, m and y."""

import itertools
import re

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from patchtool.core.expr import (
    And,
    Compare,
    Const,
    M,
    N,
    Not,
    Or,
    Sym,
    Y,
    both,
    compared,
    either,
    exceeds,
    is_enabled,
    is_set,
    is_y,
    negated,
    raised,
    substituted,
    symbols,
    text,
    value,
)

NAMES = ("A", "B", "C")
RANK = {"n": 0, "m": 1, "y": 2}
OPS = ("=", "!=", "<", "<=", ">", ">=")
ALL = [dict(zip(NAMES, values, strict=True)) for values in itertools.product("nmy", repeat=3)]

# Other processes may take their time.
quick = settings(deadline=None, max_examples=60)
_sides = st.sampled_from((*NAMES, '"n"', '"m"', '"y"', "NOWHERE", '"text"'))
_leaves = st.one_of(
    st.sampled_from((Y, M, N)),
    st.sampled_from(NAMES).map(Sym),
    st.builds(Compare, _sides, st.sampled_from(OPS), _sides),
)
# Raw trees, as no function of ours would leave them: nested alike, of one part twice, with constants inside.
raw = st.recursive(
    _leaves,
    lambda inner: st.one_of(
        st.builds(Not, inner),
        st.lists(inner, min_size=2, max_size=4).map(tuple).map(And),
        st.lists(inner, min_size=2, max_size=4).map(tuple).map(Or),
    ),
    max_leaves=8,
)


def ranks(expr):
    return [RANK[value(expr, values)] for values in ALL]


# An evaluation of our own, with nothing of `value` in it.
def naive(expr, values):
    match expr:
        case Const(known):
            return RANK[known]
        case Sym(name):
            return RANK[values[name]]
        case Compare(left, op, right):
            one, two = (s[1:-1] if s.startswith('"') else values.get(s, s) for s in (left, right))
            if one in RANK and two in RANK:
                one, two = RANK[one], RANK[two]
            order = (one > two) - (one < two)
            ok = {"=": order == 0, "!=": order != 0, "<": order < 0, "<=": order <= 0, ">": order > 0}
            return 2 if ok.get(op, order >= 0) else 0
        case Not(of):
            return 2 - naive(of, values)
        case And(parts):
            return min(naive(part, values) for part in parts)
        case Or(parts):
            return max(naive(part, values) for part in parts)


@quick
@given(raw)
def test_value(expr):
    assert ranks(expr) == [naive(expr, values) for values in ALL]


@quick
@given(st.lists(raw, max_size=4))
def test_joining_keeps_the_value(parts):
    columns = [[naive(part, values) for part in parts] for values in ALL]
    assert ranks(both(*parts)) == [min([2, *column]) for column in columns]
    assert ranks(either(*parts)) == [max([0, *column]) for column in columns]


@quick
@given(raw, raw)
def test_negation_and_tests_keep_their_meaning(one, two):
    first, second = ranks(one), ranks(two)
    assert ranks(negated(one)) == [2 - rank for rank in first]
    assert ranks(raised(one)) == [2 if rank else 0 for rank in first]
    assert ranks(is_y(one)) == [2 if rank == 2 else 0 for rank in first]
    assert ranks(exceeds(one, two)) == [2 if a > b else 0 for a, b in zip(first, second, strict=True)]


@quick
@given(raw, st.dictionaries(st.sampled_from(NAMES), raw))
def test_substituting_is_evaluating_first(expr, known):
    # Of two symbols that are compared with each other none can become a whole expression.
    plain = {name for name, new in known.items() if not isinstance(new, (Const, Sym))}.isdisjoint
    assume(all(plain({c.left, c.right}) for c in comparisons(expr) if '"' not in c.left + c.right))
    shown = substituted(expr, known)
    for values in ALL:
        inner = values | {name: value(new, values) for name, new in known.items()}
        assert value(shown, values) == value(expr, inner)


def comparisons(expr):
    match expr:
        case Compare():
            return [expr]
        case Not(of):
            return comparisons(of)
        case And(parts) | Or(parts):
            return [found for part in parts for found in comparisons(part)]
    return []


@quick
@given(raw)
def test_what_is_printed_reads_back(expr):
    assert ranks(read(text(expr))) == ranks(expr)


# Kconfig's own grammar: || binds loosest, then &&, then !, then comparisons.
def read(shown):
    words = re.findall(r'"[^"]*"|\w+|&&|\|\||[!<>]=|[()!=<>]', shown)

    def alternatives():
        return joined(Or, "||", conjunctions)

    def conjunctions():
        return joined(And, "&&", single)

    def joined(kind, sign, part):
        parts = [part()]
        while words and words[0] == sign:
            words.pop(0)
            parts.append(part())
        return kind(tuple(parts)) if len(parts) > 1 else parts[0]

    def single():
        word = words.pop(0)
        if word == "!":
            return Not(single())
        if word == "(":
            inner = alternatives()
            assert words.pop(0) == ")"
            return inner
        if words and words[0] in OPS:
            return Compare(side(word), words.pop(0), side(words.pop(0)))
        return Const(word) if word in RANK else Sym(word)

    def side(word):
        return f'"{word}"' if word in RANK else word

    found = alternatives()
    assert not words
    return found


@pytest.mark.parametrize(
    ("expr", "shown"),
    [
        (both(Sym("A"), Y, Sym("A")), "A"),
        (both(Sym("A"), N), "n"),
        (both(Sym("A"), M), "A && m"),
        (both(Sym("A"), either(Sym("A"), Sym("B"))), "A"),
        (either(Sym("A"), both(Sym("B"), Sym("A"), Sym("C")), both(Sym("B"), Sym("C"))), "A || B && C"),
        (both(Sym("A"), negated(Sym("A"))), "A && !A"),
        (negated(negated(Sym("A"))), "A"),
        (negated(either(Sym("A"), Sym("B"))), "!(A || B)"),
        (negated(Compare("A", "<", '"m"')), "A >= m"),
        (both(either(Sym("A"), Sym("B")), Not(Compare("A", "=", "B"))), "(A || B) && !(A = B)"),
        (Compare("WORD", "=", '"a " b\\"'), r'WORD = "a \" b\\"'),
        (is_set("A"), "A = y"),
        (is_enabled("A"), "A = m || A = y"),
        (substituted(Compare("A", "!=", '"n"'), {"A": Not(Sym("B"))}), "B != y"),
        (substituted(Compare("A", "=", "B"), {"A": Sym("C"), "B": M}), "C = m"),
        (substituted(Compare("A", "=", '"text"'), {"A": Not(Sym("B"))}), "n"),
    ],
)  # fmt: skip
def test_shown(expr, shown):
    assert text(expr) == shown


def test_a_name_that_nothing_defines():
    assert value(Sym("NOWHERE"), {}) == "n"
    assert value(Compare("NOWHERE", "!=", '"n"'), {}) == "y"
    assert value(Compare("NOWHERE", "=", '"NOWHERE"'), {}) == "y"
    assert (value(is_set("NOWHERE"), {}), value(is_enabled("NOWHERE"), {})) == ("n", "n")
    assert value(Sym("WORD"), {"WORD": "some text"}) == "n"


def test_symbols():
    expr = both(Sym("A"), Compare("B", "=", '"y"'), Not(Compare('"x"', "<", "C")), either(Sym("D"), M))
    assert symbols(expr) == {"A", "B", "C", "D"}


# As expr_calc_value() of scripts/kconfig/expr.c: n, m, y by rank, numbers by value, texts by strcmp.
@pytest.mark.parametrize(
    ("left", "op", "right", "holds"),
    [
        ("m", "<", "y", True),
        ("m", ">", "n", True),
        ("9", "<", "10", True),
        ("0x10", "=", "16", True),
        ("-1", "<", "0", True),
        ("0", "=", "n", True),
        ("abc", "<", "abd", True),
        ("", "<", "5", True),
        ("9", "<", "1_0", False),
        (" 9", "=", "9", False),
        ("2", "=", "two", False),
        ("yes", "=", "y", False),
    ],
)
def test_compared(left, op, right, holds):
    assert compared(left, op, right) is holds
