"""Steps by number are the machine's own, in the same order, from every state."""

from __future__ import annotations

import pytest
from toy_tree import FILES, TOY, Tree, program

from patchtool.gather.machine.machine import Machine
from patchtool.gather.machine.steps import Steps


@pytest.mark.parametrize("hardware", ["page-table", "hashed", "refill", "none"])
@pytest.mark.parametrize("cpus", [1, 2])
@pytest.mark.parametrize("software", [True, False])
def test_every_step_is_the_machine_s(hardware, cpus, software):
    machine = Machine(program(Tree(FILES), "munmap", TOY), cpus, hardware, software)
    steps = Steps(machine)
    pairs = {steps.first: machine.init()}
    waiting = [steps.first]
    for code in waiting:
        state = pairs[code]
        expected = list(machine.steps(state))
        found = steps.of(code)
        assert [(m.thread, m.action, m.violates, m.witness) for _, m in found] == [
            (s.thread, s.action, s.violates, s.witness) for s in expected
        ]
        assert (steps.pc(code), steps.broken(code), steps.finished(code)) == (
            state.pc, machine.broken(state), machine.finished(state),
        )  # fmt: skip
        for (after, _), step in zip(found, expected, strict=True):
            if after not in pairs:
                pairs[after] = step.state
                waiting.append(after)
            assert pairs[after] == step.state
    assert len(set(pairs.values())) == len(pairs)
