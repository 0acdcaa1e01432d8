from __future__ import annotations

import kit
from patchtool.backport.adaptation.interdiff import interdiff, note
from patchtool.core.adapt import Act, Dropped, Step
from patchtool.core.finding import Location
from patchtool.mail.diff import parse_diff

UPSTREAM = parse_diff(kit.changed_lines("mm/gather.c", (["old(a, b);", "gone();"], ["new(a, b);"])), "x")


def test_white_space_and_places_are_no_difference() -> None:
    ours = parse_diff(kit.changed_lines("mm/memory.c", (["old(a,  b);", "gone();"], ["new(a, b);"])), "x")
    assert interdiff(UPSTREAM, ours, {"mm/gather.c": ["mm/memory.c"]}) == ""


def test_lines_that_differ_are_shown_file_by_file() -> None:
    ours = parse_diff(
        kit.changed_lines("mm/memory.c", (["old(a, b);"], ["new(a);"]))
        + kit.changed_lines("mm/more.c", (["extra();"], [])),
        "x",
    )
    assert interdiff(UPSTREAM, ours, {"mm/gather.c": ["mm/memory.c"]}) == (
        "--- upstream/mm/gather.c\n+++ here/mm/memory.c\n--gone();\n-+new(a, b);\n++new(a);\n"
        "--- /dev/null\n+++ here/mm/more.c\n+-extra();\n"
    )


def test_the_note_says_each_thing_once() -> None:
    at = Location("arch/s390/Kconfig", 3, "old")
    steps = (
        Step(Act.KCONFIG, "arch/s390/Kconfig", 1, at, "a", "b"),
        Step(Act.CONTEXT, "arch/s390/Kconfig", 2, at, "a", "b"),
        Step(Act.MOVED, "mm/gather.c", 0, Location("mm/memory.c"), "mm/gather.c is mm/memory.c here", "b"),
        Step(Act.LEFTOVER, "arch/x86/Kconfig", 0, Location("arch/x86/Kconfig", 1), "a", "b"),
    )
    dropped = (Dropped("a.h", 1, "x", "y"), Dropped("b.h", 1, "x", "y"), Dropped("c.h", 0, "x", "y"))
    assert note(steps, dropped, {"a.h": 1, "b.h": 2, "c.h": 3}) == (
        "context adjusted in arch/s390/Kconfig; mm/gather.c is mm/memory.c here;"
        " arch/x86/Kconfig changed too;"
        " a.h left out; part of b.h left out; c.h left out"
    )
    assert note((), (), {}) == ""


def test_a_note_names_the_files_of_adjusted_context_together() -> None:
    def said(*paths: str) -> str:
        return note((Step(Act.CONTEXT, path, 1, Location(path, 3), "a", "b") for path in paths), (), {})

    assert said("a.c", "b.c", "a.c") == "context adjusted in a.c and b.c"
    assert said("a.c", "b.c", "c.c", "d.c") == "context adjusted in a.c, b.c, c.c and d.c"
    assert said("a.c", "b.c", "c.c", "d.c", "e.c") == "context adjusted in a.c, b.c, c.c and 2 more files"
