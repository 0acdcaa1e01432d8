"""Where the `patchtool` command begins, before anything else is loaded."""

from __future__ import annotations

import gc
import os
import sys

# Records and syntax trees are many and hardly ever part of a cycle: to look for cycles as often as Python
# does takes a tenth of a long run.
_BETWEEN_COLLECTIONS = 100_000


def main() -> None:
    """Run the command line; an interrupt while the program is still loading ends it like any other."""
    gc.set_threshold(_BETWEEN_COLLECTIONS)
    os.environ.setdefault("GIT_PYTHON_REFRESH", "quiet")  # that git is absent is ours to say
    try:
        from patchtool.cli.ending import ended
    except KeyboardInterrupt:
        sys.exit(130)
    sys.exit(ended(_asked))


# A commit waits for its hook, so that is loaded without the command line.
def _asked() -> int:
    from patchtool.cli.hook_run import is_call, run_hook
    from patchtool.hooks.scripts import Hook

    arguments = sys.argv[1:]
    if is_call(arguments):
        return run_hook(Hook(arguments[2]), arguments[4:])
    from patchtool.cli.main import run

    return run(arguments)
