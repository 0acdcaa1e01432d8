"""Which C files of a folder one configuration builds, by its Makefiles."""

from __future__ import annotations

import re

from patchtool.core.tree import TreeReader
from patchtool.csource.preprocess import Macros

_RULE = re.compile(r"^[\w-]+-(y|\$\((CONFIG_\w+)\))\s*[+:]?=\s*(.*)$")


def built_files(reader: TreeReader, folder: str, macros: Macros) -> tuple[str, ...]:
    """The .c files below a folder that its Makefiles build, in their order.

    Reads `name-y` and `name-$(CONFIG_X)` lists, folders in them too, and knows `$(BITS)`. `ifdef` and
    `ifeq` in a Makefile are not evaluated: what stands in either branch counts as built.
    """
    text = reader.read(f"{folder}/Makefile") or reader.read(f"{folder}/Kbuild") or b""
    found: list[str] = []
    bits = "64" if macros.get("CONFIG_64BIT") is not None else "32"
    for line in text.decode("utf-8", "surrogateescape").replace("\\\n", " ").splitlines():
        rule = _RULE.match(line.strip())
        if rule is None or (rule.group(2) and macros.get(rule.group(2)) is None):
            continue
        for word in rule.group(3).split("#")[0].replace("$(BITS)", bits).split():
            if word.endswith(".o"):
                found.append(f"{folder}/{word[:-2]}.c")
            elif word.endswith("/") and ".." not in word:
                found += built_files(reader, f"{folder}/{word[:-1]}", macros)
    return tuple(dict.fromkeys(found))
