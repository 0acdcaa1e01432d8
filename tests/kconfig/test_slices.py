import random

import pytest

from patchtool.kconfig.atlas import Atlas, Hashed, Outlines, architectures
from patchtool.kconfig.facts import facts_of
from patchtool.kconfig.parser import KconfigError, parse
from patchtool.kconfig.slices import Slicer, read, sliced
from patchtool.tree.git import Scratch
from patchtool.tree.snapshot import Snapshot

ARCH = "config TINY_ARCH\n\tdef_bool y\n"


def atlas_of(tree, files):
    return Atlas(Hashed(tree({"arch/tiny/Kconfig": ARCH, **files})), ("tiny",), Outlines())


def kept(atlas, *symbols, whole=()):
    part = Slicer(symbols, whole).cut(atlas, "tiny")
    names = {p: [atlas.outlines[p].statements[at].name for at in found] for p, found in part.kept.items()}
    assert read(atlas, part).files
    return names


FILES = {
    "Kconfig": 'source "scripts/Kconfig.include"\nsource "arch/$(SRCARCH)/Kconfig"\nsource "mm/Kconfig"\n'
    'source "net/Kconfig"\n',
    "scripts/Kconfig.include": "probe = $(success,$(1))\n",
    "mm/Kconfig": 'menu "mm"\nif MMU\nconfig A\n\tbool "a"\nconfig B\n\tbool\n\tselect A if C\nendif\n'
    'if NET\nconfig OTHER\n\tbool\nendif\nendmenu\nchoice\n\tprompt "which"\nconfig ONE\n\tbool "1"\n'
    'config TWO\n\tbool "2"\nendchoice\n',
    "net/Kconfig": "config NET\n\tbool\n\tthis is no Kconfig\n",
}


def test_a_slice_holds_entries_their_blocks_and_macros(tree):
    assert kept(atlas_of(tree, FILES), "A") == {
        "Kconfig": ["scripts/Kconfig.include", "mm/Kconfig"],
        "scripts/Kconfig.include": [""],
        "mm/Kconfig": ["", "", "A", "B"],
    }


def test_a_choice_is_kept_whole(tree):
    assert kept(atlas_of(tree, FILES), "TWO")["mm/Kconfig"] == ["", "ONE", "TWO"]


def test_line_numbers_stay(tree):
    atlas = atlas_of(tree, FILES)
    facts = facts_of(sliced(atlas, "tiny", {"A"}), atlas.outlines, {"A"})["A"]
    assert [str(entry.at) for entry in facts.entries] == ["mm/Kconfig:3"]
    assert [str(edge.at) for edge in facts.selected] == ["mm/Kconfig:7"]


def test_bad_syntax_matters_where_it_is_needed(tree):
    atlas = atlas_of(tree, FILES)
    assert sliced(atlas, "tiny", {"A"}).files == ("Kconfig", "scripts/Kconfig.include", "mm/Kconfig")
    with pytest.raises(KconfigError) as caught:
        sliced(atlas, "tiny", {"NET"})
    assert caught.value.at == "net/Kconfig:3"


def test_a_bad_line_counts_in_every_file_that_is_read(tree):
    files = FILES | {"mm/Kconfig": "config A\n\tbool\nconfig B\n\tbool\nendif\n"}
    with pytest.raises(KconfigError) as caught:
        sliced(atlas_of(tree, files), "tiny", {"A"})
    assert caught.value.at == "mm/Kconfig:5"


def test_files_to_be_kept_whole(tree):
    files = FILES | {"net/Kconfig": "config X\n\tdepends on &&\n"}
    atlas = atlas_of(tree, files)
    assert kept(atlas, "A").keys() == {"Kconfig", "scripts/Kconfig.include", "mm/Kconfig"}
    with pytest.raises(KconfigError) as caught:
        kept(atlas, "A", whole=("net/Kconfig",))
    assert caught.value.at == "net/Kconfig:2"


def test_a_source_that_leads_nowhere_is_an_error_even_where_nothing_is_wanted(tree):
    files = FILES | {"net/Kconfig": 'source "net/core/Kconfig"\n'}
    with pytest.raises(KconfigError) as caught:
        sliced(atlas_of(tree, files), "tiny", {"A"})
    assert caught.value.at == "net/Kconfig:1"


def test_a_file_that_only_a_macro_names_is_read_whole_and_shared_with_no_one(tree):
    files = FILES | {
        "net/Kconfig": 'where := net/core\nsource "$(where)/Kconfig"\n',
        "net/core/Kconfig": "config HIDDEN\n\tbool\n\tselect A\n",
    }
    atlas = atlas_of(tree, files)
    part = Slicer({"A"}).cut(atlas, "tiny")
    assert part.key == ""
    assert read(atlas, part).symbols() == {"A", "B", "HIDDEN"}


def test_a_choice_over_several_files(tree):
    files = FILES | {
        "net/Kconfig": 'choice\n\tprompt "which"\n\tdefault FAR\nsource "net/far/Kconfig"\nconfig NEAR\n'
        '\tbool "near"\nendchoice\n',
        "net/far/Kconfig": 'config FAR\n\tbool "far"\nsource "net/far/more/Kconfig"\n',
        "net/far/more/Kconfig": 'config FARTHER\n\tbool "farther"\n',
    }
    atlas = atlas_of(tree, files)
    for symbol in ("FAR", "NEAR", "FARTHER"):
        facts = facts_of(sliced(atlas, "tiny", {symbol}), atlas.outlines, {symbol})[symbol]
        assert facts.choice == tuple(sorted({"FAR", "NEAR", "FARTHER"} - {symbol}))


def test_a_named_choice_in_two_places(tree):
    files = FILES | {
        "net/Kconfig": 'choice PICK\n\tprompt "which" if X\nconfig HERE\n\tbool "here"\nendchoice\n',
        "arch/tiny/Kconfig": 'choice PICK\n\tprompt "which"\nconfig THERE\n\tbool "there"\nendchoice\n',
    }
    atlas = atlas_of(tree, files)
    facts = facts_of(sliced(atlas, "tiny", {"HERE"}), atlas.outlines, {"HERE"})["HERE"]
    assert facts.choice == ("THERE",)
    assert facts == facts_of(parse(atlas.tree, "tiny"), atlas.outlines, {"HERE"})["HERE"]


def test_a_glob_brings_in_no_more_than_is_wanted(tree):
    files = FILES | {
        "net/Kconfig": 'source "net/*/Kconfig"\n',
        "net/a/Kconfig": "this is no Kconfig\n",
        "net/b/Kconfig": "config B2\n\tselect A\n",
    }
    assert kept(atlas_of(tree, files), "A")["net/b/Kconfig"] == ["B2"]


def test_equal_slices_have_equal_keys(tree):
    def key(files, *symbols):
        return Slicer(symbols).cut(atlas_of(tree, FILES | files), "tiny").key

    first = key({}, "A")
    assert key({"net/Kconfig": "config NET\n"}, "A") == first
    assert key({"mm/Kconfig": FILES["mm/Kconfig"] + "\n"}, "A") != first
    assert key({}, "TWO") != first
    assert key({"Makefile": "VERSION = 6\n"}, "A") != first


def differences(atlas, whole, groups):
    known = facts_of(whole, atlas.outlines, frozenset().union(*groups))
    for group in groups:
        found = facts_of(sliced(atlas, whole.arch, group), atlas.outlines, group)
        yield from (name for name in group if found[name] != known[name])


@pytest.fixture
def mini_tree(mini):
    with Scratch(mini) as scratch:
        yield Snapshot(scratch, scratch.resolve("HEAD"), "mini")


def test_facts_equal_those_of_a_whole_parse_of_the_mini_kernel(mini_tree):
    atlas = Atlas(mini_tree, architectures(mini_tree), Outlines())
    for arch in atlas.variables:
        whole = parse(mini_tree, arch)
        every = sorted(whole.symbols())
        assert len(every) > 20
        assert list(differences(atlas, whole, [{name} for name in every])) == []


# The symbols on changed lines of "Fixup page directory freeing" v4, and what they become.
TOUCHED = {
    "ARM_LPAE", "HAVE_MMU_GATHER_NO_GATHER", "HAVE_MMU_GATHER_PAGE_SIZE", "HAVE_RCU_TABLE_FREE",
    "HAVE_RCU_TABLE_NO_INVALIDATE", "MMU_GATHER_HAVE_TABLE_FREE", "MMU_GATHER_NO_GATHER",
    "MMU_GATHER_NO_RANGE", "MMU_GATHER_PAGE_SIZE", "MMU_GATHER_RCU_TABLE_FREE", "MMU_GATHER_TABLE_FREE",
    "PARAVIRT", "SMP",
}  # fmt: skip


@pytest.mark.realtree
def test_facts_equal_those_of_a_whole_parse_of_a_kernel(kernel):
    tree = Hashed(kernel("mainline"))
    archs = architectures(tree)
    assert len(archs) == 25
    outlines = Outlines()
    atlas = Atlas(tree, archs, outlines)
    for arch in archs:
        whole = parse(tree, arch)
        every = sorted(whole.symbols())
        chance = random.Random(arch)
        groups = [{name} for name in chance.sample(every, 40)]
        groups += [set(chance.sample(every, 10)) for _ in range(6)]
        groups += [set(chance.sample(every, 300)), TOUCHED]
        assert list(differences(atlas, whole, groups)) == []
