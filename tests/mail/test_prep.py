from __future__ import annotations

import pytest

from patchtool.core.series import Cover
from patchtool.mail.prep import PrepCover, read_prep, with_prep
from patchtool.mail.series import read_series

COMMIT = """Change it all

Why, and how.

Signed-off-by: A <a@example.org>

--- b4-submit-tracking ---
# This section is used internally by b4 prep for tracking purposes.
{
  "series": {"revision": 3, "change-id": "20240102-change-0123456789ab", "prefixes": ["RFC"]}
}
"""


def test_the_cover_in_a_commit():
    text = "Why, and how.\n\nSigned-off-by: A <a@example.org>"
    assert read_prep(COMMIT) == PrepCover("Change it all", text, 3, "20240102-change-0123456789ab")


@pytest.mark.parametrize(
    ("message", "expected"),
    [
        ("mm: a\n\nNo cover.", None),
        ("a\n\n--- b4-submit-tracking ---\n", None),
        ("a\n\n--- b4-submit-tracking ---\n{ broken", None),
        ('a\n\n--- b4-submit-tracking ---\n{"series": []}', None),
        ('a\n\n--- b4-submit-tracking ---\n{"series": {"revision": "x"}}', PrepCover("a", "", 1, "")),
    ],
)
def test_what_is_none(message, expected):
    assert read_prep(message) == expected


def test_it_names_the_series(tmp_path, mail):
    (tmp_path / "a.patch").write_bytes(mail("[PATCH] a"))
    series = read_series(str(tmp_path))
    found = with_prep(series, ("mm: other", COMMIT))
    assert (found.subject, found.version, found.change_id) == (
        "Change it all",
        3,
        "20240102-change-0123456789ab",
    )
    text = "Why, and how.\n\nSigned-off-by: A <a@example.org>"
    assert found.cover == Cover("Change it all", text, str(tmp_path))
    assert found.patches == series.patches
    assert with_prep(series, ("mm: other",)) == series
