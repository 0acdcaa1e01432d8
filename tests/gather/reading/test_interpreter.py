import pytest
import toy_tree

from patchtool.gather.reading.values import Unknown

TEXT = """
#define TWICE(x) ((x) + (x))
#define PASTE(x, y) x##y
#define LIMIT 3
enum level { TOP, MIDDLE = 4, LOW };
static int start = 7;
struct pair { int a; struct pair *next; };
static int add(int a, int b) { return a + b; }
static __always_inline int sum(int n)
{
	int i, total = 0;
	for (i = 0; ; i++) {
		if (i == 2)
			continue;
		if (i > n)
			break;
		total += i;
	}
	return total;
}
static int kind(int n)
{
	int found = 0;
	switch (n) {
	case TOP:
		found = 1; /* falls through */
	case MIDDLE:
		found += 10;
		break;
	default:
		found = 99;
	}
	return found;
}
static void set(int *where, int what) { *where = what; }
static int through(void)
{
	struct pair one = { .a = 5 }, two = { .a = 6, .next = &one };
	struct pair *p = &two;
	set(&p->next->a, 8);
	return one.a + p->a;
}
static int last(void) { int n = 5, turns = 0; do { n--; turns++; } while (n > LIMIT); return turns; }
static int early(int n) { while (n) { if (n == 4) return n; n--; } return -1; }
static int apply(int (*f)(int, int)) { return f(2, 3); }
"""


def value(expression, text=TEXT):
    return toy_tree.value(text, expression)


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("1 + 2 * 3", 7),
        ("-1 == ~0UL", 1),
        ("!(0 | (-1 + 1))", 1),
        ("(1UL << 63) << 1", 0),
        ("010 + 0x10", 24),
        ("TWICE(2 + 1)", 6),
        ("PASTE(1, UL) + LIMIT", 4),
        ("TOP * 100 + MIDDLE * 10 + LOW", 45),
        ("start", 7),
        ("add(1, add(2, 3))", 6),
        ("sum(4)", 8),
        ("kind(TOP) * 10000 + kind(MIDDLE) * 100 + kind(LOW)", 111099),
        ("through()", 14),
        ("last()", 2),
        ("early(9) + (early(3) == -1)", 5),
        ("apply(add)", 5),
        ("apply(&add)", 5),
        ("0 ? 1 : 2 ?: 3", 2),
        ("(1, 2)", 2),
        ("({ int x = 4; x += 1; x; })", 5),
        ("0 && missing()", 0),
        ("1 || missing()", 1),
        ("min(3, max(1, 2)) + min_t(int, 5, 4)", 6),
        ("likely(1) + IS_ENABLED(CONFIG_SMP)", 1),
    ],
)
def test_values_are_those_of_c(expression, expected):
    assert value(expression) == expected


@pytest.mark.parametrize(
    ("expression", "reason"),
    [
        ("missing()", "calls missing(), which was not found"),
        ("missing", "`missing` was not found"),
        ("1 / 0", "`1 / 0` divides by zero"),
        ("sizeof(struct pair)", "cannot evaluate `sizeof(struct pair)`"),
        ("TWICE(1, 2)", "TWICE() is given 2 arguments, not 1"),
        ("((struct pair *)0)->a", "`((struct pair *)0)` points at nothing known"),
        ("BUG()", "BUG() is reached"),
        ('"text" + 1', '`"text"` is no integer here'),
        ("call_rcu(0, missing)", "`missing` was not found"),
        ("on_each_cpu(add, 0, 0)", "on_each_cpu() does not wait, which the model does not follow"),
        ("free_page(12345)", "frees memory that is no table, page or batch of the model"),
    ],
)
def test_what_cannot_be_followed_is_said(expression, reason):
    with pytest.raises(Unknown) as caught:
        value(expression)
    assert caught.value.message == reason
    assert caught.value.at == "mm/mmu_gather.c"
