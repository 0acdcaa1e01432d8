from patchtool.csource.hunks import added_lines
from patchtool.mail.diff import parse_diff

DIFF = b"""diff --git a/a.c b/a.c
--- a/a.c
+++ b/a.c
@@ -10,3 +10,4 @@
 one
-two
+2
+new
 three
"""


def test_a_hunk_is_found_where_it_went():
    (change,) = parse_diff(DIFF, "x")
    assert added_lines(change, b"head\none\n2\nnew\nthree\n") == {3, 4}
    assert added_lines(change, b"one\n2\nnew\nthree\n" + b"x\n" * 5 + b"one\n2\nnew\nthree\n") == {11, 12}


def test_a_hunk_that_is_not_there_adds_nothing():
    (change,) = parse_diff(DIFF, "x")
    assert added_lines(change, b"one\ntwo\nthree\n") == frozenset()
