"""Which successor of a name is meant at a place."""

from __future__ import annotations

from patchtool.core.rename import Rename, fitting, in_flux

WHOLE = Rename("OLD", "WHOLE")
BATCH = Rename("OLD", "BATCH", kinds=("code",), around=("batch",))


def test_what_is_made_for_the_place_comes_before_what_is_for_all() -> None:
    def meant(kind: str, block: str = "") -> tuple[Rename, ...]:
        return fitting((WHOLE, BATCH), kind, block, lambda _: True)

    assert meant("select") == (WHOLE,)
    assert meant("code") == (WHOLE,)
    assert meant("code", "struct batch *b;") == (BATCH,)
    assert meant("depends", "struct batch *b;") == (WHOLE,)


def test_names_that_the_tree_defines_come_first() -> None:
    assert fitting((WHOLE, BATCH), "code", "batch", {"WHOLE"}.__contains__) == (WHOLE,)
    assert fitting((WHOLE, BATCH), "select", "", {"BATCH"}.__contains__) == (BATCH,)
    assert fitting((WHOLE, BATCH), "select", "", lambda _: False) == (WHOLE,)
    two = Rename("OLD", "OTHER")
    assert fitting((WHOLE, two), "code", "", lambda _: True) == (WHOLE, two)


def test_what_is_in_flux() -> None:
    renames = (WHOLE, Rename("GONE", "COMES"))
    assert in_flux(renames, {"OLD"}.__contains__) == {"OLD", "GONE", "WHOLE"}
