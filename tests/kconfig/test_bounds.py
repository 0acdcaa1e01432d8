import pytest
from hypothesis import HealthCheck, assume, given, settings

from patchtool.core.expr import M, N, Sym, Y, both, exceeds, raised, text, value
from patchtool.core.kconfig import Bounds
from patchtool.core.symbol import SymbolFacts
from patchtool.kconfig.bounds import Fixed, bounds, resolved
from patchtool.kconfig.parser import KconfigError

from .random_kconfig import Kconfig, kconfigs

PPC = """
config PPC
	def_bool y
	select RAISED
	select HAVE_FREE if SMP
config SMP
	bool "Symmetric multi-processing"
config NET
	tristate "Networking" if SMP
	default y
	imply PTP
config PTP
	tristate
	depends on SMP
config HAVE_FREE
	bool
config RAISED
	bool "Raised" if SMP
config FIRST
	tristate
	default m if NET
	default y if SMP
config FIRST_BOOL
	bool
	default y if NET
	default SMP
config NOBODY
	bool
config COUNT
	int "How many"
choice
	prompt "Which"
config ONE
	bool "One"
config TWO
	bool "Two" if NET
endchoice
"""


@pytest.mark.parametrize(
    ("name", "least", "most"),
    [
        ("PPC", "y", "y"),
        ("SMP", "n", "y"),
        ("NET", "!(SMP = m || SMP = y)", "y"),
        ("PTP", "NET && SMP", "NET && (SMP = m || SMP = y)"),
        ("HAVE_FREE", "PPC && SMP", "PPC && SMP"),
        ("RAISED", "PPC", "SMP || PPC"),
        ("FIRST", *["m && NET || SMP && !(NET = m || NET = y)"] * 2),
        ("FIRST_BOOL", "NET || SMP", "NET || SMP"),
        ("NOBODY", "n", "n"),
        ("COUNT", "n", "n"),
        ("ONE", "n", "y"),
        ("TWO", "n", "NET"),
        ("NOWHERE", "n", "n"),
    ],
)
def test_bounds(name, least, most):
    found = bounds(Kconfig(PPC, (name,)).facts[name])
    assert (text(found.least), text(found.most)) == (least, most)


def test_a_transitional_symbol_is_what_an_old_configuration_says():
    facts = Kconfig(PPC).facts["SMP"]
    old = SymbolFacts("OLD", "tiny", "bool", facts.entries, transitional=True)
    assert bounds(old) == Bounds(N, Y)


@pytest.mark.parametrize(
    ("expr", "shown"),
    [
        (both(Sym("PPC"), Sym("SMP")), "SMP"),
        (both(Sym("NOBODY"), Sym("SMP")), "n"),
        (exceeds(Sym("SMP"), Sym("PPC")), "n"),
        (exceeds(Sym("SMP"), N), "SMP"),
        (raised(Sym("NET")), "NET = m || NET = y"),
        (both(raised(Sym("SMP")), exceeds(Y, Sym("SMP"))), "n"),
        (both(M, M), "m"),
        (Sym("COUNT"), "n"),
        (exceeds(Sym("NOWHERE"), N), "n"),
        (Sym("UNKNOWN"), "UNKNOWN"),
    ],
)
def test_resolved(expr, shown):
    kconfig = Kconfig(PPC)
    assert text(resolved(expr, kconfig.facts.get)) == shown


def test_what_is_farther_than_the_depth_counts_as_free():
    names = [f"S{n}" for n in range(9)]
    chain = "".join(f"config {a}\n\tdef_bool {b}\n" for a, b in zip(names, [*names[1:], "y"], strict=True))
    lookup = Kconfig(chain).facts.get
    assert Fixed(lookup, depth=8).constant("S0") == Y
    assert Fixed(lookup, depth=7).constant("S0") is None


# Everything that can be had, tried: each value lies between the bounds, and what is fixed is.
@settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
@given(kconfigs())
def test_no_configuration_leaves_the_bounds(text_):
    try:
        kconfig = Kconfig(text_)
    except KconfigError:
        assume(False)
    assume(kconfig.size < 300)
    fixed = Fixed(kconfig.facts.get)
    configurations = kconfig.configurations()
    for name, facts in kconfig.facts.items():
        found = bounds(facts)
        shown = Bounds(fixed.resolved(found.least), fixed.resolved(found.most))
        for values in configurations:
            assert value(shown.least, values) == value(found.least, values)
            assert value(shown.most, values) == value(found.most, values)
            if facts.kind in ("bool", "tristate"):
                assert fixed.constant(name) in (None, {"n": N, "m": M, "y": Y}[values[name]])
                assert between(found, facts, values)


def between(found, facts, values):
    promoted = facts.kind == "bool" or values.get("MODULES", "n") == "n"
    least, most = (value(raised(e) if promoted else e, values) for e in (found.least, found.most))
    if facts.implied and value(raised(found.most), values) == "y":
        most = "y"
    return "nmy".index(least) <= "nmy".index(values[facts.name]) <= "nmy".index(most)
