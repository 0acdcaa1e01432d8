"""What commits of a random history do: bring names, write lines, move files and declarations."""

from __future__ import annotations

from collections.abc import Callable

from history_git import git
from history_kit import FUNCTIONS, HEADERS, LINES, SLOTS, Name, World


def grown(world: World, length: int) -> None:
    """Put some commits of every kind on a world, each as `world.changes` says."""
    acts = [act for act, weight in _ACTS for _ in range(weight)]
    while len(world.changes) < length:
        act = world.random.choice(acts)
        change = world.begin(act.__name__)
        if not act(world):
            world.changes.pop()
            continue
        if world.random.random() < 0.2:
            _write_line(world)
        change.oid = world.write(f"{change.number}: {change.what}")


def branched(world: World) -> str:
    """The target: the base with up to three of the commits that need nothing, and a release of its own."""
    free = [change for change in world.changes if not change.names | change.text]
    chosen = world.random.sample(free, min(len(free), world.random.randint(0, 3)))
    git(world.folder, "checkout", "-q", "-f", "-b", "target", world.base)
    for change in sorted(chosen, key=lambda change: change.number):
        git(world.folder, "cherry-pick", "-x", change.oid)
        world.taken.add(change.number)
    (world.folder / "Makefile").write_text("VERSION = 5\nPATCHLEVEL = 4\n")
    git(world.folder, "commit", "-q", "-a", "-m", "Linux 5.4.1")
    oid = git(world.folder, "rev-parse", "HEAD").decode().strip()
    git(world.folder, "checkout", "-q", "-f", "mainline")
    return oid


def goal(world: World) -> None:
    """The change whose prerequisites are asked for: it writes lines of functions and uses names."""
    world.begin("goal")
    for _ in range(world.random.randint(1, 3)):
        _write_line(world, most=2)
    if world.random.random() < 0.3:
        _entry(world)


def _member(world: World) -> bool:
    return _new(world, "member", "\t/* slot {} {} */", "\tint {};", "{1}->{0}")


def _macro(world: World) -> bool:
    return _new(world, "macro", "/* macros {} {} */", "#define {} 7", "{0}")


# A new line under its mark, or under the newest that stands there: then the two go together.
def _new(world: World, kind: str, mark: str, form: str, use: str) -> bool:
    number, slot = world.random.randrange(2), world.random.randrange(SLOTS)
    path, word = HEADERS[number], world.word(kind)
    world.touch(path, world.spot(path, mark.format(number, slot)) + 1, form.format(word), insert=True)
    world.names.append(Name(word, kind, use.format(word, "ab"[number]), len(world.changes) - 1))
    return True


def _function(world: World) -> bool:
    number, slot = world.random.randrange(2), world.random.randrange(SLOTS)
    word, path = world.word("function"), HEADERS[number]
    at = world.spot(path, f"/* calls {number} {slot} */") + 1
    world.touch(path, at, f"int {word}(struct s0 *a, struct s1 *b);", insert=True)
    driver = world.random.choice(world.drivers)
    marks = [at for at, line in enumerate(world.files[driver]) if line.text.startswith("/* before ")]
    body = " + ".join(["1", *(name.use for name in world.uses(2, "member function macro"))])
    text = f"int {word}(struct s0 *a, struct s1 *b) {{ return {body}; }}"
    world.touch(driver, world.random.choice(marks) + 1, text, insert=True)
    world.names.append(Name(word, "function", f"{word}(a, b)", len(world.changes) - 1))
    return True


def _symbol(world: World) -> bool:
    word = world.word("SYMBOL")
    world.names.append(Name(word, "symbol", f"IS_ENABLED(CONFIG_{word})", len(world.changes) - 1))
    _entry(world, word)
    return True


def _entry(world: World, word: str = "GOAL") -> None:
    path, slot = "drivers/Kconfig", world.random.randrange(SLOTS)
    needed = world.uses(1, "symbol")
    at = world.spot(path, f"# entries {slot}") + 1
    rows = [f"config {word}", "\tbool", *(f"\tselect {name.word}" for name in needed), ""]
    for row in reversed(rows):
        world.touch(path, at, row, insert=True)


def _write_line(world: World, most: int = 1) -> bool:
    path = world.random.choice(world.drivers)
    heads = [at for at, line in enumerate(world.files[path]) if line.text == "\tint v = 0;"]
    at = world.random.choice(heads) + 1 + world.random.randrange(LINES - 6)
    value = " + ".join([str(world.random.randrange(10_000, 99_999)), *(n.use for n in world.uses(most))])
    world.touch(path, at, f"\tv += {value};")
    return True


# Writes again what declares a name: git blame then names this commit, which brings nothing.
def _redeclare(world: World) -> bool:
    path = world.random.choice(HEADERS)
    new = [at for at, line in enumerate(world.files[path]) if line.by and line.text.endswith(";")]
    if not new:
        return False
    at = world.random.choice(new)
    world.touch(path, at, f"{world.files[path][at].text} /* {len(world.changes)} */")
    return True


def _rename(world: World) -> bool:
    old = world.random.choice(world.drivers)
    new, change = f"drivers/moved{len(world.changes)}.c", world.current
    assert change
    change.text |= set(world.renamed.get(old, ()))
    world.files[new] = world.files.pop(old)
    world.renamed[new] = [*world.renamed.pop(old, []), change.number]
    return True


def _drop_line(world: World) -> bool:
    path = world.random.choice(world.drivers)
    plain = [at for at, line in enumerate(world.files[path]) if line.text.startswith("\tv += ")]
    if len(plain) <= FUNCTIONS * LINES - 6:
        return False
    world.touch(path, world.random.choice(plain), None)
    return True


# From one header to another: those that use the name do not need it.
def _move(world: World) -> bool:
    old, new = world.random.sample(HEADERS, 2)
    found = [at for at, line in enumerate(world.files[old]) if line.text.startswith("int function_")]
    if not found:
        return False
    at, slot = world.random.choice(found), world.random.randrange(SLOTS)
    text = world.files[old][at].text
    world.touch(old, at, None)
    mark = f"/* calls {HEADERS.index(new)} {slot} */"
    world.touch(new, world.spot(new, mark) + 1, text, insert=True)
    return True


def _remark(world: World) -> bool:
    path = world.random.choice([*world.drivers, *HEADERS])
    pads = [at for at, line in enumerate(world.files[path]) if "STEP_" in line.text or "PAD_" in line.text]
    at = world.random.choice(pads)
    world.touch(path, at, f"{world.files[path][at].text.split(' /*')[0]} /* {len(world.changes)} */")
    return True


Act = Callable[[World], bool]
_ACTS: tuple[tuple[Act, int], ...] = (
    (_member, 3), (_macro, 2), (_function, 3), (_symbol, 2), (_write_line, 5), (_redeclare, 1), (_rename, 1),
    (_remark, 2), (_drop_line, 1), (_move, 1),
)  # fmt: skip
