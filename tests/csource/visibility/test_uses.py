from patchtool.csource.visibility.uses import is_traced, uses


def found(text):
    lines = frozenset(range(1, text.count("\n") + 2))
    return [
        (use.line, use.name, str(use.kind), use.owner, use.macro) for use in uses("a.c", text.encode(), lines)
    ]


def test_parameters_variables_labels_and_tags_are_no_uses():
    text = (
        "static int f(struct page *page, pgd_t pgd)\n{\n\tstruct list "
        "*a, *b = NULL, c;\n\tgoto out;\nout:\n\treturn g(a, b, c, pgd);\n"
        "}\n"
    )
    assert found(text) == [(1, "pgd_t", "name", "", ""), (6, "g", "call", "", "")]


def test_what_stands_between_a_type_and_a_name_makes_it_no_use():
    text = (
        "int f(struct object __rcu *shared, void __iomem *base, u32 __maybe_unused n)\n{\n"
        "\tstruct object __rcu *own = shared;\n\treturn own->size + n + base;\n}\n"
    )
    assert [row for row in found(text) if not row[1].startswith("__")] == [
        (1, "u32", "name", "", ""),
        (4, "size", "member", "object", ""),
    ]


def test_a_member_knows_its_structure_where_the_function_says_it():
    text = "void f(struct mmu_gather *tlb)\n{\n\ttlb->start = x.end;\n\ttlb->mm->owner = 1;\n}\n"
    assert found(text) == [
        (3, "end", "member", "", ""),
        (3, "start", "member", "mmu_gather", ""),
        (3, "x", "name", "", ""),
        (4, "mm", "member", "mmu_gather", ""),
        (4, "owner", "member", "", ""),
    ]


def test_an_initialiser_names_members_of_its_structure():
    text = "static const struct ops o = {\n\t.open = my_open,\n\t.inner = { .deep = 1 },\n};\n"
    assert [(row[1], row[3]) for row in found(text) if row[2] == "member"] == [
        ("open", "ops"),
        ("deep", ""),
        ("inner", "ops"),
    ]


def test_a_macros_body_is_told_from_code_and_its_parameters_are_no_uses():
    text = "#define M(tlb, a) do { f(tlb->x, a, N); } while (0)\n"
    assert found(text) == [(1, "N", "name", "", "M"), (1, "f", "call", "", "M"), (1, "x", "member", "", "M")]


def test_assembly_attributes_and_configuration_names_are_left_out():
    text = (
        'void f(void)\n{\n\tasm volatile("mov" : "=r" (q));\n\tif (IS_ENABLED(CONFIG_SMP))\n'
        "\t\tg();\n}\nint h(void) __attribute__((pure));\n"
    )
    assert [row[1] for row in found(text)] == ["IS_ENABLED", "g"]


def test_only_the_lines_asked_for_count():
    text = b"int f(void)\n{\n\ta();\n\tb();\n}\n"
    assert [use.name for use in uses("a.c", text, frozenset({4}))] == ["b"]


def test_trace_points_are_said_to_be_such():
    text = b"#undef TRACE_SYSTEM\n#define TRACE_SYSTEM mm\nTRACE_EVENT(a,\n)\n"
    assert is_traced(text)
    assert uses("a.h", text, frozenset({3})) == ()
