import pytest
from code_kit import KERNEL, asked, step, tree

from patchtool.core.expr import text
from patchtool.core.finding import Verdict
from patchtool.csource.visibility.expanding import expanded
from patchtool.csource.visibility.hidden import hidden
from patchtool.csource.visibility.inspect import Inspection

PATH = "arch/x86/include/asm/page.h"
CODE = "#include <linux/mm.h>\nint f(int left)\n{\n\treturn PAGE_SHIFT;\n}\n"


def found(header, body=CODE, arch="x86"):
    source = tree({PATH: header, "mm/fork.c": body})
    inner = expanded(source, asked("mm/fork.c", body), arch, "mm/fork.c")
    names = [(one.name, [name for name, _, _ in one.through]) for one in inner.uses]
    lost = {(one.use.name, text(one.when)) for one in hidden(source, inner, arch, "mm/fork.c")}
    return names, lost


def test_what_a_macro_stands_for_is_used_where_the_macro_is():
    names, lost = found("#define PAGE_SHIFT (BASE_SHIFT + 1)\n")
    assert names == [("BASE_SHIFT", ["PAGE_SHIFT"])]
    assert lost == {("BASE_SHIFT", "y")}


def test_macros_are_followed_into_each_other_and_each_counts_where_it_is_in_force():
    header = (
        "#ifdef CONFIG_SMP\n#define PAGE_SHIFT SMALL\n#else\n#define PAGE_SHIFT LARGE\n#define LARGE 16\n"
        "#endif\n#define SMALL SMALLEST\n"
    )
    names, lost = found(header)
    assert ("SMALLEST", ["PAGE_SHIFT", "SMALL"]) in names
    assert lost == {("SMALLEST", "y")}
    assert found(header.replace("CONFIG_SMP", "CONFIG_DRIVER"))[1] == {("SMALLEST", "DRIVER = y")}


@pytest.mark.parametrize(
    "header",
    [
        "#define PAGE_SHIFT left\n",  # a parameter of the function around it
        "#define PAGE_SHIFT(x) nothing\n",  # no call
        "#define PAGE_SHIFT (&here)->gone\n#define here 1\n",  # a member
        "#define PAGE_SHIFT flush(1)\n",
        "#define PAGE_SHIFT 12 /* nothing */\n",
        "#define PAGE_SHIFT PAGE_SHIFT\n",
        "#define PAGE_SHIFT ({ typeof(1) __val = read(); __val; })\n",
        "#define VALUE(cond) (cond)\n#define PAGE_SHIFT VALUE(VAL)\n",
    ],
)
def test_what_is_in_sight_or_not_certain_is_no_such_use(header):
    assert found(header)[1] == set()


def test_a_file_that_the_unit_does_not_read_expands_nothing():
    body = "int f(void)\n{\n\treturn PAGE_SHIFT;\n}\n"
    assert expanded(tree({"mm/other.h": body}), asked("mm/other.h", body), "x86", "mm/fork.c").uses == ()


def test_a_patch_is_told_of_the_macro_until_a_later_one_defines_what_it_stands_for():
    inspection = Inspection()
    base = {PATH: "#define PAGE_SHIFT BASE_SHIFT\n"}
    first, after = step(inspection, base, "mm/fork.c", CODE)
    (one,) = [use for use in first.hidden if use.where.arch == "x86"]
    assert (one.name, one.through, one.verdict) == ("BASE_SHIFT", ("PAGE_SHIFT",), Verdict.VIOLATED)
    assert str(one.at) == "mm/fork.c:4"
    second, after = step(inspection, after, "mm/driver.c", KERNEL["mm/driver.c"] + "\n")
    assert [use.name for use in second.hidden if use.where.arch == "x86"] == ["BASE_SHIFT"]
    third, _ = step(inspection, after, PATH, "#define BASE_SHIFT 12\n#define PAGE_SHIFT BASE_SHIFT\n")
    assert [use.name for use in third.hidden if use.where.arch == "x86"] == []


def test_a_macro_that_stood_for_as_little_before_is_not_the_patchs():
    base = {PATH: "#define PAGE_SHIFT BASE_SHIFT\n", "mm/fork.c": CODE}
    again, _ = step(Inspection(), base, "mm/fork.c", CODE.replace("PAGE_SHIFT;", "PAGE_SHIFT + 1;"))
    assert [use.name for use in again.hidden if use.where.arch == "x86"] == []
