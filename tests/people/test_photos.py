"""The square of a photo that is kept, and what of a file never gets through."""

import io
import zlib

import pytest
from PIL import Image, PngImagePlugin

from visavis.people.errors import InvalidPhoto
from visavis.people.photos import MAX_BYTES, Square, make_portrait


def bands(width, height, *, upright=False):
    """A picture in three bands: red, green, blue; side by side, or one over the other."""
    picture = Image.new("RGB", (width, height))
    third = (height if upright else width) // 3
    for number, colour in enumerate(["red", "lime", "blue"]):
        start, end = number * third, (number + 1) * third
        box = (0, start, width, end) if upright else (start, 0, end, height)
        picture.paste(colour, box)
    return picture


def as_file(picture, kind="PNG", **options):
    body = io.BytesIO()
    picture.save(body, kind, **options)
    return body.getvalue()


def portrait(body, square=None):
    made = make_portrait(io.BytesIO(body), size=len(body), **({"square": square} if square else {}))
    return Image.open(io.BytesIO(made.read()))


def colour(picture):
    red, green, blue = picture.convert("RGB").getpixel((256, 256))
    return max([("red", red), ("green", green), ("blue", blue)], key=lambda one: one[1])[0]


@pytest.mark.parametrize("kind", ["PNG", "JPEG"])
@pytest.mark.parametrize("upright", [False, True])
@pytest.mark.parametrize(("place", "seen"), [(0.0, "red"), (0.5, "green"), (1.0, "blue")])
def test_square_is_the_part_that_was_chosen(kind, upright, place, seen):
    size = (300, 900) if upright else (900, 300)
    made = portrait(as_file(bands(*size, upright=upright), kind), Square(place, place))
    assert (made.size, made.format, colour(made)) == ((512, 512), "JPEG", seen)


@pytest.mark.parametrize("kind", ["PNG", "JPEG"])
@pytest.mark.parametrize(("across", "seen"), [(0.0, "red"), (0.5, "green"), (1.0, "blue")])
def test_closer_is_a_smaller_square(kind, across, seen):
    made = portrait(as_file(bands(900, 900), kind), Square(across, 0.5, 4.0))
    edges = {colour(made.crop((x, 0, x + 512, 512)).resize((512, 512))) for x in (-200, 0, 200)}
    assert seen in edges
    assert colour(made) == seen


@pytest.mark.parametrize("size", [(1, 1), (3, 2000), (2000, 3), (511, 513)])
def test_pictures_of_odd_sizes_are_cut_all_the_same(size):
    assert portrait(as_file(Image.new("RGB", size, "teal")), Square(1.0, 1.0, 4.0)).size == (
        512,
        512,
    )


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGBA", "CMYK", "YCbCr"])
def test_pictures_of_every_sort_are_read(mode):
    kind = {"CMYK": "JPEG", "YCbCr": "JPEG"}.get(mode, "PNG")
    source = Image.new("L", (600, 600), 200).convert(mode)
    assert portrait(as_file(source, kind)).size == (512, 512)


def test_what_can_be_seen_through_becomes_white():
    made = portrait(as_file(Image.new("RGBA", (600, 600), (255, 0, 0, 0))))
    assert min(made.getpixel((256, 256))) > 250


def test_nothing_of_the_file_but_its_pixels_is_kept():
    text = PngImagePlugin.PngInfo()
    text.add_text("Comment", "where one lives")
    exif = Image.Exif()
    exif[0x8825] = {1: "N", 2: (48.0, 8.0, 0.0)}
    body = as_file(bands(900, 900), pnginfo=text, exif=exif, icc_profile=b"profile" * 100)
    made = portrait(body + b"<script>alert(1)</script>")
    kept = as_file(made, "JPEG")
    assert (dict(made.getexif()), made.info.get("icc_profile"), made.info.get("comment")) == (
        {},
        None,
        None,
    )
    assert b"where one lives" not in kept
    assert b"<script>" not in kept


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>",
        b"<?xml version='1.0'?><svg xmlns='http://www.w3.org/2000/svg'/>",
        b"%PDF-1.7",
        b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 1 1\n",
        b"BM" + b"\0" * 100,
        b"II*\0" + b"\0" * 100,
        b"GIF89a/*" + b"\0" * 20 + b"*/=1;alert(1)",
        b"\xff\xd8\xff\xe0" + b"\0" * 100,
        bytes(range(256)) * 20,
    ],
)
def test_what_is_no_photo_is_refused_in_words(body):
    with pytest.raises(InvalidPhoto) as refused:
        make_portrait(io.BytesIO(body), size=len(body))
    assert refused.value.message.endswith(".")


def test_file_that_is_too_large_is_not_even_opened():
    class Unread(io.BytesIO):
        def read(self, *_size):
            raise AssertionError

    with pytest.raises(InvalidPhoto, match="11 MB"):
        make_portrait(Unread(), size=MAX_BYTES + 1024 * 1024)


def test_words_that_unpack_to_a_hundred_megabytes_are_refused():
    """A PNG may hold text that is packed: so small, and so large."""
    body = as_file(Image.new("RGB", (10, 10)))
    words = b"Comment\0\0" + zlib.compress(b"x" * 100 * 1024**2, 9)
    chunk = len(words).to_bytes(4, "big") + b"zTXt" + words
    chunk += zlib.crc32(b"zTXt" + words).to_bytes(4, "big")
    end = body.index(b"IDAT") - 4
    with pytest.raises(InvalidPhoto):
        portrait(body[:end] + chunk + body[end:])
