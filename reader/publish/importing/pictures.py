"""Pictures of a source, as bundles carry them: PNG or JPEG, nothing in the file but pixels."""

from __future__ import annotations

import io
import warnings
from typing import Final

from PIL import Image, ImageOps, UnidentifiedImageError

from reader.bundle import limits
from reader.bundle.pictures import bare_picture
from reader.domain.errors import BundleRefusedError

_READ: Final = ("PNG", "JPEG", "GIF", "WEBP", "BMP", "TIFF")
_JPEG_QUALITY: Final = 88


def carried_picture(raw: bytes) -> tuple[bytes, str, str | None] | str:
    """A picture as a bundle carries it.

    Returns:
        Its bytes, "png" or "jpg", and what was changed on the way (None: nothing but what is beside the pixels, such
        as the place where a photo was taken). A sentence when it cannot be carried.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(raw), formats=_READ) as picture:
                width, height = picture.size
                if width * height > limits.IMAGE_PIXELS * 4 or min(width, height) < 1:
                    return f"it has {width:,} x {height:,} pixels, more than a bundle carries."
                return _carried(raw, picture)
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, MemoryError, OverflowError, EOFError):
        return "it is damaged, or of a kind that no bundle carries (PNG, JPEG, GIF, WebP, BMP and TIFF can be read)."
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        return "it unpacks to more pixels than a bundle carries."


def _carried(raw: bytes, picture: Image.Image) -> tuple[bytes, str, str | None]:
    kind = {"PNG": "png", "JPEG": "jpg"}.get(picture.format or "")
    is_turned = picture.getexif().get(0x0112, 1) != 1
    if kind and not is_turned:
        try:
            return bare_picture(raw, f"picture.{kind}"), kind, None
        except BundleRefusedError:
            pass  # too large, or of a form that only a decoder puts right
    changes = []
    is_moving = getattr(picture, "n_frames", 1) > 1
    upright: Image.Image = ImageOps.exif_transpose(picture)
    if is_turned:
        changes.append("turned upright")
    if upright.mode not in {"RGB", "RGBA", "L", "LA"}:
        has_alpha = "transparency" in upright.info or upright.mode in {"PA", "RGBa", "La"}
        upright = upright.convert("RGBA" if has_alpha else "RGB")
    longest = limits.IMAGE_SIDE_PIXELS
    if max(upright.size) > longest or upright.width * upright.height > limits.IMAGE_PIXELS:
        factor = min(
            longest / max(upright.size), (limits.IMAGE_PIXELS / (upright.width * upright.height)) ** 0.5
        )
        upright = upright.resize((max(1, int(upright.width * factor)), max(1, int(upright.height * factor))))
        changes.append(f"made smaller ({upright.width} x {upright.height} pixels)")
    kind = "jpg" if picture.format == "JPEG" else "png"
    if picture.format not in {"PNG", "JPEG"}:
        changes.append(f"turned from {picture.format} into PNG")
    if is_moving:
        changes.append("only its first frame kept")
    data = _saved(upright, kind)
    if len(data) > limits.MEMBER_BYTES[kind]:
        kind, data = "jpg", _saved(upright.convert("RGB"), "jpg")
        changes.append("saved as JPEG, for its size")
    return data, kind, ", ".join(changes) or "written anew"


def _saved(picture: Image.Image, kind: str) -> bytes:
    out = io.BytesIO()
    clean = Image.new(picture.mode, picture.size)
    clean.paste(picture)
    if kind == "png":
        clean.save(out, "PNG", optimize=True)
    else:
        (clean if clean.mode in {"RGB", "L"} else clean.convert("RGB")).save(
            out, "JPEG", quality=_JPEG_QUALITY
        )
    return out.getvalue()
