from __future__ import annotations

from patchtool.backport.adaptation.segments import Segment, position, segments

from .trial import hunk, text

BEFORE = "int a;\n\nvoid f(void)\n{\n\told(a);\n\n\tkeep(a);\n\told(b);\n}\n"
AFTER = "int a;\n\nvoid f(void)\n{\n\tnew(a);\n\tkeep(a);\n\told(b);\n\tmore(b);\n}\n"


def test_a_hunk_is_cut_at_the_lines_that_it_keeps() -> None:
    found = segments(hunk("a.c", BEFORE, AFTER), "a.c", text("a.c", BEFORE))
    assert found == (
        Segment(
            ("\told(a);", ""),
            ("\tnew(a);",),
            ("void f(void)", "{"),
            ("\tkeep(a);", "\told(b);", "}"),
            owner="f",
            times=1,
        ),
        Segment(
            (),
            ("\tmore(b);",),
            ("void f(void)", "{", "\told(a);", "\tkeep(a);", "\told(b);"),
            ("}",),
            owner="f",
            times=0,
        ),
    )
    assert (found[0].removed, found[0].added) == (("\told(a);",), ("\tnew(a);",))


def test_without_upstream_the_hunk_itself_says_what_it_stands_in() -> None:
    found = segments(hunk("a.c", BEFORE, AFTER), "a.c", None)
    assert [(one.owner, one.times) for one in found] == [("f", 0), ("f", 0)]


def test_lines_are_looked_for_nearest_to_where_they_should_be() -> None:
    here = text("a.c", "x\ny\nx\ny\nx\n")
    assert [position(["x", "y"], here, near) for near in (0, 3)] == [0, 2]
    assert position(["y", "y"], here, 0) is None
