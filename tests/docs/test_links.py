"""Links in the documents lead somewhere: files and headings of the project; the web is not asked."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest
from docs_kit import ROOT, anchors, documents, label, links

each = pytest.mark.parametrize("document", documents(), ids=label)


@each
def test_links_lead_to_files_and_headings(document: Path) -> None:
    broken = []
    for line, target in links(document):
        path, _, anchor = target.partition("#")
        if re.match(r"https?://", target):
            continue
        file = (document.parent / path).resolve() if path else document
        found = file.is_dir() if path.endswith("/") else file.is_file()
        if not found or (anchor and anchor not in anchors(file)):
            broken.append(f"{label(document)}:{line}: {target}")
    assert broken == []


def test_every_document_can_be_reached_from_the_readme() -> None:
    seen = [ROOT / "README.md"]
    for document in seen:
        paths = ((document.parent / target.partition("#")[0]).resolve() for _, target in links(document))
        seen += [path for path in dict.fromkeys(paths) if path.suffix == ".md" and path not in seen]
    assert sorted(label(path) for path in set(documents()) - set(seen)) == []


def test_the_readme_is_what_pyproject_says() -> None:
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    assert settings["project"]["readme"] == "README.md"
    assert len((ROOT / "README.md").read_text(encoding="utf-8").splitlines()) <= 250
