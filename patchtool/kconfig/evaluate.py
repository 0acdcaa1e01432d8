"""One configuration of one architecture: assignments in, values out."""

from __future__ import annotations

from collections.abc import Mapping

from patchtool.core.tree import TreeReader
from patchtool.kconfig.parser import parse
from patchtool.kconfig.values import Values

__all__ = ["Values", "evaluate"]


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
