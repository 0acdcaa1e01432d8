import pytest

from patchtool.kconfig.evaluate import UnknownConfiguration, configuration, evaluate, read_config
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


MAKEFILE = "ifeq ($(ARCH),tiny64)\n        SRCARCH := tiny\nendif\n"
NAMED = {
    "Makefile": MAKEFILE,
    "Kconfig": 'config A\n\tbool "a"\nconfig B\n\tdef_bool A\nconfig C\n\tstring "c"\n\tdefault "d"\n',
    "arch/tiny/Kconfig": "",
    "arch/tiny/configs/small_defconfig": '# CONFIG_A is not set\nCONFIG_B=y\nCONFIG_C="x"\n',
    "kernel/configs/more.config": "CONFIG_A=y\n",
}


@pytest.mark.parametrize(
    ("name", "written"),
    [
        ("allnoconfig", {"A": "n", "C": "d"}),
        ("allyesconfig", {"A": "y", "B": "y", "C": "d"}),
        ("small_defconfig", {"A": "n", "C": "x"}),
        ("arch/tiny/configs/small_defconfig", {"A": "n", "C": "x"}),
        ("kernel/configs/more.config", {"A": "y", "B": "y", "C": "d"}),
    ],
)
def test_a_configuration_by_its_name(tree, name, written):
    values = configuration(tree(NAMED), "tiny64", name)
    assert values.written() == written
    wrong = ("B=y: it is n, it has no prompt, so it cannot be set",)
    assert values.refused == (wrong if "small" in name else ())


@pytest.mark.parametrize(
    ("name", "place"),
    [("big_defconfig", "arch/tiny/configs"), ("kernel/no.config", "kernel/no.config")],
)
def test_a_configuration_that_the_tree_lacks(tree, name, place):
    with pytest.raises(UnknownConfiguration) as caught:
        configuration(tree(NAMED), "tiny64", name)
    assert str(caught.value) == (
        f"folder:{place}: no configuration '{name}' "
        "(hint: name allnoconfig, allyesconfig, a file of that folder, or a path in the tree)"
    )


def test_lines_of_a_config_file():
    text = (
        b'# a comment\nCONFIG_A=y\nCONFIG_B=m\r\n# CONFIG_C is not set\nCONFIG_D="say \\"x\\\\y\\""\n'
        b'CONFIG_E=0x10 \nCONFIG_F=""\nnothing\n#CONFIG_G is not set\nCONFIG_A=n\nCONFIG_H="\xe9"\n'
    )
    assert list(read_config(text).items()) == [
        ("B", "m"),
        ("C", "n"),
        ("D", 'say "x\\y"'),
        ("E", "0x10"),
        ("F", ""),
        ("A", "n"),
        ("H", "\udce9"),
    ]


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
