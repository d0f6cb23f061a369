"""Colours are read from the stylesheet, so that a new shade is measured the day it comes."""

import re
from pathlib import Path

import pytest

from visavis.communities.enums import Accent

FRONTEND = Path(__file__).parents[3] / "frontend"
DARK = "@media (prefers-color-scheme: dark)"
TEXT, PART = 4.5, 3.0
SURFACES = ("paper", "surface", "soft")
MEANINGS = ("good", "wait", "bad", "news")


def block_after(css, start):
    """The text between the braces that open after `start`."""
    begin = css.index("{", css.index(start)) + 1
    depth, place = 1, begin
    while depth:
        depth += {"{": 1, "}": -1}.get(css[place], 0)
        place += 1
    return css[begin : place - 1]


def colours_in(block):
    return dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{6});", block))


def palette(scheme, accent):
    theme, accents = ((FRONTEND / name).read_text() for name in ("theme.css", "accents.css"))
    theme = theme[theme.index("@layer base") :]
    if scheme == "dark":
        theme, accents = block_after(theme, DARK), block_after(accents, DARK)
    colours = colours_in(block_after(theme, ":root"))
    return {**colours, **colours_in(block_after(accents, f'[data-accent="{accent}"]'))}


def luminance(colour):
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return sum(weight * c for weight, c in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def contrast(one, other):
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def pairs():
    """(foreground, background, least ratio) for everything the parts put on each other."""
    yield from ((ink, under, TEXT) for ink in ("ink", "muted") for under in (*SURFACES, "tint"))
    yield from (("accent", under, TEXT) for under in (*SURFACES, "tint"))
    yield from (("on-accent", under, TEXT) for under in ("accent", "accent-strong"))
    yield from (("edge", under, PART) for under in SURFACES)
    for meaning in MEANINGS:
        yield from ((meaning, under, TEXT) for under in (*SURFACES, f"{meaning}-soft"))
        yield "ink", f"{meaning}-soft", TEXT


def test_black_on_white_is_twenty_one_to_one():
    assert contrast("#000000", "#ffffff") == pytest.approx(21)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("accent", Accent.values)
def test_every_pair_of_colours_can_be_read(scheme, accent):
    colours = palette(scheme, accent)
    weak = {
        f"{front} on {back}": round(contrast(colours[front], colours[back]), 2)
        for front, back, least in pairs()
        if contrast(colours[front], colours[back]) < least
    }
    assert weak == {}
