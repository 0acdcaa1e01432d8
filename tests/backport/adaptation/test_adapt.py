from __future__ import annotations

from pathlib import Path

from patchtool.core.adapt import Act, Adapted, Blocked, Dropped, Obstacle
from patchtool.core.finding import Location
from patchtool.core.rename import Rename

from .trial import Trial

TLB = """\
void tlb_start(struct mmu_gather *tlb)
{
	tlb->end = 0;
	tlb->need_flush = 1;
	tlb_ready(tlb);
}

void tlb_finish(struct mmu_gather *tlb)
{
	tlb_flush(tlb);
	tlb->end = 0;
}
"""
FIXED = TLB.replace("\ttlb_flush(tlb);\n", "\ttlb_flush_all(tlb);\n")


def acts(found: Adapted | Blocked) -> list[tuple[Act, str]]:
    steps = found.steps if isinstance(found, Adapted) else found.found
    return [(step.act, f"{step.at.path}:{step.at.line}") for step in steps]


def test_context_that_differs_is_a_step_with_its_evidence(tmp_path: Path) -> None:
    here = TLB.replace("\ttlb->end = 0;\n}", "\ttlb->start = 0;\n}")
    trial = Trial(
        tmp_path, {"mm/tlb.c": TLB, "mm/other.c": "int a;\n"}, {"mm/tlb.c": here, "mm/other.c": "int a;\n"}
    )
    found = trial.adapt({"mm/tlb.c": FIXED, "mm/other.c": "int b;\n"})
    assert isinstance(found, Adapted)
    assert trial.after == {
        "mm/tlb.c": here.replace("\ttlb_flush(tlb);\n", "\ttlb_flush_all(tlb);\n"),
        "mm/other.c": "int b;\n",
    }
    (step,) = found.steps
    assert (step.act, step.path, step.hunk, step.at) == (
        Act.CONTEXT,
        "mm/tlb.c",
        1,
        Location("mm/tlb.c", 10, "old"),
    )
    assert step.what == "`tlb->end = 0;` is not beside it"
    assert step.why == "`tlb_flush(tlb);` stands in tlb_finish beside `{`"
    assert (found.note, found.interdiff, found.dropped) == ("context adjusted in mm/tlb.c", "", ())


def test_a_hunk_without_a_certain_place_blocks_the_patch_and_names_the_candidates(tmp_path: Path) -> None:
    here = TLB.replace("\ttlb_flush(tlb);\n", "\ttlb_flush(tlb);\n\ttlb_more(tlb);\n\ttlb_flush(tlb);\n")
    found = Trial(tmp_path, {"mm/tlb.c": TLB}, {"mm/tlb.c": here}).adapt({"mm/tlb.c": FIXED})
    assert found == Blocked(
        (Obstacle("mm/tlb.c", 1, "it stands 2 times there, 1 upstream", ("mm/tlb.c:10", "mm/tlb.c:12")),),
    )


def test_a_merged_file_is_followed_by_its_functions(tmp_path: Path) -> None:
    here = f"int memory;\n\nvoid memory_init(void)\n{{\n\tmemory = 1;\n}}\n\n{TLB}"
    trial = Trial(tmp_path, {"mm/tlb.c": TLB, "mm/memory.c": "int memory;\n"}, {"mm/memory.c": here})
    found = trial.adapt({"mm/tlb.c": FIXED})
    assert isinstance(found, Adapted)
    assert trial.after == {"mm/memory.c": here.replace("\ttlb_flush(tlb);\n", "\ttlb_flush_all(tlb);\n")}
    assert acts(found) == [(Act.MOVED, "mm/memory.c:15")]
    assert found.note == "mm/tlb.c is mm/memory.c here"


def test_a_split_header_is_followed_into_its_parts(tmp_path: Path) -> None:
    old = {"include/32/tlb.h": f"#define WIDTH 32\n{TLB}", "include/64/tlb.h": f"#define WIDTH 64\n{TLB}"}
    trial = Trial(tmp_path, {"include/tlb.h": TLB}, old)
    for upstream in (True, False):
        found = trial.adapt({"include/tlb.h": FIXED}, upstream=upstream)
        assert isinstance(found, Adapted)
        assert sorted(trial.after) == ["include/32/tlb.h", "include/64/tlb.h"]
        assert found.note == "include/tlb.h is include/32/tlb.h and include/64/tlb.h here"


def test_copies_that_upstream_has_too_are_no_home(tmp_path: Path) -> None:
    copies = {"mm/one.c": f"int one;\n{TLB}", "mm/two.c": f"int two;\n{TLB}"}
    found = Trial(tmp_path, {"mm/tlb.c": TLB, **copies}, copies).adapt({"mm/tlb.c": FIXED})
    assert found == Blocked((Obstacle("mm/tlb.c", 1, "no such file", ("mm/one.c", "mm/two.c")),))


def test_names_are_put_back_to_those_that_the_target_has(tmp_path: Path) -> None:
    code = "void f(void)\n{\n#ifdef CONFIG_NEW_NAME\n\tone();\n#endif\n}\n"
    kconfig = "config FOO\n\tbool\n\nconfig NEW_NAME\n\tbool\n"
    old = {"arch/Kconfig": kconfig.replace("NEW", "OLD"), "mm/f.c": code.replace("NEW", "OLD")}
    trial = Trial(tmp_path, {"arch/Kconfig": kconfig, "mm/f.c": code}, old)
    fixed = code.replace("\tone();\n", "\tone();\n#ifndef CONFIG_NEW_NAME\n\ttwo();\n#endif\n")
    found = trial.adapt({"mm/f.c": fixed}, renames=[Rename("OLD_NAME", "NEW_NAME", source="a table")])
    assert isinstance(found, Adapted)
    assert trial.after == {"mm/f.c": fixed.replace("NEW", "OLD")}
    assert found.note == "NEW_NAME is OLD_NAME here"


def test_a_removed_symbol_of_opposite_meaning_goes_with_all_that_selects_it(tmp_path: Path) -> None:
    code = "void f(void)\n{\n#ifndef CONFIG_NO_FLUSH\n\ttlb_flush();\n#endif\n}\n"
    new = {
        "arch/Kconfig": "config FOO\n\tbool\n\nconfig NO_FLUSH\n\tbool\n\nconfig BAR\n\tbool\n",
        "arch/a/Kconfig": "config A\n\tselect FOO\n\tselect NO_FLUSH\n\tselect BAR\n",
        "arch/b/Kconfig": "config B\n\tselect FOO\n\tselect BAR\n",
        "mm/f.c": code,
    }
    old = {
        "arch/Kconfig": "config FOO\n\tbool\n\nconfig FLUSH\n\tbool\n\nconfig MORE\n\tbool\n",
        "arch/a/Kconfig": "config A\n\tselect FOO\n\tselect BAR\n",
        "arch/b/Kconfig": "config B\n\tselect FOO\n\tselect FLUSH\n\tselect BAR\n",
        "mm/f.c": code.replace("#ifndef CONFIG_NO_FLUSH", "#ifdef CONFIG_FLUSH"),
    }
    trial = Trial(tmp_path, new, old)
    fixed = {
        "arch/Kconfig": "config FOO\n\tbool\n\nconfig BAR\n\tbool\n",
        "arch/a/Kconfig": "config A\n\tselect FOO\n\tselect BAR\n",
        "mm/f.c": code.replace("#ifndef CONFIG_NO_FLUSH\n", "").replace("#endif\n", ""),
    }
    found = trial.adapt(fixed, renames=[Rename("FLUSH", "NO_FLUSH", inverted=True, source="a table")])
    assert isinstance(found, Adapted)
    assert trial.after == {
        "arch/Kconfig": "config FOO\n\tbool\n\nconfig MORE\n\tbool\n",
        "arch/b/Kconfig": "config B\n\tselect FOO\n\tselect BAR\n",
        "mm/f.c": fixed["mm/f.c"],
    }
    why = "NO_FLUSH is FLUSH here, of opposite meaning: where upstream selects it, nothing is selected here"
    assert found.dropped == (Dropped("arch/a/Kconfig", 1, "-select NO_FLUSH", why),)
    assert [act for act, _ in acts(found)].count(Act.LEFTOVER) == 1


def test_hunks_of_what_the_target_has_nothing_of_are_dropped_with_a_reason(tmp_path: Path) -> None:
    new = {
        "mm/tlb.c": TLB,
        "mm/late.c": "int late_value;\n\nvoid late_init(void)\n{\n\tlate_start();\n}\n",
        "arch/new/Kconfig": "config NEWARCH\n\tselect FOO\n",
        "mm/doc.c": "int a;\n/*\n * About late_start().\n */\n",
    }
    trial = Trial(tmp_path, new, {"mm/tlb.c": TLB, "mm/doc.c": "int a;\n"})
    changes = {
        "mm/tlb.c": FIXED,
        "mm/late.c": new["mm/late.c"].replace("\tlate_start();\n", "\tlate_start();\n\tlate_more();\n"),
        "arch/new/Kconfig": "config NEWARCH\n\tselect BAR\n",
        "mm/doc.c": "int a;\n/*\n * About late_more().\n */\n",
    }
    found = trial.adapt(changes)
    assert isinstance(found, Adapted)
    assert trial.after == {"mm/tlb.c": FIXED}
    assert found.dropped == (
        Dropped("arch/new/Kconfig", 1, "-select FOO", "there is no arch/new here"),
        Dropped("mm/doc.c", 1, "-* About late_start().", "it only changes a comment that is not here"),
        Dropped("mm/late.c", 1, "+late_more();", "neither mm/late.c nor anything of late_init is here"),
    )


def test_nothing_left_is_no_success(tmp_path: Path) -> None:
    new = {"arch/new/tlb.c": TLB, "mm/a.c": "int a;\n"}
    found = Trial(tmp_path, new, {"mm/a.c": "int a;\n"}).adapt({"arch/new/tlb.c": FIXED})
    assert found == Blocked((Obstacle("", 0, "nothing of the patch is left to do"),))


def test_a_whole_file_that_does_not_fit_blocks(tmp_path: Path) -> None:
    trial = Trial(tmp_path, {"mm/a.c": "int a;\n"}, {"mm/a.c": "int a;\n", "mm/new.c": "int b;\n"})
    assert trial.adapt({"mm/new.c": "int c;\n"}) == Blocked(
        (Obstacle("mm/new.c", 0, "the new file is there already, or another one of its name"),)
    )
    gone = Trial(tmp_path / "2", {"mm/a.c": "int a;\n", "mm/b.c": "int b;\n"}, {"mm/a.c": "int a;\n"})
    found = gone.adapt({"mm/b.c": None, "mm/a.c": "int c;\n"})
    assert isinstance(found, Adapted)
    assert found.dropped == (Dropped("mm/b.c", 0, "the file goes", "it is not here"),)


def test_a_name_of_opposite_meaning_in_no_form_that_can_be_turned_blocks(tmp_path: Path) -> None:
    new = {"arch/Kconfig": "config FOO\n\tbool\n\nconfig NO_FLUSH\n\tbool\n", "mm/f.c": TLB}
    old = {
        "arch/Kconfig": "config FOO\n\tbool\n\nconfig FLUSH\n\tbool\n",
        "mm/f.c": TLB.replace("\ttlb->end = 0;\n}", "\ttlb->start = 0;\n}"),
    }
    fixed = TLB.replace("\ttlb_flush(tlb);\n", "\ttlb_flush(tlb, CONFIG_NO_FLUSH);\n")
    trial = Trial(tmp_path, new, old)
    found = trial.adapt({"mm/f.c": fixed}, renames=[Rename("FLUSH", "NO_FLUSH", inverted=True)])
    reason = "`tlb_flush(tlb, CONFIG_NO_FLUSH);` names a symbol of opposite meaning here"
    assert found == Blocked((Obstacle("mm/f.c", 1, f"{reason}, in a form that can't be turned"),))


def test_a_name_with_several_old_ones_here_blocks_and_names_them(tmp_path: Path) -> None:
    code = "void f(void)\n{\n#ifdef CONFIG_BOTH\n\tone();\n#endif\n}\n"
    new = {"arch/Kconfig": "config BOTH\n\tbool\n", "mm/f.c": code}
    old = {
        "arch/Kconfig": "config LEFT\n\tbool\n\nconfig RIGHT\n\tbool\n",
        "mm/f.c": code.replace("BOTH", "LEFT"),
    }
    renames = [Rename("LEFT", "BOTH"), Rename("RIGHT", "BOTH")]
    fixed = code.replace("one", "two")
    found = Trial(tmp_path, new, old).adapt({"mm/f.c": fixed}, renames=renames)
    assert found == Blocked((Obstacle("mm/f.c", 1, "BOTH may be any of 2 names here", ("LEFT", "RIGHT")),))


def test_a_file_that_upstream_has_a_copy_in_is_no_home(tmp_path: Path) -> None:
    copy = {"mm/copy.c": f"int copy;\n{TLB}"}
    found = Trial(tmp_path, {"mm/tlb.c": TLB, **copy}, copy).adapt({"mm/tlb.c": FIXED})
    assert found == Blocked((Obstacle("mm/tlb.c", 1, "no such file", ("mm/copy.c",)),))
