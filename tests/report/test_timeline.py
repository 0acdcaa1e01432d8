import pytest

from patchtool.core.finding import Location
from patchtool.core.model import TraceStep
from patchtool.gather.machine.machine import PROPERTIES
from patchtool.report.timeline import MEANINGS, thread_role, timeline


def test_one_column_a_thread_with_function_and_place():
    trace = (
        TraceStep("U", "frees table 1", "free_it", Location("mm/a.c", 12, "v1")),
        TraceStep("RCU", "callback frees table 0"),
        TraceStep("CPU0", "hardware walker reads table 0, which is freed"),
    )
    assert timeline(trace) == (
        "     U: the CPU that unmaps              CPU0: hardware walker of CPU 0      "
        "RCU: callbacks after a grace period\n"
        "  1  frees table 1\n"
        "     free_it()\n"
        "     v1:mm/a.c:12\n"
        "  2  "
        "                                                                        callback frees table 0\n"
        "  3                                      hardware walker reads table 0,\n"
        "                                         which is freed\n"
    )


def test_no_trace_no_text():
    assert timeline(()) == ""


def test_the_last_line_says_what_is_violated():
    text = timeline((TraceStep("U", "frees table 1"),), "order")
    assert text.splitlines()[-1] == (
        "  => order: a page table is freed before a TLB invalidation that began after its unhooking"
    )
    assert timeline((TraceStep("U", "frees table 1"),), "odd") == timeline((TraceStep("U", "frees table 1"),))


@pytest.mark.parametrize(
    ("thread", "role"),
    [
        ("U", "the CPU that unmaps"),
        ("CPU1", "hardware walker of CPU 1"),
        ("SW1", "software walker on CPU 1"),
        ("RCU", "callbacks after a grace period"),
        ("x", ""),
    ],
)
def test_each_thread_is_explained(thread, role):
    assert thread_role(thread) == role


def test_every_property_of_the_model_has_a_meaning():
    assert set(MEANINGS) == set(PROPERTIES)
