import pytest

from patchtool.kconfig.environment import UnknownArch, environment, source_arch

MAKEFILE = """VERSION = 5
PATCHLEVEL = 5
SUBLEVEL = 0
EXTRAVERSION = -rc5
SRCARCH := $(ARCH)
ifeq ($(ARCH),x86_64)
        SRCARCH := x86
endif
ifeq ($(ARCH),sparc64)
       SRCARCH := sparc
endif
"""


def test_the_makefile_says_which_folder_an_arch_means():
    assert [source_arch(MAKEFILE, arch) for arch in ("x86_64", "sparc64", "arm")] == ["x86", "sparc", "arm"]


def test_variables_of_an_ordinary_arch(tree):
    kernel = tree({"Makefile": MAKEFILE, "arch/x86/Kconfig": "config X86\n"})
    assert environment(kernel, "x86_64", {"CC": "gcc"}) == {
        "ARCH": "x86_64",
        "SRCARCH": "x86",
        "SUBARCH": "x86_64",
        "KERNELVERSION": "5.5.0-rc5",
        "CC": "gcc",
    }


def test_um_is_given_the_arch_whose_files_it_borrows(tree):
    kernel = tree({"arch/um/Kconfig": 'source "arch/$(HEADER_ARCH)/um/Kconfig"\n', "arch/x86/um/Kconfig": ""})
    assert environment(kernel, "um") == {
        "ARCH": "um",
        "SRCARCH": "um",
        "SUBARCH": "x86",
        "HEADER_ARCH": "x86",
        "KERNELVERSION": "0.0.0",
    }


def test_an_unknown_arch_is_the_users_error(tree):
    with pytest.raises(UnknownArch) as caught:
        environment(tree({"Makefile": MAKEFILE}), "z80")
    assert str(caught.value) == (
        "folder:arch/z80/Kconfig: no Kconfig file for architecture 'z80' "
        "(hint: name a folder under arch/, or what make takes as ARCH=)"
    )
