"""The colours of mails are those of the pages."""

import re
from pathlib import Path

from visavis.communities.enums import Accent
from visavis.notifications.colours import COLOURS

ACCENTS = Path(__file__).resolve().parents[2] / "frontend" / "accents.css"


def test_every_accent_has_the_colours_of_the_style_sheet():
    found = re.findall(r'data-accent="(\w+)"\] \{\s*--accent: (#\w+);', ACCENTS.read_text())
    sheet = {}
    for name, colour in found:
        sheet.setdefault(name, []).append(colour)
    assert {name: [c.day, c.night] for name, c in COLOURS.items()} == sheet
    assert set(COLOURS) == set(Accent.values)
