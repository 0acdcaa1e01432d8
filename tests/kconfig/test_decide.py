import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from patchtool.core.expr import Compare, N, Not, Sym, Y, both, either, exceeds, is_y, text, value
from patchtool.core.kconfig import Answer, Bounds, Outcome
from patchtool.kconfig.bounds import bounds
from patchtool.kconfig.decide import Change, Decider, agreed, compare, settable, unmet
from patchtool.kconfig.parser import KconfigError
from patchtool.kconfig.search import Limits

from .random_kconfig import Kconfig, kconfigs

SMALL = """
config MODULES
	bool "Modules"
config NET
	tristate "Networking"
config USB
	tristate "USB"
	select CORE
	select DEEP if NET
config CORE
	bool
	depends on NET || !NET
config DEEP
	tristate "Deep"
	depends on NET
config DRIVER
	tristate "Driver"
	depends on USB && NET
	select DEEP
config FORCED
	bool
	depends on !USB
config LOUD
	bool "Loud"
	select FORCED
config LOST
	bool
config NEVER
	bool "Never"
	depends on LOST && USB
config LEVELS
	int
	default 4 if NET
	default 2
config BITS
	int "Bits"
	range 1 64
choice
	prompt "One of"
config BIG
	bool "Big"
config LITTLE
	bool "Little"
endchoice
"""


def decider(text_=SMALL, **limits):
    kconfig = Kconfig(text_)
    return Decider(kconfig.facts.get, kconfig.parsed.with_values, Limits(**limits))


def yes(**assignment):
    return Answer(Outcome.YES, tuple(sorted(assignment.items())))


NO = Answer(Outcome.NO)
LEVELS = Compare("LEVELS", ">", '"3"')


@pytest.mark.parametrize(
    ("expr", "answer"),
    [
        (Sym("NET"), yes(NET="y")),
        (both(Sym("NET"), Not(Sym("NET"))), yes(MODULES="y", NET="m")),
        (both(Sym("CORE"), Not(Sym("CORE"))), NO),
        (both(Sym("USB"), Not(Sym("CORE"))), NO),
        (Sym("NEVER"), NO),
        (LEVELS, yes(NET="y")),
        (both(LEVELS, Not(Sym("NET"))), yes(MODULES="y", NET="m")),
        (both(LEVELS, Compare("NET", "=", '"n"')), NO),
        (Compare("BITS", ">", '"63"'), yes(BITS="64")),
        (Compare("BITS", ">", '"64"'), NO),
        (both(Sym("BIG"), Sym("LITTLE")), NO),
        (Not(either(Sym("BIG"), Sym("LITTLE"))), NO),
        (Sym("LITTLE"), yes(LITTLE="y")),
        (Sym("NOWHERE"), NO),
        (N, NO),
        (Y, yes()),
    ],
    ids=lambda one: text(one) if not isinstance(one, Answer) else str(one.outcome),
)
def test_possible(expr, answer):
    assert decider().possible(expr) == answer


def test_implies_and_same_are_proved_or_refuted_by_a_configuration():
    ask = decider()
    assert ask.implies(Sym("DRIVER"), Sym("DEEP")) == Answer(Outcome.YES)
    assert ask.implies(Sym("DEEP"), Sym("DRIVER")) == Answer(Outcome.NO, (("DEEP", "y"), ("NET", "y")))
    assert ask.same(Sym("NET"), both(Sym("NET"), either(Sym("BIG"), Sym("LITTLE")))) == Answer(Outcome.YES)
    assert ask.same(Sym("NET"), is_y(Sym("NET"))) == Answer(Outcome.NO, (("MODULES", "y"), ("NET", "m")))


@pytest.mark.parametrize(
    ("by", "target", "answer"),
    [
        ("DRIVER", "DEEP", NO),
        # USB=y with NET=m raises DEEP to m alone, which its dependencies allow.
        ("USB", "DEEP", NO),
        # y above m is no offence of a bool's dependencies.
        ("USB", "CORE", NO),
        ("LOUD", "FORCED", yes(LOUD="y", USB="y")),
    ],
)
def test_unmet(by, target, answer):
    ask = decider()
    facts = ask.known.facts(target)
    select = next(edge for edge in facts.selected if edge.by == by)
    assert unmet(ask, select, facts) == answer


def test_what_no_configuration_sets():
    ask = decider()
    dead = [n for n in Kconfig(SMALL).names if settable(ask, ask.known.facts(n)).outcome is Outcome.NO]
    assert dead == ["COUNT", "LOST", "NEVER", "NOWHERE", "WORD"]


def test_a_condition_that_a_change_widens():
    start = 'config SMP\n\tbool "SMP"\nconfig ARCH\n\tdef_bool y\n\tselect '
    old = Kconfig(f"{start}OLD if SMP\nconfig OLD\n\tbool\n")
    new = Kconfig(f"{start}NEW\nconfig NEW\n\tbool\n")
    ask = Decider(agreed(old.facts.get, new.facts.get), new.parsed.with_values)
    before = old.parsed.with_values
    was, now = bounds(old.facts["OLD"]), bounds(new.facts["NEW"])
    assert compare(was, now, ask, before) == Change(gained=yes(), lost=NO)
    assert compare(was, was, ask, before).same
    assert compare(now, Bounds(N, N), ask, before).lost == yes()


def test_limits_leave_a_question_open():
    chain = 'config S0\n\tbool "0"\n' + "".join(
        f"config S{n}\n\tbool\n\tdefault S{n - 1}\n" for n in range(1, 40)
    )
    never = both(Sym("S39"), Not(Sym("S0")))
    assert decider(chain).possible(never) == NO
    assert decider(chain, symbols=20, first=10, failures=2).possible(never).reason == (
        "more than 20 symbols have a say"
    )
    untried = Decider(Kconfig(chain).facts.get).possible(Sym("S39"))
    assert untried == Answer(
        Outcome.UNDECIDED, reason="no configuration was tried; 40 symbols do not rule it out"
    )


def test_what_no_one_looked_into_may_be_anything():
    facts = Kconfig(SMALL).facts
    near = {name: facts[name] for name in ("NEVER", "USB", "MODULES")}
    assert Decider(near.get).possible(Sym("NEVER")).outcome is Outcome.UNDECIDED
    assert Decider(near.get).possible(both(Sym("NEVER"), Compare("USB", "=", '"n"'))) == NO


# Small files of every construct, all of whose configurations are tried.
@settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
@given(kconfigs(), st.randoms(use_true_random=False))
def test_no_answer_is_wrong(text_, random):
    try:
        kconfig = Kconfig(text_)
    except KconfigError:
        assume(False)
    assume(kconfig.size < 300)
    found = kconfig.configurations()
    ask = Decider(kconfig.facts.get, kconfig.parsed.with_values)
    for expr in random.sample(questions(kconfig), 12):
        answer = ask.possible(expr)
        real = [values for values in found if value(expr, values) != "n"]
        if answer.outcome is Outcome.NO:
            assert real == []
        elif answer.outcome is Outcome.YES:
            assert value(expr, kconfig.values(dict(answer.assignment))) != "n"
    for target in kconfig.facts.values():
        for select in target.selected:
            depends = either(*(entry.depends for entry in target.entries))
            if unmet(ask, select, target).outcome is Outcome.NO:
                over = exceeds(select.in_force, depends)
                assert target.kind == "bool" or not any(value(over, values) == "y" for values in found)


def questions(kconfig):
    names = [Sym(name) for name in kconfig.names if kconfig.facts[name].kind in ("bool", "tristate")]
    pairs = [(one, two) for one in names for two in names if one != two]
    entries = [entry for facts in kconfig.facts.values() for entry in facts.entries]
    return [
        *names,
        *map(is_y, names),
        *map(Not, names),
        *(exceeds(one, two) for one, two in pairs),
        *(both(one, Not(two)) for one, two in pairs),
        *(entry.visible for entry in entries),
        *(entry.depends for entry in entries),
    ]
