"""Conditions of a real kernel, proved or shown by a configuration of it."""

import pytest

from patchtool.core.expr import Sym, both, exceeds, is_set, negated, raised, text
from patchtool.core.kconfig import Answer, Bounds, Outcome
from patchtool.kconfig.bounds import Fixed, bounds
from patchtool.kconfig.decide import Decider, unmet
from patchtool.kconfig.partial import partial

pytestmark = pytest.mark.realtree
NO = Answer(Outcome.NO)


def test_when_page_tables_are_freed_by_rcu_on_sparc(kernel):
    sparc = partial(kernel("mainline"), "sparc")
    ask, fixed = Decider(sparc.lookup, sparc.with_values), Fixed(sparc.lookup)
    symbol = Sym("HAVE_RCU_TABLE_FREE")
    found = bounds(sparc.lookup(symbol.name))
    shown = Bounds(fixed.resolved(found.least), fixed.resolved(found.most))
    assert (text(shown.least), text(shown.most)) == ("SPARC64 && SMP",) * 2
    assert ask.possible(exceeds(found.most, Sym("SMP"))) == NO
    assert ask.possible(exceeds(symbol, found.least)) == NO
    # What dropping its `if SMP` gains: the 64-bit kernel for one processor.
    gained = ask.exceeds(Sym("SPARC64"), found.most)
    assert (gained.outcome, gained.assignment) == (Outcome.YES, (("64BIT", "y"),))
    assert text(fixed.resolved(raised(both(Sym("SPARC"), symbol)))) == "HAVE_RCU_TABLE_FREE"


# IP_VS_IPV6 alone can raise IP6_NF_IPTABLES, and depends on `IPV6 = y || IP_VS = IPV6`.
def test_two_symbols_that_are_compared_with_each_other(kernel):
    arm64 = partial(kernel("mainline"), "arm64")
    ask = Decider(arm64.lookup, arm64.with_values)
    target = arm64.lookup("NF_DUP_IPV6")
    select = next(edge for edge in target.selected if edge.by == "NETFILTER_XT_TARGET_TEE")
    assert unmet(ask, select, target) == NO
    refuted = ask.implies(is_set("IPV6"), negated(is_set("NET")))
    assert refuted.outcome is Outcome.NO
    assert dict(refuted.assignment)["NET"] == "y"
