from patchtool.gather.reading.text import (
    arrays,
    conditions_around,
    definition,
    enumerators,
    may_define,
    members,
)

TEXT = b"""#define not_this(x) do { } while (0)
extern int once(int a);
enum kind { FIRST, SECOND = 7, THIRD };
struct outer {
	struct page *pages[3], *one;
	unsigned int bit : 1;
	struct { int deep; } inner;
};
static inline unsigned long
once (int a, struct page **list)
__acquires(a)
{
	if (twice(a)) {
		return '}';
	}
	return 1;
}
void twice(void) { once(1); }
"""


def test_a_definition_is_found_among_declarations_and_calls():
    found = definition(TEXT, "once")
    assert (found.params, found.line) == (("a", "list"), 12)
    assert found.body.text.startswith("{\n\tif (twice(a))")
    assert [child.line for child in found.body.children] == [13, 16]
    assert definition(TEXT, "twice").params == ()
    assert definition(TEXT, "missing") is None
    assert may_define(TEXT, "once")
    assert not may_define(TEXT, "list")


def test_enumerators_members_and_arrays():
    assert enumerators(TEXT) == {"FIRST": "(-1) + 1", "SECOND": "7", "THIRD": "(7) + 1"}
    assert members(TEXT, "outer") == {"pages", "one", "bit", "inner", "deep"}
    assert members(TEXT, "page") is None
    assert arrays(TEXT, "outer") == {"pages"}


def test_the_conditions_that_decide_a_line():
    text = b"#if A\n#ifdef B\n#endif\n#elif C\nx\n#else\ny\n#endif\nz\n"
    assert conditions_around(text, 5) == {1, 4}
    assert conditions_around(text, 7) == {1, 4, 6}
    assert conditions_around(text, 9) == frozenset()
