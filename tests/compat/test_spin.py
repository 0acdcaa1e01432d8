"""SPIN on the Promela twins: what it finds violated, and met, is what patchtool's own search finds.

Each twin is compiled once; its one full search prints every violation and witness, and counts invalid end
states, which are deadlocks.
"""

import random
import re
import shutil
import subprocess

import pytest

from patchtool.gather.machine.explorer import explore
from patchtool.gather.machine.machine import PROPERTIES, Machine
from patchtool.gather.machine.program import Effect, Kind, Reach, Scope, assemble
from patchtool.gather.machine.promela import STATED, promela
from patchtool.gather.machine.recorder import Recorder
from patchtool.gather.run import run_model, supported
from patchtool.mail.series import read_series
from patchtool.tree.git import Scratch
from patchtool.tree.snapshot import Snapshot
from patchtool.tree.stack import Stack

pytestmark = pytest.mark.skipif(
    not (shutil.which("spin") and shutil.which("gcc")),
    reason="spin or gcc is not installed: the model was NOT compared with SPIN (apt-get install spin gcc)",
)
_COMPILE = ("gcc", "-O0", "-w", "-DPRINTF", "-DSAFETY", "-DNOREDUCE", "-o", "pan", "pan.c")
_SAID = re.compile(r"^\s*(violated|witness): ([\w-]+)$", re.MULTILINE)


def tool(folder, *command):
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False, timeout=300)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def spin(folder, machine):
    """What SPIN finds: (violated properties, witnesses)."""
    (folder / "twin.pml").write_text(promela(machine))
    assert tool(folder, "spin", "-a", "twin.pml") == ""
    tool(folder, *_COMPILE)
    said = tool(folder, "./pan", "-m2000000", "-c0")
    assert "State-vector" in said
    assert "max search depth too small" not in said
    errors = int(re.search(r"errors: (\d+)", said)[1])
    found = {"violated": set(), "witness": set()}
    for kind, name in _SAID.findall(said):
        found[kind].add(name)
    return found["violated"] | ({"deadlock"} if errors else set()), found["witness"]


def assert_agree(folder, machine, ours=None):
    ours = ours or explore(machine, 1_000_000)
    assert ours.complete
    theirs = spin(folder, machine)
    assert theirs == (set(ours.traces), set(ours.witnesses)), machine.program.id


class Seen(Recorder):
    """Hands out each machine with what was found."""

    def explored(self):
        return [(machine, self.explore(machine)) for machine in self.machines()]


def test_the_properties_are_the_machines():
    assert {*STATED, "deadlock"} == set(PROPERTIES)


FREE_TOO_EARLY = (Effect(Kind.UNHOOK, (1,)), Effect(Kind.FREE, (1,)))
BOTH = (Effect(Kind.UNHOOK, (2,)), Effect(Kind.UNHOOK, (1,)), Effect(Kind.UNHOOK, (0,)))
ALL = Effect(Kind.TLBI, scope=Scope.ALL, reach=Reach.BROADCAST)
RELEASE = tuple(Effect(Kind.FREE, (number,)) for number in (2, 1, 0))
BY_RCU = (Effect(Kind.CALL_RCU, (1, 0)), Effect(Kind.FREE, (2,)))
HAND_MADE = {
    "order hw-uaf sw-uaf": FREE_TOO_EARLY,
    "sw-uaf": (*BOTH, ALL, *RELEASE),
    "nothing": (*BOTH, ALL, *BY_RCU),
    "page-uaf": (*BOTH, Effect(Kind.TLBI, scope=Scope.TABLES, reach=Reach.IPI), *BY_RCU),
    "leak": (*BOTH, ALL, Effect(Kind.CALL_RCU, (0,))),
    "dfree sw-uaf": (*BOTH, ALL, *BY_RCU, Effect(Kind.FREE, (0,))),
    "2flush": (Effect(Kind.FLUSH), *BOTH, ALL, Effect(Kind.FLUSH), Effect(Kind.FLUSH), *BY_RCU),
}


@pytest.mark.parametrize("expected", HAND_MADE)
def test_hand_made_programs_break_what_they_should(tmp_path, expected):
    machine = Machine(assemble([HAND_MADE[expected]]), 2, "page-table", True)
    ours = explore(machine, 1_000_000)
    assert sorted(ours.traces) == sorted(expected.replace("nothing", "").split())
    assert_agree(tmp_path, machine, ours)


def random_effect(dice):
    kind = dice.choice([k for k in Kind if k is not Kind.CHOICE])
    objects = tuple(dice.sample(range(3), dice.choice((1, 1, 2)))) if kind in _WITH_OBJECTS else ()
    tlbi = kind is Kind.TLBI
    scope, reach = (dice.choice(list(Scope)), dice.choice(list(Reach))) if tlbi else (None, None)
    return Effect(kind, objects, scope, reach)


_WITH_OBJECTS = {Kind.UNHOOK, Kind.FREE, Kind.CALL_RCU}


@pytest.mark.parametrize("seed", range(12))
def test_random_programs(tmp_path, seed):
    dice = random.Random(seed)
    runs = [
        [
            Effect(Kind.CHOICE, question="alloc", answer=answer),
            Effect(Kind.UNHOOK, (2,)),
            Effect(Kind.UNHOOK, (1,)),
            *(random_effect(dice) for _ in range(dice.randrange(2, 8))),
        ]
        for answer in ("ok", "fail")
    ]
    hardware = ("page-table", "hashed", "refill", "none")[seed % 4]
    machine = Machine(assemble(runs), 1 + seed % 3 % 2, hardware, seed % 5 != 4, seed % 7 == 6)
    assert_agree(tmp_path, machine)


def test_one_property_alone_stops_with_a_trail(tmp_path):
    (tmp_path / "twin.pml").write_text(promela(Machine(assemble([FREE_TOO_EARLY]), 2, "page-table", True)))
    for name, broken in (("order", True), ("sw_uaf", True), ("leak", False)):
        tool(tmp_path, "spin", "-a", f"-DONLY={name}", "twin.pml")
        tool(tmp_path, "gcc", "-O0", "-w", "-DSAFETY", "-DNOREDUCE", "-o", "pan", "pan.c")
        said = tool(tmp_path, "./pan", "-m1000000")
        assert ("errors: 1" in said) == broken == (tmp_path / "twin.pml.trail").exists(), name
        (tmp_path / "twin.pml.trail").unlink(missing_ok=True)


def machines_of(tree):
    """Every machine of a tree, with what was found; equal ones once."""
    seen = Seen()
    run_model(tree, [arch for arch in supported() if tree.has(f"arch/{arch}/Kconfig")], seen)
    return seen.explored()


@pytest.mark.parametrize("applied", ["nothing", "v1"])
def test_every_machine_of_the_mini_kernel(tmp_path, mini, series, applied):
    with Scratch(mini) as scratch:
        tree = Snapshot(scratch, scratch.resolve("mainline"), "mainline")
        if applied == "v1":
            stack = Stack(scratch, tree.oid)
            oids = [stack.apply(patch.diff) for patch in read_series(str(series / "v1.mbox")).patches]
            tree = tree.derive(oids[-1], "last")
        found = machines_of(tree)
    assert len(found) > 20
    for machine, ours in found:
        assert_agree(tmp_path, machine, ours)


@pytest.mark.realtree
def test_every_machine_of_mainline(tmp_path, kernels):
    with Scratch(kernels) as scratch:
        found = machines_of(Snapshot(scratch, scratch.resolve("mainline"), "mainline"))
    assert len(found) > 20
    for machine, ours in found:
        assert_agree(tmp_path, machine, ours)
