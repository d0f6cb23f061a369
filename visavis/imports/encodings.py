"""Bytes to text: which encoding a file has, found by rule and never by guessing."""

import codecs

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from visavis.imports.errors import UnreadableFile

# What an administrator may choose when the first rows look wrong.
ENCODINGS = [
    ("utf-8", gettext_lazy("UTF-8")),
    ("utf-16", gettext_lazy("UTF-16 (“Unicode text”)")),
    ("cp1252", gettext_lazy("Windows-1252 (Western Europe)")),
    ("cp1250", gettext_lazy("Windows-1250 (Central Europe)")),
    ("cp1251", gettext_lazy("Windows-1251 (Cyrillic)")),
    ("cp1254", gettext_lazy("Windows-1254 (Turkish)")),
    ("iso-8859-15", gettext_lazy("ISO 8859-15 (Western Europe)")),
    ("mac-roman", gettext_lazy("Mac Roman (old Macs)")),
]
BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
PIECE = 1 << 16


def find_encoding(content: bytes, *, chosen: str = "") -> str:
    """The codec to read `content` with: the chosen one, else BOM, strict UTF-8, Windows-1252.

    Raises UnreadableFile for a NUL, for bytes that the encoding does not define, and for an
    encoding that is none of ENCODINGS.
    """
    if chosen:
        return _check_chosen(content, chosen)
    for bom, codec in BOMS:
        if content.startswith(bom):
            return _check(content, codec)
    _refuse_nuls(0 in content)
    return "utf-8" if find_undecodable(content, "utf-8") is None else _check(content, "cp1252")


def find_undecodable(content: bytes, codec: str) -> int | None:
    """The offset of the first byte that the codec cannot read, or None."""
    decoder = codecs.getincrementaldecoder(codec)()
    for start in range(0, len(content) or 1, PIECE):
        kept = len(decoder.getstate()[0])
        try:
            text = decoder.decode(content[start : start + PIECE], start + PIECE >= len(content))
        except UnicodeDecodeError as error:
            return max(0, start - kept + error.start)
        except UnicodeError:  # UTF-16 without its BOM
            return start
        _refuse_nuls("\0" in text)
    return None


def _check_chosen(content: bytes, chosen: str) -> str:
    if chosen not in dict(ENCODINGS):
        raise UnreadableFile(
            _("“%(name)s” is no encoding that can be chosen.") % {"name": chosen},
            code="unknown_encoding",
        )
    return _check(content, "utf-8-sig" if chosen == "utf-8" else chosen)


def _check(content: bytes, codec: str) -> str:
    wrong = find_undecodable(content, codec)
    if wrong is None:
        return codec
    line = content.count(b"\n", 0, wrong) + 1
    raise UnreadableFile(
        _(
            "Line %(line)s holds the byte %(byte)s, which is no letter in %(name)s. Save the file "
            "as “CSV UTF-8” in your spreadsheet program, or as .xlsx, and upload it again."
        )
        % {
            "line": line,
            "byte": f"0x{content[wrong]:02X}" if wrong < len(content) else "…",
            "name": shown(codec),
        },
        code="bad_encoding",
    )


def _refuse_nuls(found: bool) -> None:  # noqa: FBT001  (a finding, not a switch)
    if found:
        raise UnreadableFile(
            _(
                "This is no text: it holds NUL bytes. Save the file as “CSV UTF-8” in your "
                "spreadsheet program, or as .xlsx, and upload it again."
            ),
            code="nul_bytes",
        )


def shown(codec: str) -> str:
    """The encoding's name for people."""
    return str(dict(ENCODINGS).get(codec.removesuffix("-sig"), codec))
