from patchtool.core.finding import Location
from patchtool.core.model import TraceStep
from patchtool.report.timeline import timeline


def test_one_column_a_thread_with_function_and_place():
    trace = (
        TraceStep("U", "frees table 1", "free_it", Location("mm/a.c", 12, "v1")),
        TraceStep("RCU", "callback frees table 0"),
        TraceStep("CPU0", "hardware walker reads table 0, which is freed"),
    )
    assert timeline(trace) == (
        "     U                                   CPU0                                RCU\n"
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
