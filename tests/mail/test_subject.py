from __future__ import annotations

import pytest

from patchtool.mail.subject import SubjectTags, read_subject


@pytest.mark.parametrize(
    ("value", "tags"),
    [
        ("[PATCH] a: b", SubjectTags("a: b", "PATCH", 1, None, None, (), False)),
        ("[PATCH v4 0/9] x", SubjectTags("x", "PATCH v4 0/9", 4, 0, 9, (), False)),
        (
            "[PATCH RFC net-next v4 02/19] a",
            SubjectTags("a", "PATCH RFC net-next v4 02/19", 4, 2, 19, ("RFC", "net-next"), False),
        ),
        ("[RFC][PATCHv3 1/2] a", SubjectTags("a", "RFC PATCHv3 1/2", 3, 1, 2, ("RFC",), False)),
        ("[PATCH v4.4] a", SubjectTags("a", "PATCH v4.4", 1, None, None, ("v4.4",), False)),
        ("[PATCH 5.4 v2 1/3] a", SubjectTags("a", "PATCH 5.4 v2 1/3", 2, 1, 3, ("5.4",), False)),
        ("Re: [PATCH 1/2] a", SubjectTags("a", "PATCH 1/2", 1, 1, 2, (), True)),
        ("AW: Re: a", SubjectTags("a", "", 1, None, None, (), True)),
        ("[list] Re: [PATCH V2] a", SubjectTags("a", "list PATCH V2", 2, None, None, ("list",), True)),
        ("a [PATCH]: b", SubjectTags("a [PATCH]: b", "", 1, None, None, (), False)),
        ("[PATCH] a\x1b[31m\tb", SubjectTags("a\x1b[31m\tb", "PATCH", 1, None, None, (), False)),
    ],
)
def test_read_subject(value, tags):
    assert read_subject(value) == tags


@pytest.mark.parametrize(
    ("value", "kernels"),
    [
        ("[PATCH stable 4.4 1/3] a", ("4.4",)),
        ("[PATCH AUTOSEL 5.4-4.9] a", ("5.4-4.9",)),
        ("[for-stable-4.9 PATCH v2 1/2] a", ("for-stable-4.9",)),
        ("[PATCH 5.4.y 1/2] a", ("5.4.y",)),
        ("[PATCH mm-unstable v5 1/2] a", ()),
        ("[PATCH mm-stable 1/2] a", ()),
    ],
)
def test_kernels(value, kernels):
    assert read_subject(value).kernels == kernels
