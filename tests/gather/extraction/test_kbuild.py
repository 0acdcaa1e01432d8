from toy_tree import Tree

from patchtool.csource.preprocess import Macros
from patchtool.gather.extraction.kbuild import built_files

MAKEFILE = """# comment
obj-y := a.o \\
	b_$(BITS).o	# not c.o
obj-$(CONFIG_ON) += on.o sub/
obj-$(CONFIG_OFF) += off.o
lib-y += d.o ../up/
ccflags-y := -Werror
"""


class On:
    def __init__(self, *on):
        self.on = on

    def value(self, symbol):
        return "y" if symbol in self.on else "n"


def test_files_are_those_that_the_configuration_builds():
    tree = Tree({"m/Makefile": MAKEFILE, "m/sub/Kbuild": "obj-y += e.o\n"})
    expected = ("m/a.c", "m/b_64.c", "m/on.c", "m/sub/e.c", "m/d.c")
    assert built_files(tree, "m", Macros(On("ON", "64BIT"))) == expected
    assert built_files(tree, "m", Macros(On())) == ("m/a.c", "m/b_32.c", "m/d.c")


def test_no_makefile_builds_nothing():
    assert built_files(Tree({}), "m", Macros(On())) == ()
