"""The one base of every error that is the user's to mend."""

from __future__ import annotations


class PatchtoolError(Exception):
    """Bad use or bad input: printed as one line with its place and a hint, exit status 2.

    `at` is `path`, `path:line` or `ref:path:line`, or None where no place applies. `hint` is an act
    ("git fetch stable linux-5.4.y"), or None. Kinds live beside the code that raises them.
    """

    def __init__(self, message: str, *, at: str | None = None, hint: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.at = at
        self.hint = hint

    def __str__(self) -> str:
        place = f"{self.at}: " if self.at else ""
        hint = f" (hint: {self.hint})" if self.hint else ""
        return f"{place}{self.message}{hint}"
