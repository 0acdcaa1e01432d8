"""Where Kconfig symbols stand in any file of a kernel tree, and what kind of text they stand in."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Collection, Iterator
from functools import lru_cache

from patchtool.core.tree import Use, UseKind
from patchtool.kconfig.text import scan

# `-DCONFIG_X` on a compiler's command line names CONFIG_X.
_WORD = re.compile(rb"(?:(?<=-)D(?=CONFIG_))?(\w+)")
_PREFIX = "CONFIG_"
_MODULE = "_MODULE"
_IN_PROSE = frozenset({UseKind.COMMENT, UseKind.STRING, UseKind.DOC})

_SOURCE = re.compile(r"\.(?:c|h|S|s|lds|dts|dtsi|dtso|inc|cc|cpp|y|l|rs)\Z")
_MAKEFILE = re.compile(r"(?:\A|/)(?:GNU)?(?:Makefile|Kbuild|Platform)(?:[._-][^/]*)?\Z|\.mk\Z")
_KCONFIG = re.compile(r"(?:\A|/)Kconfig[^/]*\Z")
_DEFCONFIG = re.compile(r"(?:\A|/)configs/|defconfig\Z|\.config\Z|\Akernel/configs/")
_DOCUMENT = re.compile(r"\ADocumentation/|\.(?:rst|txt|md)\Z|(?:\A|/)README[^/]*\Z")
# Built from: Documentation has Kconfig and Makefile of its own, the tests of kconfig are about no kernel.
_BUILT_DOCUMENT = re.compile(r"/(?:Kconfig|Makefile)\Z")
_KCONFIG_TESTS = re.compile(r"\Ascripts/kconfig/")

_COMMENT = rb"(?P<comment>/\*.*?(?:\*/|\Z)|//(?:\\\r?\n|[^\n])*)"
_STRING = rb"""(?P<string>"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])')"""
_ERROR = rb"(?P<error>^[ \t]*#[ \t]*(?:error|warning)\b(?:\\\r?\n|[^\n])*)"
_DIRECTIVE = rb"[ \t]*#[ \t]*(?:include|define|undef|if|ifdef|ifndef|else|elif|endif|error|warning|pragma)\b"
# Characters that start a comment in an architecture's assembly; where # marks an operand it is left out.
_ASM_COMMENT = {"arm": rb"@", "m68k": rb"\|", "sh": rb"!", "sparc": rb"!"} | dict.fromkeys(
    ("alpha", "arc", "microblaze", "mips", "powerpc", "riscv", "s390", "x86", "xtensa"), rb"#"
)
_MAKE_COMMENT = re.compile(rb"(?P<comment>(?<!\\)#(?:\\\r?\n|[^\n])*)")
_NOT_SET = re.compile(rb"(?P<comment>^#(?! CONFIG_\w+ is not set)[^\n]*)", re.M)

Spans = list[tuple[int, int, UseKind]]


def classify(path: str, data: bytes, symbols: Collection[str]) -> tuple[Use, ...]:
    """Every occurrence of the given Kconfig symbols in a file, in file order.

    `symbols` and `Use.symbol` are without CONFIG_. A word counts if it is `X`, `CONFIG_X` or (not in
    Kconfig, Makefiles and defconfigs) `CONFIG_X_MODULE`, whole. A bare `X` counts in Kconfig files, in
    comments, string literals and documents only: in code it is another identifier. `#error` and `#warning`
    texts are STRING; an unterminated comment reaches to the end of the file. Occurrences on one line that
    are alike are one.

    Does not see names that the preprocessor or make puts together (`CONFIG_##X`, `CONFIG_$(X)`).
    Linear in the file; a file without any of the names is given up at once.
    """
    kind = role(path)
    if not any(symbol.encode() in data for symbol in symbols):
        return ()
    if kind is UseKind.KCONFIG:
        return scan(path, data, symbols)
    hits = list(_hits(data, _forms(symbols, kind)))
    if not hits:
        return ()
    return tuple(dict.fromkeys(_placed(path, data, hits, kind)))


def role(path: str) -> UseKind:
    """What a file is by its name: KCONFIG, MAKEFILE, CODE, DEFCONFIG, DOC or OTHER."""
    if _DOCUMENT.search(path) and not _BUILT_DOCUMENT.search(path):
        return UseKind.DOC
    for pattern, kind in (
        (_KCONFIG_TESTS, UseKind.OTHER),
        (_KCONFIG, UseKind.KCONFIG),
        (_MAKEFILE, UseKind.MAKEFILE),
        (_SOURCE, UseKind.CODE),
        (_DEFCONFIG, UseKind.DEFCONFIG),
    ):
        if pattern.search(path):
            return kind
    return UseKind.OTHER


def spans(path: str, data: bytes) -> Spans:
    """Comments and strings of a C or assembly file: byte offsets (end exclusive), in order, never nested.

    Only COMMENT and STRING; what is between is code. Assembly comments by the architecture in `path`.
    """
    found: Spans = []
    for match in _lexer(_asm_comment(path)).finditer(data):
        group = match.lastgroup or ""
        kind = UseKind.COMMENT if group in ("comment", "line") else UseKind.STRING
        found.append((*match.span(group), kind))
    return found


def _asm_comment(path: str) -> bytes:
    parts = path.split("/")
    if not path.endswith((".S", ".s")) or len(parts) < 3 or parts[0] != "arch":
        return b""
    return _ASM_COMMENT.get(parts[1], b"")


@lru_cache(maxsize=16)
def _lexer(asm_comment: bytes) -> re.Pattern[bytes]:
    parts = [_ERROR, _COMMENT, _STRING]
    if asm_comment:
        # From the start of the line, and never in a directive: `#if !defined(X)` is code.
        parts.append(rb"^(?!" + _DIRECTIVE + rb")[^\n\"/]*?(?P<line>" + asm_comment + rb"[^\n]*)")
    return re.compile(b"|".join(parts), re.S | re.M)


# Every written form of the symbols, and whether it has the prefix.
def _forms(symbols: Collection[str], kind: UseKind) -> dict[bytes, tuple[str, bool]]:
    forms: dict[bytes, tuple[str, bool]] = {}
    for symbol in symbols:
        if kind not in (UseKind.MAKEFILE, UseKind.DEFCONFIG):
            forms.setdefault(f"{_PREFIX}{symbol}{_MODULE}".encode(), (symbol, True))
    for symbol in symbols:
        forms[f"{_PREFIX}{symbol}".encode()] = (symbol, True)
        forms[symbol.encode()] = (symbol, False)
    return forms


def _hits(data: bytes, forms: dict[bytes, tuple[str, bool]]) -> Iterator[tuple[int, str, bool]]:
    for match in _WORD.finditer(data):
        form = forms.get(match.group(1))
        if form is not None:
            yield match.start(1), *form


def _placed(path: str, data: bytes, hits: list[tuple[int, str, bool]], kind: UseKind) -> Iterator[Use]:
    kind_at = _kinds(path, data, kind)
    line, counted = 1, 0
    for offset, symbol, prefixed in hits:
        line += data.count(b"\n", counted, offset)
        counted = offset
        found = kind_at(offset)
        if prefixed or found in _IN_PROSE:
            yield Use(path, line, symbol, found, _whole_line(data, offset))


def _kinds(path: str, data: bytes, kind: UseKind) -> Callable[[int], UseKind]:
    if kind is UseKind.CODE:
        found = spans(path, data)
    elif kind in (UseKind.MAKEFILE, UseKind.DEFCONFIG):
        pattern = _MAKE_COMMENT if kind is UseKind.MAKEFILE else _NOT_SET
        found = [(*match.span(), UseKind.COMMENT) for match in pattern.finditer(data)]
    else:
        found = []
    starts = [start for start, _, _ in found]

    def kind_at(offset: int) -> UseKind:
        index = bisect_right(starts, offset) - 1
        return found[index][2] if index >= 0 and offset < found[index][1] else kind

    return kind_at


def _whole_line(data: bytes, offset: int) -> str:
    start = data.rfind(b"\n", 0, offset) + 1
    end = data.find(b"\n", offset)
    return data[start : end if end >= 0 else len(data)].decode("utf-8", "surrogateescape").rstrip("\r")
