"""The mini kernel, a home of its own for every test, and real kernels where they are at hand."""

from __future__ import annotations

import importlib.util
import os
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
FIXTURES = ROOT / "fixtures"


@pytest.fixture(autouse=True)
def _home(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    # No test sees the user's configuration, cache or identity.
    home = tmp_path_factory.mktemp("home")
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("XDG_CACHE_HOME", str(home / "cache"))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(home / "config"))
    for name in [name for name in os.environ if name.startswith(("GIT_", "PATCHTOOL_CACHE"))]:
        monkeypatch.delenv(name)


@pytest.fixture(scope="session")
def mini(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The mini kernel's repository, built once a session; nobody may write to it."""
    spec = importlib.util.spec_from_file_location("fixtures_build", FIXTURES / "build.py")
    assert spec
    assert spec.loader
    build = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = build  # dataclasses look their module up
    spec.loader.exec_module(build)
    target = tmp_path_factory.mktemp("mini") / "kernel"
    build.build(target)
    return target


@pytest.fixture
def series() -> Path:
    """The folder of series that fit the mini kernel."""
    return FIXTURES / "series"


@pytest.fixture(scope="session")
def kernels() -> Path:
    """The repository of real kernels that PATCHTOOL_KERNELS names; skips, saying so, without it."""
    place = os.environ.get("PATCHTOOL_KERNELS")
    if not place:
        # Right: real kernels are gigabytes that only their user can name; 6.1 and the mini kernel run in CI.
        pytest.skip("PATCHTOOL_KERNELS is not set: real kernels were NOT examined")
    return Path(place)


@pytest.fixture(scope="session")
def real_mails() -> Path:
    """The folder of real mails beside the project; skips, saying so, without it."""
    folder = ROOT.parent / "shared" / "real"
    if not folder.is_dir():
        # Right: other people's mails may not lie in the project; the fixtures' own are examined.
        pytest.skip(f"no {folder.name}/ beside the project: real mails were NOT examined")
    return folder
