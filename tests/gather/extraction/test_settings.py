import pytest
from toy_tree import Tree

from patchtool.gather.extraction.cached import CachedReader
from patchtool.gather.extraction.settings import Settings, Slices
from patchtool.kconfig.atlas import Atlas, Outlines

FILES = {
    "Makefile": "VERSION = 5\n",
    "Kconfig": 'source "arch/$(SRCARCH)/Kconfig"\nsource "mm/Kconfig"\n',
    "mm/Kconfig": "config M\n\tdef_bool y\n",
    "arch/toy/Kconfig": 'config A\n\tdef_bool y\nsource "arch/other/lent/Kconfig"\n',
    "arch/other/Kconfig": 'config B\n\tdef_bool y\nsource "arch/other/own/Kconfig"\n',
    "arch/other/lent/Kconfig": 'config C\n\tdef_bool y\nsource "arch/other/lent/more/Kconfig"\n',
    "arch/other/lent/more/Kconfig": "config D\n\tdef_bool y\n",
    "arch/other/own/Kconfig": "config E\n\tdef_bool y\n",
}


def settings(files, slices=None):
    reader = CachedReader(Tree(files))
    return Settings("toy", lambda: Atlas(reader, ("other", "toy"), Outlines()), reader, slices or Slices())


@pytest.mark.parametrize(
    ("path", "counts"),
    [
        ("mm/Kconfig", True),
        ("arch/toy/Kconfig", True),
        ("arch/other/lent/Kconfig", True),
        ("arch/other/lent/more/Kconfig", True),
        ("arch/other/Kconfig", False),
        ("arch/other/own/Kconfig", False),
    ],
)
def test_the_files_that_an_architecture_reads_make_its_digest(path, counts):
    before, after = settings(FILES), settings(FILES | {path: f"{FILES[path]}config F\n\tdef_bool y\n"})
    assert (before.digest != after.digest) == counts
    assert after.value({}, "F") == ("y" if counts else "n")


def test_states_with_the_same_kconfig_share_their_answers():
    slices = Slices()
    other = FILES | {"arch/other/own/Kconfig": "", "a.c": "\n"}
    less = FILES | {"arch/toy/Kconfig": "config A\n\tbool\n"}
    for files, value in ((FILES, "y"), (other, "y"), (less, "n"), (FILES, "y")):
        asked = settings(files, slices)
        assert [asked.value({}, name) for name in ("A", "M", "E")] == [value, "y", "n"]
        assert slices.last["toy"][0] == asked.digest
