"""What people write about themselves: plain text, and a little Markdown for who knows it.

Paragraphs and line breaks as typed, **strong**, *emphasis*, lists, and links; nothing else is
anything but text. markdown-it reads it, and nh3 lets through what is named here and no more.
"""

import nh3
from markdown_it import MarkdownIt
from markdown_it.token import Token

TAGS = {"p", "br", "strong", "em", "ul", "ol", "li", "a"}
ATTRIBUTES = {"a": {"href"}, "ol": {"start"}}
SCHEMES = {"https", "http", "mailto"}
DEEPEST = 20
# A person's page helps no site to a better place in a search.
LINK_REL = "nofollow noopener noreferrer"

_reader = MarkdownIt("zero", {"breaks": True, "maxNesting": DEEPEST}).enable(
    ["newline", "escape", "emphasis", "list", "link", "autolink"]
)


def to_html(text: str) -> str:
    """The text as safe HTML: of these tags only, links to web and mail addresses only."""
    return nh3.clean(
        _reader.render(text),
        tags=TAGS,
        attributes=ATTRIBUTES,
        url_schemes=SCHEMES,
        link_rel=LINK_REL,
    )


def first_line(text: str) -> str:
    """The first line that says anything, without its marks; empty for an empty text."""
    for block in _reader.parse(text):
        line = _line_of(block.children or [])
        if line:
            return line
    return ""


def _line_of(inline: list[Token]) -> str:
    words: list[str] = []
    for token in inline:
        if token.type in {"softbreak", "hardbreak"} and "".join(words).strip():
            break
        words.append(token.content)
    return "".join(words).strip()
