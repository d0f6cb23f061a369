"""Texts that break what does not expect them, by name."""

import re

RTL, ZERO_WIDTH, COMBINING = "\u202e", "\u200b", "\u0337\u0328\u031b\u0318\u0343\u0301"
MARK = "zqevil"  # a tag, an attribute or a header of this name would be one that somebody injected
RAN = "zqran"  # what a template would write that took a text for one of its own

_MARKED: dict[str, str] = {
    "sql quote": "Robert'); DROP TABLE people_user;--",
    "sql union": "' UNION SELECT token FROM calendars_calendarfeed --",
    "sql like wildcards": "%_%' OR '1'='1",
    "html tag": f"<{MARK}>bold</{MARK}>",
    "script": f"<script {MARK}>alert(1)</script>",
    "broken out of an attribute": f"\"'><{MARK} on{MARK}=alert(1)>",
    "image that fails": f"<img src=x on{MARK}=alert(1)>",
    "svg that loads": f"<svg><{MARK} on{MARK}=alert(1)></svg>",
    "closes the title": f"</title></textarea></select><{MARK}>",
    "comment": f"--><{MARK}><!--",
    "javascript address": "javascript:alert(1)",
    "data address": "data:text/html;base64,PHNjcmlwdD4=",
    "django template": "{{ 'zq'|add:'ran' }}{{ settings.SECRET_KEY }}{% debug %}",
    "format string": "{0.__class__.__mro__}%(provider)s%s%n{{}}",
    "jinja": "{{ 'zq' ~ 'ran' }}${'zq'+'ran'}#{'zq'+'ran'}<%= 'zq'+'ran' %>",
    "htmx attribute": f"<a hx-get='/accounts/logout/' hx-trigger='load' {MARK}>",
    "spreadsheet formula": '=HYPERLINK("http://evil.test","x")',
    "spreadsheet command": "@SUM(1+1)*cmd|' /C calc'!A0",
    "header line": f"Sam\r\nBcc: {MARK}@evil.test\r\n\r\nHello",
    "calendar line": f"Sam\r\nEND:VEVENT\r\nBEGIN:VEVENT\r\nSUMMARY:{MARK}",
    "calendar escape": "a\\,b;c:d\\n\\;\"^n^'",
    "log line": f"Sam\n2027-01-01 CRITICAL {MARK}: all is lost",
    "terminal escape": "\x1b[2J\x1b]0;owned\x07",
    "nul": "before\x00after",
    "control letters": "\x01\x02\x08\x0b\x0c\x0e\x1f\x7f",
    "right to left override": f"gpj.{RTL}exe.photo",
    "zero width": f"S{ZERO_WIDTH}a{ZERO_WIDTH}m\u2060\ufeff",
    "homoglyph": "Ѕаm Ехаmрlе",
    "composed and not": "Zo\u00eb Zoe\u0308 \ufb01 \u2460",
    "combining flood": "Z" + COMBINING * 60,
    "emoji": "👩‍👩‍👧‍👦🏳️‍🌈",
    "lone surrogate": "broken \ud83d half",
    "beyond the plane": "\U0010ffff\ufffe\uffff",
    "case that grows": "ß" * 40 + "İ" * 40,
    "only spaces": " \t        \u200b",
    "very long word": "w" * 9000,
    "very long lines": "line\n" * 3000,
    "slow for a pattern": "a" * 30 + "@" + "a." * 30 + "!",
    "slow for markdown": "[" * 200 + "*" * 200 + "_" * 200 + "`" * 200,
    "deep markdown list": "\n".join("  " * depth + "- x" for depth in range(60)),
    "link in markdown": f"[x](javascript:alert(1)) ![{MARK}](http://evil.test/p.png) <http://a.b>",
    "path": "../../../../etc/passwd",
    "null word": "None",
    "true word": "true",
    "number with an exponent": "1e309",
    "not a number": "NaN",
}
# Each with a number of its own behind the mark, so that one page can be read for all of them.
TEXTS = {
    name: text.replace(MARK, f"{MARK}{number}")
    for number, (name, text) in enumerate(_MARKED.items(), start=1)
}


def named(found: str) -> str:
    """What was found, and by which text's mark."""
    names = list(TEXTS)
    by = [names[int(number) - 1] for number in re.findall(rf"{MARK}(\d+)", found)]
    return f"{', '.join(dict.fromkeys(by))}: {found}"
