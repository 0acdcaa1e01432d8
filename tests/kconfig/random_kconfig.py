"""Small Kconfig files of every construct that decides a value, and all of their configurations."""

import itertools
import math
from dataclasses import dataclass

from hypothesis import strategies as st

from patchtool.kconfig.facts import facts_of
from patchtool.kconfig.outline import outline
from patchtool.kconfig.parser import parse

NAMES = ("A", "B", "C", "D", "E", "F")


class TextTree:
    """A tree of one Kconfig file."""

    name = "random"

    def __init__(self, text):
        self.files = {"Kconfig": text.encode(), "arch/tiny/Kconfig": b""}

    def read(self, path):
        return self.files.get(path)

    def paths(self, prefix=""):
        return tuple(sorted(path for path in self.files if path.startswith(prefix)))


@dataclass
class Kconfig:
    """A parsed file, what it says of each symbol, and the values in each of its configurations."""

    text: str
    more: tuple = ()

    def __post_init__(self):
        tree = TextTree(self.text)
        self.parsed = parse(tree, "tiny")
        others = {"NOWHERE", "MODULES", "COUNT", "WORD", *self.more}
        self.names = tuple(sorted(self.parsed.symbols() | others))
        self.facts = facts_of(self.parsed, {"Kconfig": outline(tree.files["Kconfig"])}, self.names)

        self.settable = [name for name in self.names if any(e.prompt for e in self.facts[name].entries)]
        self.choices = [[None, *CHOICES[self.facts[name].kind]] for name in self.settable]
        self.size = math.prod(map(len, self.choices))

    def configurations(self):
        """The values that assignments lead to, each set of values once; what is not defined is left out."""
        found = {}
        for values in itertools.product(*self.choices):
            chosen = {n: v for n, v in zip(self.settable, values, strict=True) if v is not None}
            found[tuple(self.values(chosen).items())] = None
        return [dict(one) for one in found]

    def values(self, chosen):
        """The values of one configuration."""
        found = self.parsed.with_values(chosen)
        return {name: found.value(name) for name in self.names if self.parsed.defined(name)}


CHOICES = {"bool": "ny", "tristate": "nmy", "int": ("1", "5"), "string": ()}
_TEXTS = ("COUNT > 2", "COUNT <= 4", "COUNT = 5", "COUNT != 3", 'WORD = "a"', 'WORD != "b"')
_COUNTS = (
    "",
    'config COUNT\n\tint "count"\n\tdefault 3\n',
    "config COUNT\n\tint\n\tdefault 1 if A\n\tdefault 5\n",
    "config COUNT\n\tint\n\trange 4 9\n\tdefault 6 if !A\n",
    'config WORD\n\tstring\n\tdefault "a" if A\n\tdefault "b" if B\n',
)


def _expressions(before):
    known = (*before, *before, "NOWHERE", "y", "m", "n")
    symbols = st.sampled_from(known)
    sides = st.one_of(st.sampled_from("nmy"), st.sampled_from("nmy"), symbols)
    compared = st.tuples(symbols, st.sampled_from(("=", "!=", "<", ">=")), sides)
    # What counts and words depend on must not depend on them.
    texts = [st.sampled_from(_TEXTS)] if {"A", "B"} <= set(before) else []
    return st.recursive(
        st.one_of(symbols, symbols, compared.map(" ".join), *texts),
        lambda inner: st.one_of(
            st.tuples(inner, st.sampled_from(("&&", "||")), inner).map(lambda t: f"({' '.join(t)})"),
            inner.map(lambda one: f"!({one})"),
        ),
        max_leaves=3,
    )


@st.composite
def _entry(draw, name, before, after, *, member=False):
    expr = _expressions(before)
    prompt = member or draw(st.booleans())
    lines = [f"config {name}", f"\t{draw(st.sampled_from(('bool', 'tristate')))}"]
    if prompt:
        lines[-1] += f' "{name}"'
    if prompt and draw(st.integers(0, 3)) == 0:
        lines[-1] += f" if {draw(expr)}"
    lines += [f"\tdepends on {draw(expr)}" for _ in range(draw(st.integers(0, 1)))]
    if not member:
        lines += [f"\tdefault {draw(expr)} if {draw(expr)}" for _ in range(draw(st.integers(0, 2)))]
    for word in ("select", "select", "imply"):
        if after and draw(st.integers(0, 2)) == 0:
            lines.append(f"\t{word} {draw(st.sampled_from(after))} if {draw(expr)}")
    return "\n".join(lines)


@st.composite
def kconfigs(draw):
    """Texts of Kconfig files with up to six symbols; each mentions those before it, and selects others."""
    names = NAMES[: draw(st.integers(3, len(NAMES)))]
    modules = ("", 'config MODULES\n\tbool "M"\n', "config MODULES\n\tdef_bool y\n")
    parts = [draw(st.sampled_from(modules)), draw(st.sampled_from(_COUNTS))]
    index = 0
    while index < len(names):
        before, rest = names[:index], names[index:]
        shape = draw(st.sampled_from(("plain", "plain", "plain", "if", "menu", "choice")))
        if shape == "choice" and len(rest) >= 2:
            kind = draw(st.sampled_from(("bool", "bool", "tristate")))
            optional = draw(st.sampled_from(("", "", "\toptional\n")))
            parts.append(f'choice\n\t{kind} "c"\n{optional}\tdepends on {draw(_expressions(before))}')
            parts += [draw(_entry(name, before, rest[2:], member=True)) for name in rest[:2]]
            parts.append("endchoice")
            index += 2
            continue
        entry = draw(_entry(rest[0], before, rest[1:]))
        condition = draw(_expressions(before))
        parts += {
            "if": [f"if {condition}", entry, "endif"],
            "menu": [f'menu "m"\n\tdepends on {condition}', entry, "endmenu"],
        }.get(shape, [entry])
        index += 1
    return "\n".join(parts) + "\n"
