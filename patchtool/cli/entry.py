"""Where the `patchtool` command begins, before anything else is loaded."""

from __future__ import annotations

import os
import sys


def main() -> None:
    """Run the command line; an interrupt while the program is still loading ends it like any other."""
    os.environ.setdefault("GIT_PYTHON_REFRESH", "quiet")  # that git is absent is ours to say
    try:
        from patchtool.cli.main import run
    except KeyboardInterrupt:
        sys.exit(130)
    run()
