from toy_tree import FILES, TOY, Tree, mutant, program, runs

from patchtool.core.finding import Location
from patchtool.gather.extraction.extract import Undecided
from patchtool.gather.machine.program import Kind

GATHER, HEADER, ARCH = "mm/mmu_gather.c", "include/asm-generic/tlb.h", "arch/toy/include/asm/tlb.h"


def keys(run):
    return [effect.key if effect.kind is not Kind.CHOICE else effect.answer for effect in run]


def test_every_combination_of_choices_is_one_run():
    queued = ["unhook 2", "flush", "tlbi leaf broadcast", "free 2", "unhook 1"]
    both, middle = full(1, 0)[1:], ["unhook 0"]
    assert [keys(run) for run in runs(Tree(FILES))] == [
        ["full-at-1", *queued, *failed(1), *middle, *failed(0)],
        ["full-at-1", *queued, *failed(1), *middle, *full(0)],
        ["full-at-1", *queued, *full(1), *middle, *failed(0)],
        ["full-at-1", *queued, *full(1), *middle, *full(0)],
        ["full-at-2", *queued, *failed(1), *middle, *failed(0)],
        ["full-at-2", *queued, *failed(1), *middle, *full(0)],
        ["full-at-2", *queued, "ok", *middle, *both],
        ["never-full", "unhook 2", "unhook 1", *failed(1), *middle, *failed(0), "free 2"],
        ["never-full", "unhook 2", "unhook 1", *failed(1), *middle, *full(0), "free 2"],
        ["never-full", "unhook 2", "unhook 1", "ok", *middle, *both, "free 2"],
    ]


def failed(number):
    return ["fail", "flush", "tlbi all broadcast", "ipi", f"free {number}"]


def full(*numbers):
    return ["ok", "flush", "tlbi all broadcast", f"call-rcu {' '.join(map(str, numbers))}"]


def test_a_batch_that_keeps_places_free_holds_one_page_all_the_same():
    """Where two places are needed for the next page, one more is given: this toy does not need it."""
    queues = "static bool __tlb_remove_folio_pages_size(void)\n{\n\treturn batch->nr >= batch->max - 1;\n}\n"
    found = runs(Tree(FILES | {GATHER: FILES[GATHER] + queues}))
    assert keys(found[0])[:3] == ["full-at-1", "unhook 2", "unhook 1"]
    assert keys(runs(Tree(FILES))[0])[:3] == ["full-at-1", "unhook 2", "flush"]


def test_effects_name_the_function_and_the_line_of_the_tree():
    found = next(e for e in runs(Tree(FILES))[-1] if e.kind is Kind.CALL_RCU)
    line = FILES[GATHER].split("\n").index("\t\tcall_rcu(&(*batch)->rcu, tlb_remove_table_rcu);") + 1
    assert (found.function, found.at) == ("tlb_table_flush", Location(GATHER, line))


def test_names_and_lines_are_no_part_of_a_program():
    renamed = {p: "\n\n" + t.replace("tlb_table_flush", "other_name") for p, t in FILES.items()}
    assert program(Tree(renamed)).id == program(Tree(FILES)).id
    assert program(Tree(renamed)).nodes[1].effect.at == program(Tree(FILES)).nodes[1].effect.at


def test_an_unknown_call_is_named_with_its_place():
    tree = mutant(GATHER, "tlb_table_invalidate(tlb);\n\t\tcall", "arch_mystery(tlb);\n\t\tcall")
    line = FILES[GATHER][: FILES[GATHER].index("tlb_table_invalidate(tlb);\n\t\tcall")].count("\n") + 1
    assert runs(tree) == Undecided("calls arch_mystery(), which was not found", f"{GATHER}:{line}")


def test_a_macro_that_no_header_supplies_is_named():
    text = FILES[HEADER].replace("#define tlb_needs_table_invalidate() (true)\n", "")
    line = FILES[GATHER].split("\n").index("\tif (tlb_needs_table_invalidate())") + 1
    expected = Undecided("calls tlb_needs_table_invalidate(), which was not found", f"{GATHER}:{line}")
    assert runs(Tree(FILES | {HEADER: text})) == expected


def test_a_member_that_the_struct_lacks_is_named():
    tree = mutant(HEADER, "fullmm : 1, freed_tables : 1;", "fullmm : 1;")
    found = runs(tree)
    assert found.reason == "struct mmu_gather has no member freed_tables"
    assert found.at.startswith(f"{HEADER}:")


def test_a_value_that_nobody_set_is_named():
    found = runs(mutant(GATHER, "\ttlb->batch = NULL;\n\ttlb->local", "\ttlb->local"))
    assert found.reason == "reads mmu_gather `batch`, which was never set"


def test_an_error_directive_is_reached():
    tree = mutant(ARCH, "#define TOY_LEAF 0", "#define TOY_LEAF 0\n#error this cannot be")
    assert runs(tree) == Undecided("#error this cannot be (reached)", f"{ARCH}:7")


def test_goto_and_assembler_are_not_guessed():
    tree = mutant(ARCH, "\ttoy_invalidate", "\tgoto in;\n\tif (0) {\nin:\n\t\t;\n\t}\n\ttoy_invalidate")
    assert runs(tree).reason == "`goto in;` is not followed"
    tree = mutant(ARCH, "\ttoy_invalidate", '\tasm volatile("frob %0" : : "r"(1));\n\ttoy_invalidate')
    assert runs(tree).reason.startswith("inline assembler `asm volatile")
    tree = mutant(ARCH, "\ttoy_invalidate", '\tasm volatile("ptesync" : : : "memory");\n\ttoy_invalidate')
    assert len(runs(tree)) == 10


def test_a_goto_to_a_label_of_its_block_or_one_around_is_followed():
    jump = "\tif (1) {\n\t\tgoto out;\n\t}\n\twrong();\nout:\n\ttoy_invalidate"
    tree = mutant(ARCH, "\ttoy_invalidate", jump)
    assert program(tree).id == program(Tree(FILES)).id


def test_a_loop_without_end_is_cut():
    found = runs(mutant(ARCH, "\ttoy_invalidate", "\twhile (1)\n\t\t;\n\ttoy_invalidate"))
    assert found.reason == "more than 50000 steps"


def test_no_gather_code_is_undecided():
    found = runs(Tree({"mm/memory.c": "int x;\n"}))
    assert str(found) == "tlb_gather_mmu() was found in none of mm/mmu_gather.c, mm/memory.c"


def test_older_trees_have_the_gather_code_in_memory_c():
    moved = {path: text for path, text in FILES.items() if path != GATHER} | {"mm/memory.c": FILES[GATHER]}
    assert program(Tree(moved)).id == program(Tree(FILES)).id


def test_functions_of_other_files_come_from_what_the_makefiles_build():
    body = "static inline void __tlb_remove_table(void *table)\n{\n\tfree_page((unsigned long)table);\n}\n"
    other = {
        ARCH: FILES[ARCH].replace(body, "void __tlb_remove_table(void *table);\n"),
        "arch/toy/mm/Makefile": "obj-y := a.o \\\n  sub/\nobj-$(CONFIG_NONE) += off.o\n",
        "arch/toy/mm/sub/Makefile": "obj-y += table.o\n",
        "arch/toy/mm/off.c": "void __tlb_remove_table(void *t)\n{\n\twrong();\n}\n",
        "arch/toy/mm/sub/table.c": body.replace("static inline ", "#include <asm/tlb.h>\n"),
    }
    tree = Tree(FILES | other)
    assert program(tree).id == program(Tree(FILES)).id
    freed = next(e for run in runs(tree) for e in run if e.kind is Kind.FREE and e.objects == (1,))
    assert freed.at == Location("arch/toy/mm/sub/table.c", 4)


def test_nested_and_exit_and_zap_are_programs_of_their_own():
    ids = {program(Tree(FILES), kind).id for kind in ("munmap", "zap", "exit", "nested")}
    assert len(ids) == 4
    assert TOY.smp


def test_code_that_nests_too_deep_is_cut():
    tree = mutant(ARCH, "\ttoy_invalidate", f"\t{'(' * 3000}0{')' * 3000};\n\ttoy_invalidate")
    assert str(runs(tree)) == "the code nests too deep to be followed"
    tree = mutant(ARCH, "{\n\ttoy_invalidate", "{\n\ttlb_flush_mmu(tlb);\n\ttoy_invalidate")
    assert runs(tree).reason == "calls nest deeper than 60"


def test_a_primitive_with_too_few_arguments_is_undecided():
    found = runs(mutant(GATHER, "__get_free_page(GFP_NOWAIT)", "container_of()"))
    assert found.reason == "container_of() has too few arguments"
