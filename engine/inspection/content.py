"""What a file is by its content: neither its name nor what its sender says counts."""

import puremagic

from engine.domain.document import Kind, Limits
from engine.inspection import packed, pdf, picture, written
from engine.inspection.report import RefusedError, Report, refuse

_PICTURES = frozenset(
    {".png", ".jpg", ".jpeg", ".jpe", ".jfif", ".gif", ".webp", ".tif", ".tiff", ".bmp"}
)
_PACKED = b"PK\x03\x04"
_PDF = b"%PDF-"
_HEAD = 4096
"""Bytes by which the kind of a file is known."""


def look_into(data: bytes, limits: Limits) -> Report:
    """Return what a file is, and what was found in it.

    Args:
        data: All of it.
        limits: What is taken.

    Raises:
        RefusedError: It is of no kind that is taken, or could do harm.
    """
    if not data:
        refuse("It is empty.")
    report = _looked_into(data, limits)
    if report.kind not in limits.kinds:
        refuse(f"Files of the kind “{report.kind.title}” are not taken here.")
    return report


def _looked_into(data: bytes, limits: Limits) -> Report:
    if data.startswith(_PDF):
        return Report(Kind.PDF, pdf.finding_in(data))
    if data.startswith(_PACKED):
        return packed.look_into(data)
    if written.is_text(data):
        written.refuse_programs(data)
        return Report(Kind.TEXT)
    names = _known_as(data)
    if not names.keys() & _PICTURES:
        named = next(iter(names.values()), "")
        said = f" It seems to be: {named}." if named else ""
        raise RefusedError(f"Files of this kind are not taken.{said}")
    return picture.rewritten(data, limits)


def _known_as(data: bytes) -> dict[str, str]:
    """Return the endings that fit the content, the likeliest first, with the name of each."""
    try:
        # Those who know it by its end are not asked: what stands there is anybody's to write.
        found = puremagic.magic_string(data[:_HEAD])
    except puremagic.PureError:
        return {}
    return {each.extension.lower(): each.name for each in found if each.name}
