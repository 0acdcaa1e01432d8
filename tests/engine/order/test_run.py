"""What binds the patches of a series: by their text, by the names they bring, by the `#error` in between."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import pytest

from kit import commit, diff, kernel
from kit import series as series_of
from patchtool.core.order import OrderReport
from patchtool.core.series import Series
from patchtool.engine.order.run import order_on
from patchtool.engine.walk import Options
from patchtool.mail.series import read_series
from patchtool.report.order_json import order_json
from patchtool.report.order_text import order_text
from patchtool.tree.base import choose_base
from patchtool.tree.git import Scratch

EXPECTED = Path(__file__).resolve().parent / "expected"
TEN = "".join(f"int line_{n};\n" for n in range(10))
MAKE = "obj-y += a.o b.o\n"
HEADER = "struct thing {\n\tint old;\n};\n"


def ordered(repo: Path, series: Series, rev: str) -> OrderReport:
    with Scratch(repo) as scratch:
        tree, base = choose_base(scratch, series, rev)
        return order_on(series, tree, replace(base, commit="0" * 40), Options(rules=()))


def bonds(report: OrderReport) -> list[str]:
    """Every constraint as `then<first bond name place`; `!` for one that is not kept to."""
    return [
        f"{one.then}{'<' if one.held else '!'}{one.first} {one.bond.value} {one.name} {one.at}"
        for one in report.order.constraints
    ]


def after(tmp_path: Path, files: dict[str, str], *steps: dict[str, str | None]) -> list[str]:
    """The bonds of a series whose patches write these files, one after the other."""
    repo = kernel(tmp_path / "kernel", files)
    diffs = []
    for step in steps:
        diffs.append(diff(repo, step))
        commit(repo, step)
    return bonds(ordered(repo, series_of(*diffs), f"HEAD~{len(steps)}"))


def test_the_whole_order_of_the_mini_kernel(
    mini: Path, series: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(series)
    report = ordered(mini, read_series("v1.mbox"), "mainline")
    text = order_text(report).plain()
    expected = EXPECTED / "order-v1.txt"
    if os.environ.get("PATCHTOOL_REGENERATE") == "1":
        expected.write_text(text)
    assert text == expected.read_text()


def test_patches_of_different_files_and_of_far_lines_are_free(tmp_path: Path) -> None:
    far = TEN.replace("line_9;", "line_9 = 1;")
    both = far.replace("line_0;", "line_0 = 1;")
    assert (
        after(tmp_path, {"mm/a.c": TEN, "mm/b.c": TEN}, {"mm/a.c": far}, {"mm/b.c": far}, {"mm/a.c": both})
        == []
    )


def test_text_that_a_patch_builds_on_binds_it_and_only_directly(tmp_path: Path) -> None:
    first = TEN.replace("int line_5;", "int line_5 = 1;")
    second = first.replace("int line_5 = 1;", "int line_5 = 2;")
    third = second.replace("int line_5 = 2;", "int line_5 = 3;")
    found = after(tmp_path, {"mm/a.c": TEN}, {"mm/a.c": first}, {"mm/a.c": second}, {"mm/a.c": third})
    assert found == ["2<1 text mm/a.c mm/a.c:6", "3<2 text mm/a.c mm/a.c:6"]


def test_a_patch_of_a_new_file_comes_after_the_one_that_adds_it(tmp_path: Path) -> None:
    assert after(tmp_path, {}, {"mm/new.c": TEN}, {"mm/new.c": f"{TEN}int more;\n"}) == [
        "2<1 file mm/new.c mm/new.c"
    ]


def test_a_name_and_a_member_bind_those_that_use_them(tmp_path: Path) -> None:
    use = "int use(struct thing *t)\n{\n\treturn t->fresh + helper(t);\n}\n"
    found = after(
        tmp_path,
        {"mm/Makefile": MAKE, "include/linux/thing.h": HEADER, "mm/a.c": TEN},
        {"include/linux/thing.h": HEADER.replace("old;", "old;\n\tint fresh;")},
        {"include/linux/more.h": "int helper(struct thing *t);\n"},
        {"mm/a.c": TEN + use},
    )
    assert found == ["3<1 member thing.fresh mm/a.c:13", "3<2 identifier helper mm/a.c:13"]


def test_what_comes_too_late_is_not_kept_to(tmp_path: Path) -> None:
    use = "int use(void)\n{\n\treturn helper();\n}\n"
    files = {"mm/Makefile": MAKE, "include/linux/thing.h": HEADER, "mm/a.c": TEN}
    late = {"include/linux/thing.h": f"{HEADER}int helper(void);\n"}
    assert after(tmp_path, files, {"mm/a.c": TEN + use}, late) == ["1!2 identifier helper mm/a.c:13"]


def test_code_that_is_not_built_yet_may_come_first(tmp_path: Path) -> None:
    use = "int use(void)\n{\n\treturn helper();\n}\n"
    late = {"include/linux/thing.h": f"{HEADER}int helper(void);\n"}
    hidden = f"#ifdef CONFIG_LATER\n{use}#endif\n"
    files = {"mm/Makefile": MAKE, "include/linux/thing.h": HEADER, "mm/a.c": TEN}
    assert after(tmp_path, files, {"mm/c.c": use, "mm/a.c": TEN + hidden}, late) == []


def test_the_body_of_a_macro_counts_where_the_base_has_the_macro(tmp_path: Path) -> None:
    late = {"include/linux/more.h": "int helper(void);\n"}
    files = {"include/linux/thing.h": f"{HEADER}#define ask()\t1\n"}
    old, new = (f"{HEADER}#define {name}()\thelper()\n" for name in ("ask", "tell"))
    found = after(tmp_path / "old", files, {"include/linux/thing.h": old}, late)
    assert found == ["1!2 identifier helper include/linux/thing.h:4"]
    assert after(tmp_path / "new", files, {"include/linux/thing.h": new}, late) == []


def test_a_name_that_another_header_declares_binds_nobody(tmp_path: Path) -> None:
    use = "int use(void)\n{\n\treturn helper();\n}\n"
    files = {"mm/Makefile": MAKE, "include/linux/old.h": "int helper(void);\n", "mm/a.c": TEN}
    late = {"include/linux/thing.h": "int helper(void);\n"}
    assert after(tmp_path, files, {"mm/a.c": TEN + use}, late) == []


def test_what_goes_waits_for_its_last_user(tmp_path: Path) -> None:
    use = "int use(void)\n{\n\treturn helper();\n}\n"
    head = "int helper(void);\nint other(void);\n"
    files = {"mm/Makefile": MAKE, "include/linux/thing.h": head, "mm/a.c": TEN + use}
    go, let = {"include/linux/thing.h": "int other(void);\n"}, {"mm/a.c": TEN}
    assert after(tmp_path / "well", files, let, go) == ["2<1 identifier helper include/linux/thing.h:1"]
    assert after(tmp_path / "ill", files, go, let) == ["1!2 identifier helper include/linux/thing.h:1"]


def test_a_symbol_binds_and_may_come_later(tmp_path: Path) -> None:
    entry = {"mm/Kconfig": "config FRESH\n\tbool\n"}
    use = {"mm/a.c": f"{TEN}#ifdef CONFIG_FRESH\n#endif\n"}
    assert after(tmp_path / "first", {"mm/a.c": TEN}, entry, use) == ["2<1 symbol FRESH mm/a.c:11"]
    assert after(tmp_path / "last", {"mm/a.c": TEN}, use, entry) == ["1!2 symbol FRESH mm/a.c:11"]


def test_as_json(tmp_path: Path) -> None:
    repo = kernel(tmp_path / "kernel")
    added = diff(repo, {"mm/new.c": TEN})
    commit(repo, {"mm/new.c": TEN})
    longer = diff(repo, {"mm/new.c": f"{TEN}int more;\n"})
    found = order_json(ordered(repo, series_of(added, longer), "HEAD~1"))
    place = {"path": "mm/new.c", "line": 0}
    assert found["patches"] == [1, 2]
    assert found["constraints"] == [
        {
            "first": 1,
            "then": 2,
            "held": True,
            "bond": "file",
            "name": "mm/new.c",
            "at": place,
            "source": place,
            "removal": False,
            "reason": "changes mm/new.c, which patch 1 adds",
        }
    ]


@pytest.mark.realtree
def test_v4_on_mainline(kernels: Path, real_mails: Path) -> None:
    report = ordered(kernels, read_series(str(real_mails / "v4.mbox")), "mainline")
    found = {(one.then, one.first, one.bond.value, one.name) for one in report.order.constraints}
    named = {one for one in found if one[2] != "text"}
    error = "tlb_needs_table_invalidate() requires HAVE_RCU_TABLE_FREE"
    assert named == {
        (2, 1, "error", error),
        (6, 2, "symbol", "HAVE_RCU_TABLE_FREE"),
        (9, 2, "identifier", "tlb_needs_table_invalidate"),
        (9, 6, "symbol", "MMU_GATHER_RCU_TABLE_FREE"),
    }
    text = {(then, first) for then, first, bond, _ in found if bond == "text"}
    assert text == {(2, 1), (6, 2), (7, 5), (7, 6), (8, 5), (8, 6), (9, 7), (9, 8)}
    (reached,) = [one for one in report.order.constraints if one.bond.value == "error"]
    assert "powerpc (HAVE_RCU_TABLE_FREE=n, SMP=n)" in reached.reason
