import pytest
from code_kit import Files

from patchtool.core.expr import text
from patchtool.csource.building.kbuild import Built, defines

MAKE = {
    "drivers/Makefile": "obj-$(CONFIG_NET) += net/\nobj-y += base/\n",
    "drivers/net/Makefile": (
        "ifdef CONFIG_PCI\nobj-$(CONFIG_E1) += e1.o\nendif\ne1-y := main.o "
        "sub/part.o\ne1-$(CONFIG_DEBUG) += debug.o\n"
    ),
    "drivers/base/Makefile": "obj-y += core.o $(list-y)\nlist-y := generic.o\nlist-$(CONFIG_OWN) := own.o\n",
}


@pytest.mark.parametrize(
    ("path", "when"),
    [
        ("mm/fork.c", "y"),
        ("mm/memory.c", "MMU = m || MMU = y"),
        ("mm/nommu.c", "!(MMU = m || MMU = y)"),
        ("drivers/net/main.c", "(PCI = m || PCI = y) && (E1 = m || E1 = y) && (NET = m || NET = y)"),
        ("drivers/net/sub/part.c", "(PCI = m || PCI = y) && (E1 = m || E1 = y) && (NET = m || NET = y)"),
        (
            "drivers/net/debug.c",
            "(DEBUG = m || DEBUG = y) && (PCI = m || PCI = y) && (E1 = m || E1 = y) && (NET = m || NET = y)",
        ),
        ("drivers/base/own.c", "OWN = m || OWN = y"),
        ("drivers/base/generic.c", "!(OWN = m || OWN = y)"),
    ],
)
def test_a_file_is_built_under_the_conditions_of_its_makefiles(path, when):
    files = Files(MAKE)
    found = Built(files, frozenset(files.paths())).when(path)
    assert found is not None
    assert text(found) == when


def test_a_file_that_no_makefile_names_has_no_condition():
    files = Files(MAKE)
    assert Built(files, frozenset(files.paths())).when("drivers/net/other.c") is None


def test_an_architectures_makefile_defines_macros_for_the_compiler():
    makefile = (
        'ifndef CONFIG_MMU\nKBUILD_CFLAGS += -DUTS_NAME=\\"x\\" -D__uClinux__\n'
        "endif\nKBUILD_AFLAGS += -DNOT\n"
        "cflags-$(CONFIG_CPU) += -DLEVEL=7 -DCONFIG_FOO\nCHECKFLAGS += -D__m68k__\n"
    )
    assert [(name, body, text(when)) for name, body, when in defines(makefile)] == [
        ("UTS_NAME", "1", "!(MMU = m || MMU = y)"),
        ("__uClinux__", "1", "!(MMU = m || MMU = y)"),
        ("LEVEL", "7", "CPU = y"),
    ]
