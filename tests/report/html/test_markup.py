"""Text becomes markup through one function, and stays text."""

import pytest

from patchtool.report.html.markup import digest, element, escape, joined, script, style


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("select A\tif B\n", "select A\tif B\n"),
        ("<script>alert(1)</script>", "&lt;script&gt;alert(1)&lt;/script&gt;"),
        ("]]></style>", "]]&gt;&lt;/style&gt;"),
        ("\" onclick='x' &lt;", "&quot; onclick=&#x27;x&#x27; &amp;lt;"),
        ("\x1b[31m\x00\r", "\\x1b[31m\\x00\\x0d"),
        ("a\u202eb\u2028\ufeff", "a\\u202eb\\u2028\\ufeff"),
        ("\udcff", "\\xff"),
        ("Jos\u00e9 \U0001f427", "Jos&#233; &#128039;"),
    ],
)
def test_what_a_text_becomes(text: str, html: str) -> None:
    assert escape(text) == html


def test_an_element_escapes_its_texts_and_attributes_and_takes_markup_as_it_is() -> None:
    inner = element("b", "<", title='"')
    assert element("p", "a<", inner, None, class_="x", data_rule="a>b", hidden=True, id=None, n=3).html == (
        '<p class="x" data-rule="a&gt;b" hidden n="3">a&lt;<b title="&quot;">&lt;</b></p>'
    )
    assert joined((inner, "&", None)).html == '<b title="&quot;">&lt;</b>&amp;'


def test_some_elements_have_no_end_and_a_false_attribute_is_left_out() -> None:
    assert element("input", type="search", checked=False).html == '<input type="search">'
    assert element("td").html == "<td></td>"


def test_what_is_ours_stands_as_it_is_and_the_policy_knows_it_by_its_hash() -> None:
    assert style("a > b {}").html == "<style>a > b {}</style>"
    assert script("1 < 2").html == "<script>1 < 2</script>"
    assert digest("") == "'sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU='"
