"""Photos of people: cut square, made small, written anew: nothing else of the file stays."""

import io
import math
import warnings
from dataclasses import dataclass
from typing import BinaryIO

from django.core.files.base import ContentFile
from django.utils.translation import gettext as _
from PIL import Image, ImageOps, UnidentifiedImageError

from visavis.people.errors import InvalidPhoto

SIDE = 512
MAX_BYTES = 10 * 1024 * 1024
# A few hundred bytes can promise gigabytes of pixels; forty million are a good camera's.
MAX_PIXELS = 40_000_000
FORMATS = ("JPEG", "PNG", "WEBP", "GIF")


@dataclass(frozen=True, slots=True)
class Square:
    """Which square of a picture is kept.

    `across` and `down` say where in the room that is left beside it, from 0 (start, top) to 1;
    `zoom` is how many times smaller it is than the largest one that fits.
    """

    across: float = 0.5
    down: float = 0.5
    zoom: float = 1.0

    def box(self, width: int, height: int) -> tuple[float, float, float, float]:
        """Left, top, right and bottom of the square in a picture of this size."""
        side = min(width, height) / self.zoom
        left, top = (width - side) * self.across, (height - side) * self.down
        return left, top, left + side, top + side


MIDDLE = Square()


def make_portrait(upload: BinaryIO, *, size: int, square: Square = MIDDLE) -> ContentFile[bytes]:
    """A square JPEG of 512 pixels from an uploaded picture of `size` bytes.

    Turned as the camera held it, without any metadata. Raises InvalidPhoto.
    """
    if size > MAX_BYTES:
        raise InvalidPhoto(
            _("The photo has %(size)s MB; at most %(most)s MB can be read. Choose a smaller one.")
            % {"size": f"{size / 1048576:.0f}", "most": MAX_BYTES // 1048576}
        )
    picture = _open(upload)
    try:
        portrait = _cut(picture, square)
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
        raise InvalidPhoto(
            _("The photo is damaged and cannot be read. Choose another one.")
        ) from error
    # A new picture on white carries nothing of the old file but its pixels.
    clean = Image.new("RGB", portrait.size, "white")
    clean.paste(portrait, mask=portrait.getchannel("A"))
    body = io.BytesIO()
    clean.save(body, "JPEG", quality=85, optimize=True)
    return ContentFile(body.getvalue(), name="portrait.jpg")


def _cut(picture: Image.Image, square: Square) -> Image.Image:
    # A JPEG can be read at a fraction of its size, which spares most of its memory.
    wanted = math.ceil(SIDE * square.zoom)
    picture.draft("RGB", (wanted, wanted))
    turned = ImageOps.exif_transpose(picture)
    if turned.mode not in {"RGB", "RGBA", "L"}:
        turned = turned.convert("RGBA")
    box = square.box(*turned.size)
    cut = turned.resize((SIDE, SIDE), Image.Resampling.LANCZOS, box=box, reducing_gap=2.0)
    return cut.convert("RGBA")


def _open(upload: BinaryIO) -> Image.Image:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            picture = Image.open(upload, formats=FORMATS)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise InvalidPhoto(_too_many()) from error
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError) as error:
        raise InvalidPhoto(
            _("This file is no photo that can be read. Choose a JPEG, PNG or WebP picture.")
        ) from error
    if picture.width * picture.height > MAX_PIXELS:
        raise InvalidPhoto(_too_many())
    return picture


def _too_many() -> str:
    return _(
        "The photo has more than %(millions)s million pixels. Make it smaller and try again."
    ) % {"millions": MAX_PIXELS // 1_000_000}
