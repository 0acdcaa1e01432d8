"""HTML that can't be broken by what it quotes: text becomes markup through one function, here."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import sha256
from html import escape as as_entities

from patchtool.report.plain import safe

_VOID = frozenset({"br", "input", "meta"})


@dataclass(frozen=True, slots=True)
class Markup:
    """HTML as it stands in the page; nothing outside this file makes one of a text."""

    html: str


Child = Markup | str | None
"""What an element holds: markup as it is, text to be escaped, None for nothing."""


def escape(text: str) -> str:
    """Text as HTML shows it, in an element or in a quoted attribute: pure ASCII.

    Control, bidirectional and broken characters are shown as escapes (`\\x1b`), for they could hide what a
    hostile mail says; tabs and newlines stay.
    """
    return as_entities(safe(text), quote=True).encode("ascii", "xmlcharrefreplace").decode("ascii")


def element(name: str, /, *children: Child, **attributes: str | int | bool | None) -> Markup:
    """`<name ...>children</name>`; children that are text are escaped, and so is every attribute.

    `class_` and `for_` stand for the reserved words, `data_rule` for `data-rule`. An attribute that is True
    stands alone, one that is None or False is left out.
    """
    start = f"<{name}{''.join(_attribute(key, value) for key, value in attributes.items())}>"
    return Markup(start if name in _VOID else f"{start}{joined(children).html}</{name}>")


def joined(children: Iterable[Child]) -> Markup:
    """One after the other, with nothing between them."""
    return Markup("".join(_html(child) for child in children))


def style(text: str) -> Markup:
    """A style sheet of ours as it is written; it must not hold `</`."""
    return Markup(f"<style>{text}</style>")


def script(text: str) -> Markup:
    """A script of ours as it is written; it must not hold `</`."""
    return Markup(f"<script>{text}</script>")


def digest(text: str) -> str:
    """How a content security policy names a style sheet or a script: `'sha256-...'`."""
    return f"'sha256-{b64encode(sha256(text.encode()).digest()).decode()}'"


def _html(child: Child) -> str:
    if child is None:
        return ""
    return child.html if isinstance(child, Markup) else escape(child)


def _attribute(key: str, value: str | int | bool | None) -> str:
    if value is None or value is False:
        return ""
    name = key.rstrip("_").replace("_", "-")
    return f" {name}" if value is True else f' {name}="{escape(str(value))}"'
