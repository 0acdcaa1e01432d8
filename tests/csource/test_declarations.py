from patchtool.csource.declarations import functions, may_define


def facts(source, path="mm/a.c"):
    found = functions(path, source.encode("utf-8", "surrogateescape"))
    return [(f.line, f.kind.value, f.name, f.static) for f in found]


def named(source, path="mm/a.c"):
    return [name for _, _, name, _ in facts(source, path)]


def test_declared_and_defined():
    source = (
        "extern void tlb_a(struct mm *mm,\n\t\t  int (*walk)(void *));\n"
        "static inline bool tlb_b(void) { return tlb_a(0, 0); }\n"
        "asmlinkage __visible\nstruct page * __init __must_check\ntlb_c(int a[4])\n__acquires(lock)\n{\n}\n"
        "__printf(1, 2) int tlb_d(const char *f, ...) __attribute__((cold));\n"
        "int tlb_e(void), *tlb_f(int), tlb_v;\n"
    )
    assert facts(source) == [
        (1, "declared", "tlb_a", False),
        (3, "defined", "tlb_b", True),
        (6, "defined", "tlb_c", False),
        (10, "declared", "tlb_d", False),
        (11, "declared", "tlb_e", False),
        (11, "declared", "tlb_f", False),
    ]


def test_what_declares_no_function():
    source = (
        "typedef int (fn_t)(int);\ntypedef void other_t(void);\n"
        "static unsigned int (*hook)(int);\nu32 (*table[4])(void);\n"
        "struct ops { int (*open)(int); int close(int); };\n"
        "int size = count(4), more[sizeof(int)];\nstruct foo x = { .call = init(2) };\n"
        "EXPORT_SYMBOL(tlb_a);\nstatic DEFINE_MUTEX(lock);\nmodule_init(start);\n"
        "SYSCALL_DEFINE1(close, int, fd)\n{\n\treturn do_close(fd);\n}\n"
    )
    assert named(source) == []


def test_pointers_and_parentheses_around_a_name():
    source = "void (*signal(int n, void (*f)(int)))(int);\nint (quoted)(int a) { return a; }\n"
    assert facts(source) == [(1, "declared", "signal", False), (2, "defined", "quoted", False)]


def test_all_branches_and_unbalanced_braces():
    source = (
        "#ifdef CONFIG_SMP\nint f(int a)\n{\n#ifdef X\n\tif (a) {\n#else\n\tif (!a) {\n#endif\n\t}\n}\n"
        "#else\nstatic inline int f(int a) { return 0; }\n#endif\nint after(void);\n"
        'extern "C" {\nint inside(void);\n}\n'
    )
    assert facts(source) == [
        (2, "defined", "f", False),
        (12, "defined", "f", True),
        (14, "declared", "after", False),
        (16, "declared", "inside", False),
    ]


def test_macro_calls_without_semicolon_hide_nothing():
    source = (
        "OPS(add, +=)\nOPS(sub, -=)\nEXPORT_SYMBOL(x)\nint plain(int a)\n{\n}\n"
        ".macro load, to\n\tmov \\to, #1\n.endm\nstatic int late(void)\n{\n}\n"
    )
    assert facts(source) == [(4, "defined", "plain", False), (10, "defined", "late", True)]


def test_comments_strings_and_broken_text():
    source = 'int a(void); /* int b(void); */ char *s = "int c(void);";\nint ((( d;\nint e(\udcff void)\n{\n'
    assert named(source) == ["a", "e"]


def test_macros_are_facts():
    source = "#define flush(tlb) \\\n\tdo { int not_this(void); } while (0)\n# define alias flush\n"
    assert facts(source, "include/a.h") == [(1, "macro", "flush", False), (3, "macro", "alias", False)]


def test_labels_of_assembly():
    source = (
        "#define OFFSET 4\nENTRY(memcpy)\n_GLOBAL(copy_page)\nSYM_FUNC_START_LOCAL(start)\nplain:\n\tnop\n"
        "1:\tb 1b\n.Lnot:\n\t.set other, plain\n/* ENTRY(hidden) */\nSYM_FUNC_END(start)\nENDPROC(memcpy)\n"
    )
    assert facts(source, "arch/x86/lib/a.S") == [
        (1, "macro", "OFFSET", False),
        (2, "label", "memcpy", False),
        (3, "label", "copy_page", False),
        (4, "label", "start", False),
        (5, "label", "plain", False),
        (9, "label", "other", False),
    ]


def test_a_macro_that_pastes_names_may_define():
    source = (
        b"int x;\n#define OP(op, t) \\\n\tint local_##op##_return(t a);\n"
        b"#define ANY(a, b) a##b\nOP(sub, int)\nOP(add, int)\n"
    )
    assert may_define("a.h", source, "local_add_return") == 2
    assert may_define("a.h", source, "remote_xor_return") == 0
    assert may_define("a.h", source, "sum_add") == 6


def test_a_macro_called_with_the_name_may_define():
    source = b"EXPORT_SYMBOL(tlb_flush);\nDEFINE_MUTEX(tlb_flush);\nSYSCALL_DEFINE2(read, int, fd)\n{\n}\n"
    assert may_define("a.c", source, "sys_read") == 3
    assert may_define("a.c", source, "tlb_flush") == 0
    assert may_define("a.c", b"static BUILD_FLUSH(tlb_flush)\n", "tlb_flush") == 1
    assert may_define("a.c", b"int f(int tlb_flush) { return tlb_flush(read); }\n", "tlb_flush") == 0


def test_a_long_table_of_macro_calls_makes_no_function():
    source = b"int x;\n" + b"ROW(tlb_flush, (1), 2)\n" * 20_000
    assert functions("a.c", source) == ()
    assert may_define("a.c", source, "nothing_of_it") == 0
