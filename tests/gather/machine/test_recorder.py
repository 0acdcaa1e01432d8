"""What is kept of a run: machines with their places, and the objects after each step of a trace."""

from patchtool.core.finding import Verdict
from patchtool.core.model import ModelReport, ModelRun, ObjectState, PropertyVerdict, TraceStep
from patchtool.gather.machine.machine import Machine
from patchtool.gather.machine.program import Effect, Kind, assemble
from patchtool.gather.machine.recorder import Recorder

EARLY = assemble([[Effect(Kind.UNHOOK, (1,)), Effect(Kind.FREE, (1,))]])


def run_of(recorder, machine):
    """A run as the model reports it."""
    result = recorder.explore(machine)
    verdicts = tuple(
        PropertyVerdict(
            name, Verdict.VIOLATED, "", tuple(TraceStep(step.thread, step.action or "acts") for step in trace)
        )
        for name, trace in result.traces.items()
    )
    return ModelRun("toy", "SMP", "munmap", verdicts, result.states, machine.program.id)


def traces_of(recorder, run):
    """The traces, each step with the objects after it, by property."""
    (after,) = recorder.with_objects(ModelReport("v1", "", (run,))).runs
    return {p.name: p.trace for p in after.properties}


def found():
    recorder = Recorder()
    machine = Machine(EARLY, 2, "page-table", True)
    return recorder, machine, run_of(recorder, machine)


def test_each_step_gets_the_objects_after_it():
    recorder, _, run = found()
    trace = traces_of(recorder, run)["hw-uaf"]
    lower = [step.objects[1] for step in trace]
    assert [(step.thread, o.hooked, o.freed) for step, o in zip(trace, lower, strict=True)] == [
        ("CPU0", True, False),
        ("CPU0", True, False),
        ("CPU0", True, False),
        ("U", False, False),
        ("U", False, True),
        ("CPU0", False, True),
    ]
    assert lower[3] == ObjectState("table 1", False, False, ("CPU0 walk cache", "CPU0 reads next"))
    assert trace[0].objects[2] == ObjectState("the page", True, False)


def test_software_walkers_callbacks_and_the_tlb_hold_objects_too():
    recorder = Recorder()
    effects = [Effect(Kind.UNHOOK, (2,)), Effect(Kind.CALL_RCU, (0,)), Effect(Kind.FREE, (2,))]
    traces = traces_of(recorder, run_of(recorder, Machine(assemble([effects]), 2, "page-table", True)))
    assert traces["page-uaf"][-1].objects[2] == ObjectState("the page", False, True, ("CPU0 TLB",))
    assert [(step.thread, step.objects[0].holders) for step in traces["sw-uaf"]] == [
        ("U", ()),
        ("U", ("RCU callback",)),
        ("RCU", ()),
        ("SW1", ()),
        ("SW1", ("SW1 reads next",)),
        ("SW1", ()),
    ]


def test_the_machine_behind_a_run_is_found_by_its_program_and_what_it_does():
    recorder, machine, run = found()
    alone = Machine(EARLY, 1, "page-table", True)
    recorder.explore(alone)
    assert recorder.machine_of(run) is machine
    assert recorder.machines() == (machine, alone)


def test_a_run_without_a_program_has_no_machine_and_stays_as_it_is():
    recorder, _, _ = found()
    undecided = PropertyVerdict("order", Verdict.UNDECIDED, "mm/a.c:1: unknown")
    report = ModelReport("v1", "", (ModelRun("toy", "SMP", "munmap", (undecided,), 0),))
    assert recorder.machine_of(report.runs[0]) is None
    assert recorder.with_objects(report) == report
