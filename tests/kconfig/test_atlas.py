import pytest

from patchtool.kconfig.atlas import Atlas, Hashed, Outlines, architectures
from patchtool.kconfig.environment import UnknownArch

FILES = {
    "Kconfig": 'source "arch/$(SRCARCH)/Kconfig"\nsource "$(srctree)/mm/./Kconfig"\n'
    'osource "lib/*/Kconfig"\n',
    "arch/one/Kconfig": "config ONE\n\tbool\n",
    "arch/two/Kconfig": 'rsource "Kconfig.cpu"\nsource "arch/$(HEADER_ARCH)/um/Kconfig"\n',
    "arch/two/Kconfig.cpu": "config CPU\n\tselect MM\n",
    "arch/one/um/Kconfig": "config UM\n\tbool\n",
    "arch/three/Makefile": "",
    "mm/Kconfig": "config MM\n\tbool\n",
    "lib/b/Kconfig": "choice C\nendchoice\n",
    "lib/a/Kconfig": "config A\n\tbool\n",
    "Makefile": "",
}


@pytest.fixture
def atlas(tree):
    return Atlas(Hashed(tree(FILES)), ("one", "two"), Outlines())


def targets(atlas, arch, path):
    return [atlas.targets(arch, path, source) for source in atlas.outlines[path].sources]


def test_architectures_are_the_folders_with_a_kconfig_file(tree):
    assert architectures(tree(FILES)) == ("one", "two")


def test_each_architecture_reads_its_own_files(atlas):
    everywhere = [("mm/Kconfig",), ("lib/a/Kconfig", "lib/b/Kconfig")]
    assert targets(atlas, "one", "Kconfig") == [("arch/one/Kconfig",), *everywhere]
    assert targets(atlas, "two", "Kconfig") == [("arch/two/Kconfig",), *everywhere]
    assert targets(atlas, "two", "arch/two/Kconfig") == [("arch/two/Kconfig.cpu",), ("arch/one/um/Kconfig",)]
    assert set(atlas.outlines) == {path for path in FILES if "Kconfig" in path}


def test_a_variable_may_stand_without_parentheses(tree):
    """As trees before 4.18 write it; `$NOBODY` is nothing that a Makefile hands over."""
    top = 'config SRCARCH\n\tstring\n\toption env="SRCARCH"\n'
    top += 'source "arch/$SRCARCH/Kconfig"\nsource "$NOBODY/Kconfig"\n'
    files = FILES | {"Kconfig": top}
    old = Atlas(Hashed(tree(files)), ("one", "two"), Outlines())
    assert targets(old, "one", "Kconfig") == [("arch/one/Kconfig",), None]
    assert targets(old, "two", "Kconfig") == [("arch/two/Kconfig",), None]


def test_the_way_down_to_a_file(atlas):
    assert atlas.leading_to("one", {"arch/one/um/Kconfig"}) == {"arch/one/um/Kconfig"}
    assert atlas.leading_to("two", {"arch/one/um/Kconfig"}) == {
        "arch/one/um/Kconfig",
        "arch/two/Kconfig",
        "Kconfig",
    }


def test_files_about_symbols_and_choices(atlas):
    assert atlas.about(frozenset({"MM", "A"})) == {"arch/two/Kconfig.cpu", "mm/Kconfig", "lib/a/Kconfig"}
    assert atlas.having(frozenset({"C"})) == {"lib/b/Kconfig"}
    # `one` has no HEADER_ARCH; it does not read the file either.
    assert atlas.restless == {"arch/two/Kconfig"}


def test_what_can_not_be_followed_is_said(tree):
    files = FILES | {"mm/Kconfig": 'source "$(where)/Kconfig"\n', "lib/a/Kconfig": 'source "gone"\n'}
    atlas = Atlas(Hashed(tree(files)), ("one",), Outlines())
    assert targets(atlas, "one", "mm/Kconfig") == [None]
    assert targets(atlas, "one", "lib/a/Kconfig") == [()]
    assert atlas.restless == {"mm/Kconfig", "lib/a/Kconfig"}


def test_macros_make_a_file_needed_everywhere(tree):
    atlas = Atlas(Hashed(tree(FILES | {"mm/Kconfig": "a := b\n"})), ("one",), Outlines())
    assert atlas.restless == {"mm/Kconfig"}


def test_states_share_what_is_equal(tree):
    shared = Outlines()
    first = Atlas(Hashed(tree(FILES)), ("one",), shared)
    before = dict(shared.known)
    second = Atlas(Hashed(tree(FILES | {"mm/Kconfig": "config NEW\n\tselect A\n"})), ("one",), shared)
    assert len(shared.known) == len(before) + 1
    assert first.about(frozenset({"A"})) == {"lib/a/Kconfig"}
    assert second.about(frozenset({"A"})) == {"lib/a/Kconfig", "mm/Kconfig"}
    assert first.about(frozenset({"NEW"})) == frozenset()


def test_an_unknown_architecture_is_an_error(tree):
    with pytest.raises(UnknownArch):
        Atlas(Hashed(tree(FILES)), ("four",), Outlines())
