from __future__ import annotations

import pytest

from patchtool.core.diffstat import Diffstat, Row, read_diffstat


def test_the_last_one_counts():
    text = (
        "v1:\n a.c | 9 +\n 1 file changed, 9 insertions(+)\n\nv2:\n"
        " mm/a.c         |   12 ++++--\n"
        " Documentation/{x => y}/a.rst |  0\n"
        " a.png | Bin 10 -> 12 bytes\n"
        " ...\n"
        " 9 files changed, 8 insertions(+), 4 deletions(-)\n"
        " create mode 100644 mm/a.c\n\n"
    )
    rows = (Row("mm/a.c", 12), Row("Documentation/{x => y}/a.rst", 0), Row("a.png", None))
    assert read_diffstat(text) == Diffstat(5, rows, 9, 8, 4, cut=True)


@pytest.mark.parametrize(
    "text", ["", "a | b\n", " a.c | 2 +-\n\nno summary\n", "| 1 file | changed\n", "3 files were changed\n"]
)
def test_none(text):
    assert read_diffstat(text) is None


def test_other_spellings():
    assert read_diffstat(" 2 files changed, 1 deletion(-)") == Diffstat(0, (), 2, 0, 1)
    gnu = " a.c |    3 !!!\n 1 file changed, 1 insertion(+), 2 modifications(!)\n"
    assert read_diffstat(gnu) == Diffstat(0, (Row("a.c", None),), 1, 1, 0)
    assert read_diffstat(" a.sh (new +x) | 3 +++\n 1 file changed, 3 insertions(+)\n") == Diffstat(
        0, (Row("a.sh", 3),), 1, 3, 0
    )


@pytest.mark.parametrize(
    ("row", "names"),
    [
        ("a.c", ("a.c",)),
        ("a.c => b.c", ("a.c", "b.c")),
        ("mm/{a.c => b.c}", ("mm/a.c", "mm/b.c")),
        ("mm/{ => x}/a.c", ("mm/a.c", "mm/x/a.c")),
        (".../a => b/x}/a.c", (".../a/a.c", "b/x/a.c")),
        (".../x.c}", (".../x.c",)),
    ],
)
def test_names(row, names):
    assert Row(row, 1).names() == names


def test_which_paths_a_row_stands_for():
    short, moved = Row(".../mm/a.c", 1), Row("mm/{a.c => b.c}", 1)
    assert [short.means(path) for path in ("x/mm/a.c", "x/amm/a.c", "mm/a.c.c")] == [True, False, False]
    assert (moved.means("mm/b.c"), moved.means("mm/a.c"), moved.moves("mm/a.c")) == (True, False, True)
    assert not short.moves("x/mm/a.c")
