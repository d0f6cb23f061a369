"""What people write about themselves: plain text stays as it is, and nothing becomes dangerous."""

import re
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from visavis.core.markup import TAGS, first_line, to_html


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("", ""),
        ("Hello.", "<p>Hello.</p>\n"),
        ("One line.\nAnother.", "<p>One line.<br>\nAnother.</p>\n"),
        ("One.\n\nTwo.", "<p>One.</p>\n<p>Two.</p>\n"),
        ("**Strong** and *soft*", "<p><strong>Strong</strong> and <em>soft</em></p>\n"),
        ("- a\n- b", "<ul>\n<li>a</li>\n<li>b</li>\n</ul>\n"),
        ("3 < 4 & 5 > 4", "<p>3 &lt; 4 &amp; 5 &gt; 4</p>\n"),
        ("# No heading", "<p># No heading</p>\n"),
        ("    four spaces", "<p>four spaces</p>\n"),
        ("`no code`", "<p>`no code`</p>\n"),
        ("a_b_c and 2 * 3 * 4", "<p>a_b_c and 2 * 3 * 4</p>\n"),
        (r"\*as it is\*", "<p>*as it is*</p>\n"),
    ],
)
def test_a_little_markdown_and_otherwise_text(text, html):
    assert to_html(text) == html


def test_year_at_the_beginning_of_a_line_stays_that_year():
    assert '<ol start="1987">' in to_html("1987. A good year.")


@pytest.mark.parametrize("target", ["https://uni.test/a?b=c", "mailto:talia@uni.test"])
def test_links_to_web_and_mail_are_links(target):
    html = to_html(f"[me]({target})")
    assert html == f'<p><a href="{target}" rel="nofollow noopener noreferrer">me</a></p>\n'
    assert f'href="{target}"' in to_html(f"<{target}>")


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "[a](javascript:alert(1))",
        "[a](JaVaScRiPt:alert(1))",
        "[a](data:text/html;base64,PHNjcmlwdD4=)",
        "[a](vbscript:x)",
        "<javascript:alert(1)>",
        "![a](https://evil.test/pixel.png)",
        '[a](https://uni.test/"onmouseover="alert(1))',
        "<iframe src='https://evil.test'></iframe>",
        "<a href='https://evil.test' style='position:fixed'>a</a>",
        "&lt;script&gt;",
        "<svg><script>alert(1)</script></svg>",
    ],
)
def test_nothing_of_html_is_more_than_text(text):
    check(to_html(text))


@given(
    st.text(
        st.sampled_from("ab<>&\"'()[]*_-!\\\n #1.:/=`~|") | st.characters(codec="utf-8"),
        max_size=300,
    )
)
def test_no_text_becomes_anything_but_what_is_let_through(text):
    check(to_html(text))


def check(html: str) -> None:
    for tag, rest in re.findall(r"</?([a-z0-9]+)([^>]*)>", html):
        assert tag in TAGS
        bare = re.sub(
            r'(href="(https?:|mailto:|/|#|\?|[^":]*")[^"]*"?|rel="[^"]*"|start="\d+")', "", rest
        )
        assert not bare.strip(), rest
    assert not re.search(r'href="\s*(javascript|data|vbscript):', html, re.IGNORECASE)
    assert "<" not in re.sub(r"</?[a-z]+[^>]*>", "", html)


@pytest.mark.parametrize("unit", ["*a ", "[", "- " * 50 + "\n", "**", "(<", "![["])
def test_longest_text_of_the_worst_sort_is_read_in_a_moment(unit):
    text = (unit * 4000)[:4000]
    began = time.process_time()
    to_html(text)
    first_line(text)
    assert time.process_time() - began < 5


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("", ""),
        ("\n\n  \n", ""),
        ("Ask me.\nAnything.", "Ask me."),
        ("**Chemistry** and [more](https://uni.test/)\n\nRest", "Chemistry and more"),
        ("- first\n- second", "first"),
        ("\\*plain\\*", "*plain*"),
        ("<b>bold</b>", "<b>bold</b>"),
    ],
)
def test_first_line_is_words_alone(text, line):
    assert first_line(text) == line
