from __future__ import annotations

import pytest

from patchtool.mail.diff import parse_diff
from patchtool.mail.mailbox import MailError
from patchtool.mail.scan import FileSpan, Scanner

COMBINED = "a combined diff (of a merge) cannot be applied (hint: send the change against one parent)"

SHORT = (
    "the hunk ends before its announced length"
    " (hint: the mail is cut off, or somebody edited it: get it again)"
)


def scan(text: bytes) -> tuple[FileSpan, ...]:
    return Scanner(text.splitlines(keepends=True), "s", tuple(range(101, 140))).files()


def test_spans():
    text = (
        b" a | 1 +\n\ndiff --git a/a b/a\nold mode 100644\nnew mode 100755\nnoise\n"
        b"--- a/b\n+++ b/b\n@@ -1 +1,2 @@\n a\n+b\n\\ No newline at end of file\n"
        b"@@ -9,0 +11 @@\n+c\n-- \n2.24.1\n"
    )
    assert scan(text) == (
        FileSpan(2, 5, (b"diff --git a/a b/a\n", b"old mode 100644\n", b"new mode 100755\n"), (), False),
        FileSpan(6, 14, (b"--- a/b\n", b"+++ b/b\n"), (8, 12), False),
    )


def test_binary_spans():
    text = (
        b"diff --git a/a b/a\nindex 1..2\nGIT binary patch\nliteral 1\nIcmZPo0001\n\n"
        b"literal 0\nHcmV?d00001\n\n"
        b"diff --git a/b b/b\nBinary files a/b and b/b differ\nmore\n"
    )
    assert scan(text) == (
        FileSpan(0, 9, (b"diff --git a/a b/a\n", b"index 1..2\n"), (), True),
        FileSpan(9, 11, (b"diff --git a/b b/b\n",), (), True),
    )


@pytest.mark.parametrize(
    "text",
    [
        b"",
        b"diff --git a/a b/a\nno header\n",
        b"--- a table\n+++ of\nwords\n",
        b"--- a/a\n",
        b"> diff --git a/a b/a\n> --- a/a\n> +++ b/a\n> @@ -1 +1 @@\n> -a\n> +b\n",
    ],
)
def test_no_diff(text):
    assert scan(text) == ()


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (b"\n@@ -1 +1 @@\n-a\n+b\n", "s:102: a hunk without a file header before it"),
        (b"--- a/a\n+++ b/a\n@@ -1,2 +1 @@\n-a\n", f"s:103: {SHORT}"),
        (b"--- a/a\n+++ b/a\n@@ -1 +1 @@\n-a\n*b\n", f"s:103: {SHORT}"),
        (b"--- a/a\n+++ b/a\n@@ -1 +1,2 @@\n-a\n-b\n", "s:103: the hunk is longer than it announces"),
        (
            b"diff --cc a\nindex 1,2..3\n",
            f"s:101: {COMBINED}",
        ),
        (
            b"@@@ -1,1 -1,1 +1,2 @@@\n",
            f"s:101: {COMBINED}",
        ),
    ],
)
def test_what_git_calls_corrupt(text, message):
    with pytest.raises(MailError) as error:
        scan(text)
    assert str(error.value) == message


def test_place_without_lines():
    with pytest.raises(MailError) as error:
        Scanner([b"@@ -1 +1 @@\n"], "s").files()
    assert error.value.at == "s"


def test_a_header_without_a_diff_before_a_file():
    quoted = b"diff --git a/q b/q\n\nwords\n"
    file = b"diff --git a/a b/a\n--- a/a\n+++ b/a\n@@ -1 +1 @@\n-a\n+b\n"
    with pytest.raises(MailError) as error:
        parse_diff(quoted + file, "s", range(11, 30))
    assert str(error.value) == (
        "s:14: git apply takes a `diff --git` line above, which has no diff, for this file's header"
        " (hint: indent the diff that the message quotes)"
    )
    assert len(parse_diff(quoted.replace(b"/q", b"/a") + file, "s")) == 1
