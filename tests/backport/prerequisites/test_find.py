"""The door: prerequisites found without being named, minimal, in order and proven; and where it stops."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from kit import commit, diff, fingerprint, git, kernel, one, patch
from patchtool.backport.prerequisites.find import Terms, prerequisites
from patchtool.backport.targets import find_target
from patchtool.core.finding import Verdict
from patchtool.core.plan import Target
from patchtool.core.prerequisite import Applied, Budget, Checked, Cost, Found, Need, NoHistory
from patchtool.mail.series import read_series
from patchtool.tree.git import Scratch
from patchtool.tree.snapshot import Snapshot

HEADER = "struct gather {\n\tint start;\n\tint end;\n\tint fullmm;\n};\n"
BODY = "int look(struct gather *g)\n{\n\tint v = 0;\n\tv += 1;\n\tv += 2;\n\treturn v;\n}\n"
CODE = f"#include <linux/gather.h>\n\n{BODY}"
FILES = {"include/linux/gather.h": HEADER, "mm/look.c": CODE}
LEVELS = "cleared_pmds, cleared_ptes, cleared_p4ds, cleared_puds"
NOW = CODE.replace("v += 2", "v += g->freed")


# Without the times: git renews that of an object which it would write and finds in the repository.
def contents(folder: Path) -> dict[str, tuple[int, str]]:
    return {path: (mode, digest) for path, (_, mode, digest) in fingerprint(folder).items()}


def member(header: str, name: str) -> dict[str, str]:
    return {"include/linux/gather.h": header.replace("\tint end;\n", f"\tint end;\n\tint {name};\n")}


def grown(folder: Path, *steps: Mapping[str, str | None], files: Mapping[str, str] = FILES) -> list[str]:
    """A kernel whose first commit is the branch `target` and whose `main` has these; their ids."""
    repo = kernel(folder, files)
    git(repo, "branch", "target")
    return [commit(repo, step) for step in steps]


def asked(repo: Path, text: bytes, terms: Terms | None = None, target: str = "target") -> Found | NoHistory:
    with Scratch(repo) as scratch:
        oid = scratch.resolve(target) or ""
        tree = Snapshot(scratch, oid, target)
        return prerequisites(Target(target, target, oid, ""), tree, [patch(text)], "main", terms or Terms())


def found(repo: Path, text: bytes, terms: Terms | None = None) -> Found:
    answer = asked(repo, text, terms)
    assert isinstance(answer, Found)
    return answer


def needs(answer: Found) -> list[tuple[str, Need]]:
    return [(one.oid, one.need) for one in answer.commits]


def test_on_the_mini_kernel_the_members_come_with_the_two_commits_that_brought_them(
    mini: Path, series: Path
) -> None:
    v1, before = read_series(str(series / "v1.mbox")), contents(mini)
    with Scratch(mini) as scratch:
        target, tree = find_target(scratch, "4.19.y")
        answer = prerequisites(target, tree, v1.patches[:3], "mainline", Terms())
        assert isinstance(answer, Found)
        result = Snapshot(scratch, answer.tree, "result")
        text = (result.read("include/asm-generic/tlb.h") or b"").decode()
    assert contents(mini) == before
    assert answer.verdict is Verdict.HOLDS
    assert [(one.subject, one.need, one.needed_by, one.why) for one in answer.commits] == [
        (
            "asm-generic/tlb: Track freeing of page-table directories in struct mmu_gather",
            Need.REQUIRED,
            "",
            "brings struct mmu_gather's freed_tables, which the patch uses",
        ),
        (
            "asm-generic/tlb: Track which levels of the page tables have been cleared",
            Need.REQUIRED,
            "",
            f"brings struct mmu_gather's {LEVELS}, which the patch uses",
        ),
    ]
    assert answer.cost == Cost(2, 2, 50)
    assert (answer.dropped, answer.obstacles, answer.undecided) == ((), (), ())
    assert text.count("freed_tables : 1;") == text.count("cleared_p4ds : 1;") == 1
    assert "if (!(tlb->freed_tables || tlb->cleared_ptes" in text


def test_what_a_patch_needs_may_be_an_earlier_one_of_its_series(mini: Path, series: Path) -> None:
    v1 = read_series(str(series / "v1.mbox"))
    with Scratch(mini) as scratch:
        target, tree = find_target(scratch, "5.4.y")
        answer = prerequisites(target, tree, v1.patches[:6], "mainline", Terms())
    assert isinstance(answer, Found)
    assert answer.verdict is Verdict.HOLDS
    assert [(one.oid, one.patch, one.need) for one in answer.commits] == [
        ("", 1, Need.TEXTUAL),
        ("", 2, Need.TEXTUAL),
    ]
    assert [one.subject for one in answer.dropped] == ["s390/livepatch: Provide HAVE_RELIABLE_STACKTRACE"]
    assert answer.required == ()


def test_a_prerequisite_may_need_another_and_a_neighbour_is_left_out(tmp_path: Path) -> None:
    repo = tmp_path / "kernel"
    one_member = member(HEADER, "freed")
    macro = {
        "include/linux/gather.h": one_member["include/linux/gather.h"] + "#define FREED(g) ((g)->freed)\n"
    }
    remark = {"mm/look.c": CODE.replace("v = 0", "v = 0 /* none yet */")}
    ids = grown(repo, one_member, macro, remark)
    text = diff(repo, {"mm/look.c": remark["mm/look.c"].replace("v += 2", "v += FREED(g)")})
    answer = found(repo, text)
    assert answer.verdict is Verdict.HOLDS
    assert needs(answer) == [(ids[0], Need.REQUIRED), (ids[1], Need.REQUIRED)]
    assert [one.needed_by for one in answer.commits] == [ids[1], ""]
    assert [(one.oid, one.need) for one in answer.dropped] in ([], [(ids[2], Need.INCIDENTAL)])
    assert answer.three_way


def test_a_line_that_the_patch_replaces_is_textual(tmp_path: Path) -> None:
    repo = tmp_path / "kernel"
    mid = {"mm/look.c": CODE.replace("v += 2", "v += 3")}
    ids = grown(repo, mid, {"Documentation/x": "aside\n"})
    answer = found(repo, diff(repo, {"mm/look.c": CODE.replace("v += 2", "v += 4")}))
    assert needs(answer) == [(ids[0], Need.TEXTUAL)]
    assert answer.commits[0].why == "wrote lines of mm/look.c that the patch expects"
    assert answer.required == ()


def test_the_introduction_is_found_behind_a_rename_and_a_later_rewrite(tmp_path: Path) -> None:
    repo = tmp_path / "kernel"
    first = member(HEADER, "freed")
    moved = {"include/linux/gather.h": None, "include/linux/pool.h": first["include/linux/gather.h"]}
    rewritten = {
        "include/linux/pool.h": first["include/linux/gather.h"].replace("int freed", "unsigned int freed")
    }
    ids = grown(repo, first, moved, rewritten)
    answer = found(repo, diff(repo, {"mm/look.c": NOW}))
    assert answer.verdict is Verdict.HOLDS
    assert needs(answer) == [(ids[0], Need.REQUIRED)]


def test_a_file_that_moved_brings_the_commit_that_moved_it(tmp_path: Path) -> None:
    repo = tmp_path / "kernel"
    ids = grown(repo, {"mm/look.c": None, "mm/seen.c": CODE})
    answer = found(repo, diff(repo, {"mm/seen.c": CODE.replace("v += 2", "v += 4")}))
    assert needs(answer) == [(ids[0], Need.TEXTUAL)]
    assert answer.commits[0].why == "brings the file mm/seen.c, which the patch changes"


def test_a_commit_that_the_target_has_as_a_backport_is_none(tmp_path: Path) -> None:
    repo = tmp_path / "kernel"
    first = member(HEADER, "freed")
    macro = {"include/linux/gather.h": first["include/linux/gather.h"] + "#define FREED(g) ((g)->freed)\n"}
    ids = grown(repo, first, macro)
    git(repo, "checkout", "-q", "target")
    commit(repo, {**first, "Makefile": "VERSION = 5\nPATCHLEVEL = 4\n"})
    git(repo, "checkout", "-q", "main")
    answer = found(repo, diff(repo, {"mm/look.c": CODE.replace("v += 2", "v += FREED(g)")}))
    assert needs(answer) == [(ids[1], Need.REQUIRED)]


def test_a_symbol_of_kconfig_and_a_header_are_prerequisites(tmp_path: Path) -> None:
    repo = tmp_path / "kernel"
    ids = grown(
        repo,
        {"include/linux/fresh.h": "#define FRESH 1\n"},
        {"arch/Kconfig": "config FOO\n\tbool\n\nconfig BAR\n\tbool\n"},
    )
    text = diff(repo, {"mm/look.c": f"#include <linux/fresh.h>\n#ifdef CONFIG_BAR\n#endif\n{CODE}"})
    answer = found(repo, text)
    assert needs(answer) == [(ids[0], Need.REQUIRED), (ids[1], Need.REQUIRED)]
    assert [one.sentence for one in answer.lacks] == [
        "there is no file linux/fresh.h",
        "no Kconfig entry defines BAR",
    ]


def test_a_check_that_fails_asks_for_more(tmp_path: Path) -> None:
    repo = tmp_path / "kernel"
    ids = grown(repo, member(HEADER, "freed"), {"include/linux/flush.h": "void flush(void);\n"})
    text = diff(repo, {"mm/look.c": NOW})
    trees: list[tuple[Applied, ...]] = []

    def check(applied: tuple[Applied, ...]) -> Checked:
        trees.append(applied)
        if any(one.oid == ids[1] for one in applied):
            return Checked(Verdict.HOLDS)
        return Checked(Verdict.VIOLATED, "nothing flushes", ("flush",))

    answer = found(repo, text, Terms(check=check))
    assert answer.verdict is Verdict.HOLDS
    assert [one.oid for one in answer.commits] == ids
    assert [one.oid for one in trees[-1]] == [ids[1], ""] or len(trees) > 2
    assert answer.tree == trees[1][-1].tree


def test_a_check_that_nothing_satisfies_is_an_obstacle(tmp_path: Path) -> None:
    repo = tmp_path / "kernel"
    grown(repo, member(HEADER, "freed"))
    terms = Terms(check=lambda _: Checked(Verdict.VIOLATED, "it flushes too late"))
    answer = found(repo, diff(repo, {"mm/look.c": NOW}), terms)
    assert (answer.verdict, answer.tree) == (Verdict.VIOLATED, "")
    assert answer.obstacles == ("the check: it flushes too late",)


@pytest.mark.parametrize(
    ("budget", "said"),
    [
        (Budget(commits=0), "the bound of 0 commits was reached"),
        (Budget(trials=1), "the bound of 1 trials was reached"),
        (Budget(seconds=-1), "the bound of -1 seconds was reached"),
    ],
)
def test_a_bound_that_is_hit_is_undecided(tmp_path: Path, budget: Budget, said: str) -> None:
    repo = tmp_path / "kernel"
    grown(repo, member(HEADER, "freed"))
    answer = found(repo, diff(repo, {"mm/look.c": NOW}), Terms(budget=budget))
    assert (answer.verdict, answer.undecided) == (Verdict.UNDECIDED, (said,))


def test_a_target_that_took_the_name_out_again_is_an_obstacle(tmp_path: Path) -> None:
    repo = tmp_path / "kernel"
    grown(repo, {"Documentation/x": "aside\n"}, files={**FILES, **member(HEADER, "freed")})
    git(repo, "checkout", "-q", "target")
    commit(repo, {"include/linux/gather.h": HEADER})
    git(repo, "checkout", "-q", "main")
    answer = found(repo, diff(repo, {"mm/look.c": NOW}))
    assert answer.verdict is Verdict.VIOLATED
    assert answer.obstacles == ("struct gather has no member freed: no commit between the two brings it",)


def test_a_patch_that_is_in_the_history_is_asked_for_where_it_was_made(tmp_path: Path) -> None:
    repo = tmp_path / "kernel"
    ids = grown(repo, member(HEADER, "freed"))
    text = diff(repo, {"mm/look.c": NOW})
    commit(repo, {"mm/look.c": NOW})
    commit(repo, {"mm/look.c": NOW.replace("g->freed", "g->freed + 1")})
    assert needs(found(repo, text)) == [(ids[0], Need.REQUIRED)]
    assert one(repo, "status", "--porcelain") == ""
