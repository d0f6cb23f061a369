"""QR codes, as pictures that print well at any size."""

from io import BytesIO

import segno

# A quarter may be smudged or covered by a logo before it cannot be read any more.
ERROR_CORRECTION = "q"
BORDER = 4  # modules of white around it: fewer, and cameras miss it


def qr_svg(text: str) -> bytes:
    """An SVG without a size of its own, black on white."""
    out = BytesIO()
    _code(text).save(out, kind="svg", border=BORDER, light="#fff", omitsize=True, xmldecl=False)
    return out.getvalue()


def qr_png(text: str) -> bytes:
    """A PNG of about a thousand pixels, for programs that take no SVG."""
    out, code = BytesIO(), _code(text)
    code.save(out, kind="png", border=BORDER, scale=max(1, 1000 // code.symbol_size(border=4)[0]))
    return out.getvalue()


def _code(text: str) -> segno.QRCode:
    return segno.make(text, error=ERROR_CORRECTION, micro=False)
