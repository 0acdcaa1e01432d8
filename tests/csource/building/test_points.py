"""A walk that goes on where another state's stopped finds what one from the beginning finds."""

from itertools import pairwise

import pytest
from code_kit import KERNEL, Files

from patchtool.core.expr import text
from patchtool.csource.building.points import Changing
from patchtool.csource.building.source_tree import SourceTree
from patchtool.csource.layout import layout

TLB = "include/asm-generic/tlb.h"
MEMORY = "mm/memory.c"


def facts(walk):
    shown = walk.formulas.expr
    return {
        "files": {path: text(shown(when)) for path, when in walk.files.items()},
        "errors": {str(at): (line, text(shown(when))) for at, (line, when) in walk.found.errors.items()},
        "lost": {spec: text(shown(when)) for spec, (_, when) in walk.found.unresolved.items()},
        "read": [(text(shown(when)), path, part.first, part.last) for when, path, part in walk.visits],
        "macros": sorted(walk.macros),
    }


def edited(path, old, new, files=()):
    body = dict(files).get(path, KERNEL[path])
    assert old in body
    return dict(files) | {path: body.replace(old, new)}


STATES = {
    "the unit's last lines": [edited(MEMORY, "flush(tlb->fullmm)", "flush(0)")],
    "an include of the unit": [edited(MEMORY, "#include <asm/tlb.h>\n", "")],
    "a header behind a guard": [edited(TLB, "#error needs_gather", "#error it")],
    "a header, then the unit": [
        edited(TLB, "int freed_tables;", "int freed_tables; int more;"),
        edited(MEMORY, "flush(tlb->fullmm)", "flush(1)", edited(TLB, "int freed_tables;", "int freed;")),
    ],
    "the unit, then a header": [
        edited(MEMORY, "flush(tlb->fullmm)", "flush(1)"),
        edited(TLB, "#pragma once\n", "", edited(MEMORY, "flush(tlb->fullmm)", "flush(1)")),
    ],
    "a new header in the way of another": [
        {"arch/x86/include/asm/tlb.h": "#define own 1\n"},
        {"arch/x86/include/asm/tlb.h": None},
    ],
    "what a symbol can be": [
        edited("arch/x86/Kconfig", "config SMP\n\tdef_bool y", 'config SMP\n\tbool "SMP"')
    ],
}


@pytest.mark.parametrize("states", STATES.values(), ids=STATES.keys())
@pytest.mark.parametrize("arch", ["arm", "x86"])
def test_a_resumed_walk_is_the_walk_from_the_beginning(arch, states):
    trees = [{}, *states]
    stable, moved = {}, set()
    for before, after in pairwise(trees):
        for path in before.keys() | after.keys():
            old, new = (side.get(path, KERNEL.get(path)) for side in (before, after))
            if old != new:
                same = 0 if old is None or new is None else first_difference(old, new)
                stable[path] = min(same, stable.get(path, same))
                moved |= {path.rpartition("/")[2]} if old is None or new is None else set()
    tree = SourceTree(Files(), Changing(stable, frozenset(moved)))
    for unit in (MEMORY, "mm/fork.c"):
        tree.walk(arch, unit)
    for before, after in pairwise(trees):
        changed = frozenset(
            path for path in before.keys() | after.keys() if before.get(path) != after.get(path)
        )
        tree = tree.followed_by(Files(after), changed)
        for unit in (MEMORY, "mm/fork.c"):
            alone = SourceTree(Files(after)).walk(arch, unit)
            assert facts(tree.walk(arch, unit)) == facts(alone)


def first_difference(old, new):
    pairs = zip(old.split("\n"), new.split("\n"), strict=False)
    return next((at for at, (a, b) in enumerate(pairs) if a != b), min(old.count("\n"), new.count("\n")))


def test_a_walk_goes_on_at_the_last_place_that_the_states_share():
    tree = SourceTree(Files(), Changing({TLB: 5, MEMORY: 3}))
    walk = tree.walk("x86", MEMORY)
    assert [sorted(point.spent) for point in walk.points] == [[], [TLB]]
    after = tree.followed_by(Files(edited(MEMORY, "flush(tlb->fullmm)", "flush(0)")), frozenset({MEMORY}))
    resumed = after.walk("x86", MEMORY)
    assert resumed.formulas is walk.formulas
    assert resumed.files.keys() == walk.files.keys()
    again = after.followed_by(
        Files(edited("arch/x86/Kconfig", "config MMU\n\tdef_bool y", "")), frozenset({"arch/x86/Kconfig"})
    )
    assert again.walk("x86", MEMORY) is None  # nothing sets MMU any more


def test_a_region_is_shared_where_the_line_behind_it_is():
    plan = layout("a.c", b"#include <a.h>\nint a;\n#include <b.h>\nint b;\n")
    ends = [Changing({"a.c": lines}).end("a.c", plan) for lines in range(5)]
    assert ends == [0, 0, 1, 2, 3]
    assert Changing({}).end("a.c", plan) == 4
