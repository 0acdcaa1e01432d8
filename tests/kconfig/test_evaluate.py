import pytest

from patchtool.kconfig.evaluate import evaluate
from patchtool.kconfig.parser import parse

RADIX = {"PPC64": "y", "PPC_BOOK3S_64": "y", "PPC_POWERNV": "n", "PPC_PSERIES": "n", "PPC_RADIX_MMU": "y"}
# hugetlbfs is what the older trees' radix support asks for.
OLD_RADIX = RADIX | {"HUGETLBFS": "y"}
GUEST = {"HYPERVISOR_GUEST": "y", "PARAVIRT": "y"}
LPAE = {"ARCH_MULTI_V7": "y", "ARM_LPAE": "y"}
FREE = "HAVE_RCU_TABLE_FREE"


def test_one_call(tree):
    kernel = tree({"Kconfig": 'config A\n\tbool "a"\nconfig B\n\tdef_bool A\n', "arch/tiny/Kconfig": ""})
    values = evaluate(kernel, "tiny", {"A": "y"})
    assert (values.value("B"), values.refused, values.notes) == ("y", (), ())


@pytest.mark.realtree
@pytest.mark.parametrize(
    ("ref", "arch", "rows"),
    [
        ("mainline", "powerpc", [(RADIX | {"SMP": "y"}, "y"), (RADIX | {"SMP": "n"}, "n")]),
        ("linux-5.4.y", "powerpc", [(RADIX | {"SMP": "y"}, "y"), (RADIX | {"SMP": "n"}, "n")]),
        ("linux-4.19.y", "powerpc", [(OLD_RADIX | {"SMP": "y"}, "y"), (OLD_RADIX | {"SMP": "n"}, "n")]),
        ("mainline", "x86", [(GUEST, "y"), ({"HYPERVISOR_GUEST": "n"}, "n")]),
        (
            "mainline",
            "arm",
            [(LPAE | {"SMP": "y"}, "y"), (LPAE | {"SMP": "n"}, "n"), ({"ARM_LPAE": "n"}, "n")],
        ),
        ("mainline", "s390", [({}, "y")]),
        ("linux-4.19.y", "s390", [({}, "n")]),
        ("mainline", "sparc64", [({"SMP": "y"}, "y"), ({"SMP": "n"}, "n")]),
        ("mainline", "um", [({}, "n")]),
    ],
)
def test_who_frees_page_tables_late(kernel, ref, arch, rows):
    parsed = parse(kernel(ref), arch)
    answers = [parsed.with_values(assignments) for assignments, _ in rows]
    assert [values.refused for values in answers] == [() for _ in rows]
    assert [values.value(FREE) for values in answers] == [wanted for _, wanted in rows]
