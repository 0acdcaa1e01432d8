"""Where the `patchtool` command begins, before anything else is loaded."""

from __future__ import annotations

import sys


def main() -> None:
    """Run the command line; an interrupt while the program is still loading ends it like any other."""
    try:
        from patchtool.cli.main import run
    except KeyboardInterrupt:
        sys.exit(130)
    run()
