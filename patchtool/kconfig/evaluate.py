"""One configuration of one architecture: assignments, or a name that make knows, in; values out."""

from __future__ import annotations

import re
from collections.abc import Mapping

from patchtool.core.errors import PatchtoolError
from patchtool.core.tree import TreeReader
from patchtool.kconfig.environment import environment
from patchtool.kconfig.parser import Parsed, parse
from patchtool.kconfig.values import Base, Values

__all__ = ["Base", "UnknownConfiguration", "Values", "configuration", "configured", "evaluate", "read_config"]

_SET = re.compile(r"CONFIG_(\w+)=(.*)", re.A)
_UNSET = re.compile(r"# CONFIG_(\w+) is not set\b.*", re.A)
_ESCAPED = re.compile(r"\\(.)")


class UnknownConfiguration(PatchtoolError):
    """A name that is neither a configuration of ours nor a defconfig of the tree."""


def evaluate(reader: TreeReader, arch: str, assignments: Mapping[str, str]) -> Values:
    """Values of an architecture's symbols where `assignments` are set and all else has its default.

    Names are without CONFIG_. An assignment that does not take is listed in `Values.refused`; the rest
    still holds.

    Raises:
        KconfigError: a Kconfig file does not parse, or its symbols depend on each other in a circle.
        UnknownArch: the tree has no such architecture.
        MissingBlob: a Kconfig file's content is absent.

    Cost: one parse of the architecture (1-2 s for a whole kernel). For more than one configuration,
    call `parse` once and `Parsed.with_values` for each.
    """
    return parse(reader, arch).with_values(assignments)


def configuration(reader: TreeReader, arch: str, name: str) -> Values:
    """The configuration that `make <name>` gives on an architecture, if every probe of the compiler says no.

    `name` is `allnoconfig`, `allyesconfig`, a defconfig as make takes it (`ppc64_defconfig`, a file of
    arch/*/configs), or a path in the tree. Of a defconfig, `Values.refused` names the lines that do not take.

    Raises:
        UnknownConfiguration: the tree has no such file.
        KconfigError, UnknownArch, MissingBlob: as `evaluate`.

    Cost: one parse of the architecture; see `configured` for more than one configuration.
    """
    return configured(reader, parse(reader, arch), name)


def configured(reader: TreeReader, parsed: Parsed, name: str) -> Values:
    """As `configuration`, of an architecture that was parsed before."""
    if name in (Base.ALLNOCONFIG, Base.ALLYESCONFIG):
        return parsed.with_values({}, Base(name))
    folder = f"arch/{environment(reader, parsed.arch)['SRCARCH']}/configs"
    data = reader.read(name if "/" in name else f"{folder}/{name}")
    if data is None:
        raise UnknownConfiguration(
            f"no configuration {name!r}",
            at=f"{reader.name}:{name if '/' in name else folder}",
            hint="name allnoconfig, allyesconfig, a file of that folder, or a path in the tree",
        )
    return parsed.with_values(read_config(data))


def read_config(data: bytes) -> dict[str, str]:
    """The assignments of a .config or defconfig, in order; of several for one symbol the last, in its place.

    `# CONFIG_X is not set` is n. Texts lose their quotes and escapes; one without quotes is taken too (conf
    refuses it). Lines that are neither are left out, as conf does.
    """
    found: dict[str, str] = {}
    for line in data.decode("utf-8", "surrogateescape").replace("\r\n", "\n").split("\n"):
        if match := _SET.fullmatch(line):
            name, value = match[1], _text(match[2])
        elif match := _UNSET.fullmatch(line):
            name, value = match[1], "n"
        else:
            continue
        found.pop(name, None)
        found[name] = value
    return found


def _text(value: str) -> str:
    quoted = len(value) > 1 and value.startswith('"') and value.endswith('"')
    return _ESCAPED.sub(r"\1", value[1:-1]) if quoted else value.rstrip()
