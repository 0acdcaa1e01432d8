"""Temporary folders, and those that killed runs left."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path

from patchtool.tree.folders import new_folder


def test_the_folders_of_dead_runs_are_swept_and_no_others(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    dead = subprocess.Popen([sys.executable, "-c", ""])
    dead.wait()
    kept = [f"patchtool-{os.getpid()}-a", "patchtool-1-a", "patchtool-x-a", "patchtool-\u00b2-a", "other-1-a"]
    kept += [f"patchtool-{10**30}-a", "patchtool-bug-a.log", "patchtool--5-a"]
    for name in (*kept, f"patchtool-{dead.pid}-a"):
        (tmp_path / name / "objects").mkdir(parents=True)
    outside = tmp_path / "outside"
    (outside / "precious").mkdir(parents=True)
    (tmp_path / f"patchtool-{dead.pid}-link").symlink_to(outside)
    own = new_folder()
    assert not (tmp_path / f"patchtool-{dead.pid}-a").exists()
    assert [name for name in kept if not (tmp_path / name / "objects").is_dir()] == []
    assert (outside / "precious").is_dir()
    assert own.parent == tmp_path
    assert own.name.startswith(f"patchtool-{os.getpid()}-")
