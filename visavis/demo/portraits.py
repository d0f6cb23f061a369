"""Portraits of the demo's mentors, drawn from shapes: the same person always has the same face.

Coordinates are those of a 512-pixel square; everything is drawn twice as large and shrunk, which
smooths the edges.
"""

import io
from collections.abc import Callable
from dataclasses import dataclass, replace

from PIL import Image, ImageDraw

SIZE = 512
SCALE = 2
INK = "#2c2420"


@dataclass(frozen=True, slots=True)
class Look:
    """How one person looks: colours, a hair style (a key of BACK or FRONT), and extras."""

    skin: str
    hair: str
    style: str
    shirt: str
    backdrop: str
    glasses: bool = False
    beard: bool = False
    earrings: bool = False
    collar: bool = False


# By first name, in the palette of the accents and the warm neutrals.
LOOKS: dict[str, Look] = {
    "Talia": Look("#e8b996", "#5a2e1d", "waves", "#0f6b66", "#f3dcc3", earrings=True),
    "Marcus": Look("#7a4a30", "#1d1512", "crop", "#d9973f", "#dfe8e2", beard=True),
    "Priya": Look("#b97a50", "#1f1716", "long", "#8a3a7c", "#f0e3cf", earrings=True),
    "Diego": Look("#d9a074", "#2b1a12", "quiff", "#1b639f", "#f4e2d2", beard=True, collar=True),
    "Aisha": Look("#6b3f29", "#4a4fb5", "scarf", "#3b3f8f", "#efe6da"),
    "Ben": Look("#f1cdb0", "#a8622f", "curls", "#2f6b3a", "#e6ece2", glasses=True),
    "Grace": Look("#efc8a0", "#17130f", "bob", "#a8431f", "#e2ebee", glasses=True),
    "Samuel": Look("#5b3523", "#140f0d", "shaved", "#4b5a6b", "#f1e1c9", collar=True),
    "Noor": Look("#d3a17c", "#20304a", "undercut", "#b02f55", "#ebe4f0", earrings=True),
    "Emily": Look("#f6d7c0", "#d9a94f", "ponytail", "#1b639f", "#e3ece6"),
    "Jamal": Look("#8a5638", "#191210", "locs", "#2f6b3a", "#f3dfcc", beard=True),
    "Hana": Look("#f0cda8", "#241712", "bun", "#8a3a7c", "#e9eadc", collar=True),
}
PLAIN = Look("#d9a074", "#3a2a20", "crop", "#4b5a6b", "#efe6da")


def draw_portrait(first_name: str) -> bytes:
    """A JPEG picture, 512 pixels square and under 30 KB; the same bytes for the same name."""
    look = LOOKS.get(first_name, PLAIN)
    image = Image.new("RGB", (SIZE * SCALE, SIZE * SCALE), look.backdrop)
    pen = Pen(ImageDraw.Draw(image))
    pen.circle(256, 250, 205, mix(look.backdrop, "#ffffff", 0.45))
    BACK.get(look.style, _nothing)(pen, look)
    _shoulders(pen, look)
    _face(pen, look)
    if look.beard:
        _beard(pen, look)
    _features(pen, look)
    FRONT.get(look.style, _nothing)(pen, look)
    _extras(pen, look)
    return _as_jpeg(image)


def _as_jpeg(image: Image.Image) -> bytes:
    small = image.resize((SIZE, SIZE), Image.Resampling.BOX)
    body = io.BytesIO()
    small.save(body, "JPEG", quality=84, subsampling=0)
    return body.getvalue()


def mix(one: str, other: str, share: float) -> str:
    """`one` with a `share` (0 to 1) of `other` stirred in."""
    pairs = [(int(one[i : i + 2], 16), int(other[i : i + 2], 16)) for i in (1, 3, 5)]
    return "#" + "".join(f"{round(a + (b - a) * share):02x}" for a, b in pairs)


class Pen:
    """Draws in 512-pixel coordinates on the larger picture."""

    def __init__(self, draw: ImageDraw.ImageDraw) -> None:
        self.draw = draw

    def oval(self, left: float, top: float, right: float, bottom: float, fill: str) -> None:
        self.draw.ellipse([v * SCALE for v in (left, top, right, bottom)], fill=fill)

    def circle(self, x: float, y: float, radius: float, fill: str) -> None:
        self.oval(x - radius, y - radius, x + radius, y + radius, fill)

    def box(self, box: tuple[float, float, float, float], radius: float, fill: str) -> None:
        self.draw.rounded_rectangle([v * SCALE for v in box], radius * SCALE, fill=fill)

    def shape(self, points: list[tuple[float, float]], fill: str) -> None:
        self.draw.polygon([(x * SCALE, y * SCALE) for x, y in points], fill=fill)

    def arc(
        self, box: tuple[float, float, float, float], span: tuple[int, int], fill: str, width: int
    ) -> None:
        self.draw.arc([v * SCALE for v in box], *span, fill=fill, width=width * SCALE)

    def slice(
        self, box: tuple[float, float, float, float], span: tuple[int, int], fill: str
    ) -> None:
        """The part of an ellipse between two angles, cut off by its chord."""
        self.draw.chord([v * SCALE for v in box], *span, fill=fill)


# --- The person -----------------------------------------------------------------------------------


def _shoulders(pen: Pen, look: Look) -> None:
    pen.box((88, 408, 424, 640), 110, look.shirt)
    pen.box((214, 330, 298, 450), 40, mix(look.skin, INK, 0.12))
    pen.slice((200, 366, 312, 462), (0, 180), mix(look.skin, INK, 0.05))
    if look.collar:
        light = mix(look.shirt, "#ffffff", 0.75)
        pen.shape([(200, 404), (256, 462), (222, 484), (180, 416)], light)
        pen.shape([(312, 404), (256, 462), (290, 484), (332, 416)], light)


def _face(pen: Pen, look: Look) -> None:
    if look.style != "scarf":
        shade = mix(look.skin, INK, 0.08)
        for x in (150, 362):
            pen.oval(x - 22, 238, x + 22, 296, shade)
    pen.oval(150, 130, 362, 388, look.skin)


def _features(pen: Pen, look: Look) -> None:
    cheek = mix(look.skin, "#d2553f", 0.22)
    for x in (196, 316):
        pen.oval(x - 24, 292, x + 24, 326, cheek)
    brow = look.hair if look.style not in ("scarf", "undercut") else INK
    for x in (212, 300):
        pen.circle(x, 264, 10, INK)
        pen.circle(x + 3, 260, 3, "#ffffff")
        pen.arc((x - 26, 226, x + 26, 262), (205, 335), mix(brow, INK, 0.35), 6)
    pen.arc((242, 262, 270, 304), (20, 130), mix(look.skin, INK, 0.3), 5)
    pen.slice((222, 302, 290, 350), (8, 172), mix("#9c3b34", look.skin, 0.15))
    pen.slice((232, 312, 280, 334), (8, 172), "#fff7f0")


def _beard(pen: Pen, look: Look) -> None:
    tone = mix(look.hair, look.skin, 0.25)
    pen.slice((148, 190, 364, 394), (14, 166), tone)
    pen.oval(214, 292, 298, 354, look.skin)


def _extras(pen: Pen, look: Look) -> None:
    if look.glasses:
        for x in (212, 300):
            pen.arc((x - 36, 230, x + 36, 300), (0, 360), INK, 6)
        pen.arc((242, 250, 270, 276), (190, 350), INK, 6)
    if look.earrings:
        for x in (146, 366):
            pen.circle(x, 304, 9, "#e0a83a")


# --- Hair -----------------------------------------------------------------------------------------


def _nothing(pen: Pen, look: Look) -> None:
    pass


def _crown(pen: Pen, look: Look, *, span: tuple[int, int] = (202, 338)) -> None:
    """Hair that hugs the top of the head; the span's angles say how far down it comes."""
    pen.slice((144, 110, 368, 392), span, look.hair)


def _long_back(pen: Pen, look: Look) -> None:
    pen.box((118, 118, 394, 470), 124, look.hair)


def _parted(pen: Pen, look: Look) -> None:
    pen.slice((132, 104, 330, 316), (168, 312), look.hair)
    pen.slice((214, 104, 382, 316), (228, 372), look.hair)


def _waves_back(pen: Pen, look: Look) -> None:
    pen.box((122, 112, 390, 380), 124, look.hair)
    for x, y, r in ((134, 330, 44), (378, 330, 44), (126, 396, 46), (386, 396, 46), (160, 440, 36)):
        pen.circle(x, y, r, look.hair)
    pen.circle(352, 440, 36, look.hair)


def _bob_back(pen: Pen, look: Look) -> None:
    pen.box((120, 112, 392, 372), 96, look.hair)


def _fringe(pen: Pen, look: Look) -> None:
    pen.slice((136, 108, 376, 330), (190, 350), look.hair)


def _curls(pen: Pen, look: Look) -> None:
    spots = [(150, 210), (158, 164), (190, 130), (232, 112), (278, 112), (322, 130), (354, 164)]
    for x, y in [*spots, (362, 210), (214, 158), (256, 148), (300, 158)]:
        pen.circle(x, y, 36, look.hair)


def _quiff(pen: Pen, look: Look) -> None:
    _crown(pen, look, span=(196, 344))
    pen.oval(168, 84, 362, 186, look.hair)
    pen.oval(148, 126, 220, 216, look.hair)


def _crop(pen: Pen, look: Look) -> None:
    _crown(pen, look, span=(200, 340))
    for x in (157, 355):
        pen.box((x - 8, 190, x + 8, 244), 8, look.hair)


def _shaved(pen: Pen, look: Look) -> None:
    _crown(pen, replace(look, hair=mix(look.hair, look.skin, 0.45)), span=(212, 328))


def _undercut(pen: Pen, look: Look) -> None:
    _crown(pen, replace(look, hair=mix(look.hair, look.skin, 0.35)), span=(196, 344))
    pen.oval(154, 86, 372, 200, look.hair)
    pen.oval(312, 122, 376, 250, look.hair)


def _bun_back(pen: Pen, look: Look) -> None:
    pen.circle(256, 92, 54, look.hair)


def _ponytail_back(pen: Pen, look: Look) -> None:
    pen.oval(330, 110, 452, 400, look.hair)
    pen.oval(300, 96, 400, 200, look.hair)


def _locs_back(pen: Pen, look: Look) -> None:
    pen.oval(126, 104, 386, 340, look.hair)
    for step, x in enumerate((122, 142, 162, 326, 346, 366)):
        pen.box((x, 200, x + 24, 384 + (step % 3) * 16), 12, look.hair)


def _locs(pen: Pen, look: Look) -> None:
    _crown(pen, look, span=(206, 334))
    for x, end in ((168, 226), (190, 212), (300, 212), (322, 226)):
        pen.box((x, 150, x + 22, end), 11, look.hair)


def _scarf_back(pen: Pen, look: Look) -> None:
    pen.box((112, 96, 400, 476), 140, look.hair)


def _scarf(pen: Pen, look: Look) -> None:
    fold = mix(look.hair, INK, 0.18)
    pen.slice((136, 92, 376, 318), (184, 356), look.hair)
    pen.arc((132, 112, 380, 404), (182, 358), fold, 7)
    pen.slice((140, 330, 372, 500), (0, 180), look.hair)
    pen.shape(
        [(142, 340), (176, 352), (256, 402), (336, 352), (370, 340), (350, 440), (162, 440)],
        look.hair,
    )
    pen.arc((150, 330, 362, 424), (20, 160), fold, 7)


Part = Callable[[Pen, Look], None]
BACK: dict[str, Part] = {
    "waves": _waves_back,
    "long": _long_back,
    "bob": _bob_back,
    "bun": _bun_back,
    "ponytail": _ponytail_back,
    "locs": _locs_back,
    "scarf": _scarf_back,
}
FRONT: dict[str, Part] = {
    "waves": _parted,
    "long": _parted,
    "bob": _fringe,
    "curls": _curls,
    "quiff": _quiff,
    "crop": _crop,
    "shaved": _shaved,
    "undercut": _undercut,
    "bun": _crown,
    "ponytail": _parted,
    "locs": _locs,
    "scarf": _scarf,
}
