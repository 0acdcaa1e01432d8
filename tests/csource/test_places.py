from patchtool.csource.places import declared


def test_every_way_of_declaring_a_name():
    text = b"""typedef struct { int inner; } pgtable_t;
extern unsigned long max_pfn, min_pfn;
static inline int f(struct page *page)
{
\treturn g(page);
}
enum level { PTE, PMD = 3 };
int (*hook)(int), (kept)(void);
static DEFINE_MUTEX(lock);
struct mmu_gather {
\tunion { int start; };
\tvoid (*free)(int arg);
\tunsigned int fullmm : 1;
};
EXPORT_SYMBOL(other);
"""
    found = declared("a.h", text)
    names = {name: found[name] for name in found if "." not in name and not name.startswith("struct ?")}
    lines = {1: ["pgtable_t"], 2: ["max_pfn", "min_pfn"], 3: ["f"], 7: ["PTE", "PMD"], 8: ["hook", "kept"]}
    lines[9] = ["lock"]
    for line, wanted in lines.items():
        assert [names[name] for name in wanted] == [(line,)] * len(wanted)
    assert found["struct mmu_gather"] == (10,)
    assert {found[f"mmu_gather.{name}"] for name in ("start", "free", "fullmm")} == {(11,), (12,), (13,)}
    assert not {"page", "g", "other", "arg"} & set(names)


def test_a_macro_called_as_a_member_is_said():
    assert "T.()" in declared("a.h", b"struct T {\n\tint a;\n\tEACH(MEMBER)\n};\n")
    assert "T.()" not in declared("a.h", b"struct T {\n\tint (*a)(void);\n};\n")


def test_a_brace_in_the_first_column_ends_what_a_branch_left_open():
    text = b"int f(void)\n{\n#ifdef A\n\tif (a) {\n#else\n\tif (b) {\n#endif\n\t}\n}\nint after;\n"
    assert declared("a.c", text)["after"] == (10,)
