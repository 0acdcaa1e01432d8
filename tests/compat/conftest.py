"""Tools of others that these tests ask, each looked for in one place.

It is right to skip without one: none is a dependency of patchtool, and .ci/run installs them all.
"""

from __future__ import annotations

import os

import pytest
from hook_kit import run


@pytest.fixture(scope="session")
def b4_python() -> str:
    """The Python that PATCHTOOL_B4 names, which has b4; skips, saying so, without it."""
    python = os.environ.get("PATCHTOOL_B4")
    if not python:
        # Right: b4 comes from PyPI into an environment of its own, which .ci/run makes and names.
        pytest.skip("PATCHTOOL_B4 is not set: nothing was held against the real b4")
    return python


@pytest.fixture(scope="session")
def send_email(tmp_path_factory) -> None:
    """Skips, saying so, where git has no send-email."""
    if run(tmp_path_factory.mktemp("git"), "git", "send-email", "--dump-aliases")[0]:
        # Right: distributions ship it apart from git, and .ci/run installs it.
        pytest.skip("no git send-email: no mails were sent with it")
