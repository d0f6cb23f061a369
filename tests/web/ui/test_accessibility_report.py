"""The conformance report names every criterion of WCAG 2.2, level A and AA, once."""

import re
from pathlib import Path

PAGE = Path(__file__).parents[3] / "docs" / "accessibility.md"
LEVELS = {"A": 31, "AA": 24}
TERMS = {"Supports", "Partially supports", "Does not support", "Not applicable"}


def test_every_criterion_is_judged_once_in_the_terms_of_the_report():
    text = PAGE.read_text(encoding="utf-8")
    for level, number in LEVELS.items():
        part = text.split(f"## Level {level}\n")[1].split("\n## ")[0]
        found = re.findall(r"^\| (\d\.\d\.\d+) [^|]+ \| ([^|]+) \| ([^|]+) \|$", part, re.MULTILINE)
        assert len({criterion for criterion, _term, _remark in found}) == len(found) == number
        assert {term for _criterion, term, _remark in found} <= TERMS
        assert all(remark.strip() for _criterion, _term, remark in found)
        # A gap in the table stands among the known gaps, too.
        for criterion, term, _remark in found:
            if term in {"Partially supports", "Does not support"}:
                assert f"({criterion})" in text.split("## Known gaps")[1].split("\n## ")[0]
