import pytest
from code_kit import ALL, KERNEL, Files, Kconfig, asked, diff, step, tree

from patchtool.core.code import HiddenUse, ReachedError
from patchtool.core.errors import PatchtoolError
from patchtool.core.expr import text
from patchtool.core.finding import Verdict
from patchtool.csource.visibility.hidden import doubtful, hidden
from patchtool.csource.visibility.inspect import CodeFound, CodeState, Inspection


def found(path, body, arch, unit=None, **updates):
    source = tree({path: body, **updates})
    return {(one.use.name, text(one.when)) for one in hidden(source, asked(path, body), arch, unit or path)}


@pytest.mark.parametrize(
    ("arch", "expected"),
    [("arm", {("PAGE_SHIFT", "MMU != y")}), ("x86", set())],
)
def test_a_macro_of_a_generated_wrapper_is_seen_where_its_condition_holds(arch, expected):
    assert (
        found("mm/fork.c", "#include <linux/mm.h>\nint f(void)\n{\n\treturn PAGE_SHIFT;\n}\n", arch)
        == expected
    )


def test_what_both_branches_declare_is_seen_everywhere_and_a_local_name_is_no_use():
    body = "#include <linux/mm.h>\nint f(int a)\n{\n\tint b = cpus();\n\n\treturn a + b;\n}\n"
    assert found("mm/fork.c", body, "arm") == set()


def test_a_use_counts_under_its_own_condition():
    body = (
        "#include <linux/mm.h>\nint f(void)\n{\n#ifdef CONFIG_MMU\n\treturn "
        "PAGE_SHIFT;\n#endif\n\treturn 0;\n}\n"
    )
    assert found("mm/fork.c", body, "arm") == set()


def test_a_file_counts_where_it_is_built():
    body = "#include <linux/mm.h>\nint f(void)\n{\n\treturn PAGE_SHIFT + nothing();\n}\n"
    assert found("mm/memory.c", body, "arm") == {("nothing", "MMU = y")}
    assert found("mm/nommu.c", body, "x86") == set()
    assert ("nothing", "MMU != y") in found("mm/nommu.c", body, "arm")


def test_a_member_is_looked_for_in_the_structure_that_the_architecture_has():
    body = KERNEL["mm/memory.c"].replace("fullmm", "freed_tables")
    assert found("mm/memory.c", body, "arm") == {("freed_tables", "MMU = y")}
    assert found("mm/memory.c", body, "x86") == set()


def test_what_a_macro_pastes_drops_or_lists_is_passed_over():
    body = (
        "#include <linux/mm.h>\n#define PAIR(x) int get_##x(void)\n#define NONE(x) do { } while (0)\n"
        "#define EACH(one) one(red) one(blue)\n#define TEXT(x) #x\nPAIR(size);\n"
        "int f(void)\n{\n\tNONE(gone);\n\tTEXT(word);\n\treturn get_size() + red + get_rid();\n}\n"
    )
    assert found("mm/fork.c", body, "x86") == {("get_rid", "y")}


def test_each_macro_of_a_name_that_was_undefined_again_may_have_pasted():
    body = (
        "#include <linux/mm.h>\n#define OPS(x) int x##_set(void);\nOPS(one)\n#undef OPS\n"
        "#define OPS(x) int x##_add(void);\nOPS(two)\n#undef OPS\n"
        "int f(void)\n{\n\treturn one_set() + two_add() + one_more();\n}\n"
    )
    assert found("mm/fork.c", body, "x86") == {("one_more", "y")}


def test_what_the_top_makefile_writes_into_a_header_is_made():
    body = "#include <linux/version.h>\nint f(void)\n{\n\treturn CODE + NO_CODE;\n}\n"
    top = {"Makefile": "filechk_version = echo \\#define CODE $(VERSION)\n"}
    assert found("mm/fork.c", body, "x86", **top) == {("NO_CODE", "y")}
    assert found("mm/fork.c", body.partition("\n")[2], "x86", **top) == {("CODE", "y"), ("NO_CODE", "y")}


def test_the_common_headers_make_most_uses_good_for_every_architecture():
    body = "#include <linux/mm.h>\nint f(void)\n{\n\tflush(cpus());\n\treturn PAGE_SHIFT;\n}\n"
    left = doubtful(tree({"mm/fork.c": body}), asked("mm/fork.c", body), "mm/fork.c")
    assert {use.name for use in left} == {"PAGE_SHIFT"}


def test_the_verdict_names_architecture_configuration_and_definition():
    body = KERNEL["mm/memory.c"].replace(
        "\tflush(tlb->fullmm);", "\tflush(tlb->fullmm);\n#ifdef CONFIG_MMU_GATHER\n\tinvalidate();\n#endif"
    )
    result, _ = step(Inspection(), {}, "mm/memory.c", body)
    (one,) = result.hidden
    assert isinstance(one, HiddenUse)
    assert (one.name, str(one.at), one.verdict) == ("invalidate", "mm/memory.c:7", Verdict.VIOLATED)
    assert str(one.where) == "arm (LPAE=y, MMU=y, MMU_GATHER=y, SMP=y)"
    assert [str(place) for place in one.defined] == ["include/asm-generic/tlb.h:4"]


def test_a_file_that_reads_itself_again_with_other_macros_is_told_apart():
    body = (
        "#include <linux/mm.h>\n#ifndef AGAIN\n#define STEP plain\nstatic int plain(void);\n#endif\n"
        "int NAME(void)\n{\n\treturn STEP();\n}\n"
        "#ifndef AGAIN\n#define AGAIN\n#undef STEP\n#define STEP other\n"
        'static int other(void);\n#include "fork.c"\n#endif\n'
    )
    result, _ = step(Inspection(), {}, "mm/fork.c", body)
    assert {one.name for one in result.hidden} == set()
    lost = body.replace("static int other(void);\n", "")
    result, _ = step(Inspection(), {}, "mm/fork.c", lost)
    assert {(one.name, str(one.at)) for one in result.hidden} == {("other", "mm/fork.c:13")}


def test_a_user_that_a_patch_leaves_without_a_declaration_is_named():
    body = KERNEL["mm/fork.c"] + "int f(void)\n{\n\tflush(1);\n\treturn cpus();\n}\n"
    own = KERNEL["mm/nommu.c"] + "static void flush(int n)\n{\n}\nvoid g(void)\n{\n\tflush(2);\n}\n"
    files = {"mm/fork.c": body, "mm/nommu.c": own, "mm/memory.c": "#include <linux/mm.h>\n"}
    inspection = Inspection()
    header = KERNEL["include/linux/mm.h"].replace("extern void flush(int);\n", "")
    found, after = step(inspection, files, "include/linux/mm.h", header)
    assert [(one.name, str(one.at), str(one.where)) for one in found.hidden] == [
        ("flush", "mm/fork.c:5", f"{arch} (any configuration)") for arch in ("arm", "x86")
    ]
    mended, _ = step(inspection, after, "mm/fork.c", body.replace("\tflush(1);\n", ""))
    assert mended.hidden == ()


def test_assembly_is_said_not_to_be_examined():
    found, _ = step(Inspection(), {}, "arch/arm/entry.S", "\tbl nothing\n")
    assert found == CodeFound(notes=("arch/arm/entry.S: names in assembly are not examined",))


def test_an_error_is_reached_in_a_possible_configuration_and_gone_when_a_later_patch_mends_it():
    inspection = Inspection()
    path = "arch/x86/include/asm/tlb.h"
    text_ = "#define needs_gather 1\n#include <asm-generic/tlb.h>\n"
    first, after = step(inspection, {}, path, text_)
    assert first.errors == ()  # asm-generic/tlb.h itself did not change
    second, after = step(
        inspection,
        after,
        "include/asm-generic/tlb.h",
        KERNEL["include/asm-generic/tlb.h"].replace("#error needs", "#error now needs"),
    )
    (error,) = second.errors
    assert isinstance(error, ReachedError)
    assert (error.text, error.verdict, error.where.arch) == (
        "now needs_gather requires MMU_GATHER",
        Verdict.VIOLATED,
        "x86",
    )
    third, _ = step(inspection, after, path, "#include <asm-generic/tlb.h>\n")
    assert third.errors == ()


def test_a_use_that_was_as_invisible_before_is_not_the_patchs_own():
    broken = KERNEL["mm/fork.c"] + "int f(void)\n{\n\treturn nothing();\n}\n"
    again = broken.replace("return nothing()", "return 1 + nothing()")
    assert step(Inspection(), {"mm/fork.c": broken}, "mm/fork.c", again)[0].hidden == ()


def test_a_header_that_nothing_has_or_makes_is_no_header_until_a_patch_adds_it():
    inspection = Inspection()
    body = "#include <linux/batch.h>\n#include <linux/made.h>\n" + KERNEL["mm/fork.c"]
    made = {"mm/Makefile": KERNEL["mm/Makefile"] + "targets := made.h\n"}
    first, after = step(inspection, made, "mm/fork.c", body)
    assert {(one.name, str(one.at), str(one.where), one.verdict) for one in first.hidden} == {
        ("<linux/batch.h>", "mm/fork.c:1", f"{arch} (any configuration)", Verdict.VIOLATED)
        for arch in ("arm", "x86")
    }
    second, after = step(inspection, after, "mm/fork.c", body + "\n")
    assert len(second.hidden) == 2
    third, _ = step(inspection, after, "include/linux/batch.h", "#pragma once\n")
    assert third.hidden == ()


def test_a_header_that_the_file_missed_before_is_not_the_patchs_own():
    body = "#include <linux/batch.h>\n"
    moved = "int nothing;\n" + body
    assert step(Inspection(), {"mm/fork.c": body}, "mm/fork.c", moved)[0].hidden == ()


def test_an_architecture_whose_kconfig_cannot_be_read_is_noted_and_the_others_are_examined():
    class Unreadable(Kconfig):
        def values(self, assignment):
            raise PatchtoolError("no end of a block", at="arch/arm/Kconfig:3")

    body = KERNEL["mm/fork.c"] + "int f(void)\n{\n\treturn nothing();\n}\n"

    def state(files):
        kinds = {"arm": Unreadable, "x86": Kconfig}
        return CodeState(tree(files), Files(files).find, lambda a: kinds[a](Files(files), a, *ALL))

    changes = diff("mm/fork.c", KERNEL["mm/fork.c"], body)
    found = Inspection().step(state({}), state({"mm/fork.c": body}), changes)
    assert [(one.name, one.where.arch) for one in found.hidden] == [("nothing", "x86")]
    assert found.notes == ("code of mm/fork.c on arm: arch/arm/Kconfig:3: no end of a block",)
