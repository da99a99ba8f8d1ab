"""Pictures: each is read and written anew, so that nothing but its pixels is left of it."""

import io
import warnings
from collections.abc import Callable, Sequence

from PIL import Image, ImageOps

from engine.domain.document import Kind, Limits
from engine.inspection.report import RefusedError, Report, refuse

_READ = ("PNG", "JPEG", "GIF", "WEBP", "TIFF", "BMP")
_PHOTOS = frozenset({"JPEG", "MPO"})
_QUALITY = 90
_DEEP = frozenset({"I", "F", "I;16", "I;16B", "I;16L"})


def rewritten(data: bytes, limits: Limits) -> Report:
    """Return a picture as it is written anew: without place, camera, comments and what follows it.

    Of a moving picture, the first one is kept.

    Raises:
        RefusedError: It cannot be read, or has too many pixels.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            clean, is_photo = _read(data, limits.most_pixels)
    except (OSError, ValueError, SyntaxError, EOFError) as error:
        raise RefusedError("It is a picture that cannot be read.") from error
    for kind, write in _ways(is_photo=is_photo):
        made = write(clean)
        if len(made) <= limits.largest:
            return Report(kind, rewritten=made)
    raise RefusedError("The picture is too large once it is unpacked. Send it with fewer pixels.")


def _read(data: bytes, most_pixels: int) -> tuple[Image.Image, bool]:
    """Return the pixels of a picture, upright, and whether it is a photo.

    Raises:
        RefusedError: It has too many.
    """
    Image.MAX_IMAGE_PIXELS = None  # what it warns of is refused here, by our own limit
    with Image.open(io.BytesIO(data), formats=_READ) as opened:
        wide, high = opened.size
        if wide * high > most_pixels:
            refuse(f"The picture has more than {most_pixels // 10**6} million pixels.")
        is_photo = opened.format in _PHOTOS
        opened.load()
        upright = ImageOps.exif_transpose(opened)
        has_holes = upright.has_transparency_data and not is_photo
        if upright.mode in _DEEP:
            upright = upright.convert("L")
        clean = upright.convert("RGBA" if has_holes else "RGB")
        clean.info = {}
        return clean, is_photo


def _ways(*, is_photo: bool) -> Sequence[tuple[Kind, Callable[[Image.Image], bytes]]]:
    """Return how a picture may be written, the best first: drawings lose nothing if they can."""
    ways: Sequence[tuple[Kind, Callable[[Image.Image], bytes]]] = [
        (Kind.PNG, _as_png),
        (Kind.JPEG, _as_jpeg),
    ]
    return ways[1:] if is_photo else ways


def _as_png(picture: Image.Image) -> bytes:
    out = io.BytesIO()
    picture.save(out, "PNG")
    return out.getvalue()


def _as_jpeg(picture: Image.Image) -> bytes:
    out = io.BytesIO()
    picture.convert("RGB").save(out, "JPEG", quality=_QUALITY)
    return out.getvalue()
