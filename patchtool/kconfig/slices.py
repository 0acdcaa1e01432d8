"""The part of a kernel's Kconfig files that says all there is to say about some symbols.

A slice holds, of each file on the way from the top to an entry that defines, selects or implies one of the
symbols: these entries, the `if`, `menu` and `choice` blocks around them, the `source` lines that lead on, and
macros. Of a choice with one of them it holds everything. All else is empty lines, so line numbers stay.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from hashlib import sha256

from patchtool.kconfig.atlas import TOP, Atlas, KconfigTree
from patchtool.kconfig.dialect import Sources
from patchtool.kconfig.outline import Kind, Outline, Statement
from patchtool.kconfig.parser import Parsed, parse_sources

_ALWAYS = frozenset({Kind.MACRO, Kind.OTHER})


@dataclass(frozen=True, slots=True)
class Slice:
    """Which statements are kept: `kept[path]` are indices into the outline of the file, ascending.

    `key` is equal for slices that read equal and are read alike; "" where that can't be told, because a
    macro makes up the path of a file.
    """

    arch: str
    kept: Mapping[str, tuple[int, ...]]
    key: str


class Slicer:
    """Cuts slices for one set of symbols; what it found in a version of a file, it knows in all states.

    Files named in `whole` are kept whole where the architecture reads them.
    """

    def __init__(self, symbols: Collection[str], whole: Collection[str] = ()) -> None:
        self.symbols = frozenset(symbols)
        self.whole = frozenset(whole)
        self._known: dict[tuple[object, ...], _Kept] = {}

    def cut(self, atlas: Atlas, arch: str) -> Slice:
        """What one architecture says about the symbols. Cost: some milliseconds."""
        choices: frozenset[str] = frozenset()
        while True:
            run = _Run(self, atlas, arch, choices)
            if run.choices <= choices:
                return Slice(arch, run.kept, run.key())
            choices |= run.choices

    def keep(self, one: Outline, leads: tuple[bool, ...], choices: frozenset[str], whole: bool) -> _Kept:
        """Which statements of a file are kept, where its `source` statements lead on or not."""
        key = (id(one), leads, choices, whole)
        if key not in self._known:
            self._known[key] = _keep(one, leads, self.symbols, choices, whole)
        return self._known[key]


@dataclass(frozen=True, slots=True)
class _Kept:
    # Indices of what is kept; of these, the `source` statements of which everything is; names of choices.
    of: Outline
    indices: tuple[int, ...]
    whole: frozenset[int]
    choices: frozenset[str]


def _keep(
    one: Outline, leads: tuple[bool, ...], symbols: frozenset[str], choices: frozenset[str], whole: bool
) -> _Kept:
    statements, sources = one.statements, iter(leads)
    kept = [_is_wanted(s, symbols) or (s.kind is Kind.SOURCE and next(sources)) for s in statements]
    for at in range(len(statements) - 1, -1, -1):
        this = statements[at]
        kept[at] |= this.kind is Kind.CHOICE and this.name in choices
        if kept[at] and this.parent >= 0:
            kept[this.parent] = True
    full = [whole] * len(statements)
    for at, this in enumerate(statements):
        above = this.parent
        if above >= 0:
            full[at] |= full[above] or (kept[above] and statements[above].kind is Kind.CHOICE)
        kept[at] |= full[at]
    indices = tuple(at for at, keep in enumerate(kept) if keep)
    return _Kept(
        one,
        indices,
        frozenset(at for at in indices if full[at] and statements[at].kind is Kind.SOURCE),
        frozenset(s.name for at in indices if (s := statements[at]).kind is Kind.CHOICE and s.name),
    )


def _is_wanted(this: Statement, symbols: frozenset[str]) -> bool:
    if this.kind is Kind.CONFIG:
        return this.name in symbols or any(raised.target in symbols for raised in this.raises)
    return this.kind in _ALWAYS


# One walk from the top, through the files that lead to something wanted.
@dataclass
class _Run:
    slicer: Slicer
    atlas: Atlas
    arch: str
    wanted_choices: frozenset[str]
    kept: dict[str, tuple[int, ...]] = field(default_factory=dict)
    choices: frozenset[str] = frozenset()
    opaque: bool = False

    def __post_init__(self) -> None:
        files = self.atlas.about(self.slicer.symbols) | self.atlas.having(self.wanted_choices)
        self._leading = self.atlas.leading_to(self.arch, files | self.atlas.restless | self.slicer.whole)
        self._seen: set[tuple[str, bool]] = set()
        self._visit(TOP, False)

    def key(self) -> str:
        """A digest of everything that the parse of the slice depends on."""
        if self.opaque:
            return ""
        tree = self.atlas.tree
        files = [f"{path} {tree.blob_id(path)} {kept}" for path, kept in sorted(self.kept.items())]
        variables = sorted(self.atlas.variables[self.arch].items())
        return sha256("\n".join([str(variables), *files]).encode("utf-8", "surrogateescape")).hexdigest()

    def _visit(self, path: str, whole: bool) -> None:
        whole = whole or path in self.slicer.whole
        if (path, whole) in self._seen:
            return
        self._seen.add((path, whole))
        one = self.atlas.outlines[path]
        found = self.slicer.keep(one, self._leads(path, one), self.wanted_choices, whole)
        before = self.kept.get(path)
        self.kept[path] = tuple(sorted({*before, *found.indices})) if before else found.indices
        self.choices |= found.choices
        for at in found.indices:
            if one.statements[at].kind is Kind.SOURCE:
                self._descend(path, one.statements[at], at in found.whole)

    def _leads(self, path: str, one: Outline) -> tuple[bool, ...]:
        found = (self.atlas.targets(self.arch, path, source) for source in one.sources)
        return tuple(not targets or not self._leading.isdisjoint(targets) for targets in found)

    def _descend(self, path: str, source: Statement, whole: bool) -> None:
        targets = self.atlas.targets(self.arch, path, source)
        self.opaque |= targets is None
        for target in targets or ():
            if whole or target in self._leading:
                self._visit(target, whole)


def sliced(atlas: Atlas, arch: str, symbols: Collection[str]) -> Parsed:
    """A parse of only what concerns these symbols; `Parsed.files` are the files that it took.

    Raises:
        KconfigError: what is needed does not parse. Circular dependencies show only where the slice holds
            all of the circle.
        MissingBlob: a Kconfig file's content is absent.
    """
    return read(atlas, Slicer(symbols).cut(atlas, arch))


def read(atlas: Atlas, part: Slice) -> Parsed:
    """The parse of a slice of the atlas's own state; see `sliced`."""
    return parse_sources(Sources(_Reduced(atlas, part)), atlas.rules, part.arch, atlas.variables[part.arch])


class _Reduced:
    # The tree with the files of a slice cut down, and those empty that a glob brings in for nothing.
    def __init__(self, atlas: Atlas, part: Slice) -> None:
        self._atlas = atlas
        self._tree: KconfigTree = atlas.tree
        self._kept = part.kept

    @property
    def name(self) -> str:
        return self._tree.name

    def paths(self, prefix: str = "") -> tuple[str, ...]:
        return self._tree.paths(prefix)

    def read(self, path: str) -> bytes | None:
        one = self._atlas.outlines.get(path)
        if one is None:
            return self._tree.read(path)
        if path not in self._kept:
            return b""
        return _cut_down(self._tree.read(path) or b"", one, self._kept[path])


def _cut_down(data: bytes, one: Outline, kept: tuple[int, ...]) -> bytes:
    lines = data.split(b"\n")
    left = [b""] * len(lines)
    for at in kept:
        this = one.statements[at]
        left[this.line - 1 : this.end] = lines[this.line - 1 : this.end]
        if this.close:
            left[this.close - 1] = lines[this.close - 1]
    return b"\n".join(left)
