"""Pictures: decoded within limits, upright, in sRGB, written anew without any metadata."""

from __future__ import annotations

import io
import struct
import warnings
import zlib

from PIL import Image, ImageCms

from movement import evidence_refusals as refusals

# What phones make still fits; decoding the largest takes 400 MB and three seconds, WebP most for each pixel.
MOST_PIXELS = {"JPEG": 65_000_000, "HEIF": 50_000_000, "PNG": 50_000_000, "WEBP": 25_000_000}
LONGEST_SIDE = 4096  # pixels; enough for an A3 page in print

# libjpeg goes over the whole picture once per scan, and a scan may be twenty bytes; cameras write ten at most.
_MOST_SCANS = 100
_START_OF_SCAN = b"\xff\xda"
_ORIENTATION = 0x0112  # EXIF
_TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
_BOMBS = (Image.DecompressionBombError, Image.DecompressionBombWarning)
# What Pillow and libheif raise on files that are not what they claim.
_BROKEN = (
    OSError,
    ValueError,
    SyntaxError,
    EOFError,
    LookupError,
    TypeError,
    ArithmeticError,
    AttributeError,
    RuntimeError,
    UserWarning,  # "Corrupt EXIF data", where warnings are errors
    struct.error,
    zlib.error,
)

# Pillow's own limit is one for the whole process, and only a warning up to twice as much.
Image.MAX_IMAGE_PIXELS = max(MOST_PIXELS.values())
warnings.filterwarnings("ignore", category=UserWarning, module=r"PIL\.")
warnings.filterwarnings("error", category=Image.DecompressionBombWarning)


def as_jpeg(data: bytes) -> bytes:
    """A JPEG written anew; of several pictures in one file (MPO) the first."""
    if data.count(_START_OF_SCAN) > _MOST_SCANS:
        raise refusals.damaged()
    return _saved(_upright(data, ("JPEG",)), "JPEG", quality=88)


def as_png(data: bytes) -> bytes:
    """A PNG written anew; of an animation the first frame."""
    return _saved(_upright(data, ("PNG",)), "PNG")


def as_webp(data: bytes) -> bytes:
    """A WebP written anew; of an animation the first frame."""
    return _saved(_upright(data, ("WEBP",)), "WEBP", quality=88, method=2)


def heif_as_jpeg(data: bytes) -> bytes:
    """A HEIF photo as JPEG; to be called from `evidence_heif.py` only, since damage can end the process."""
    from pi_heif import register_heif_opener

    register_heif_opener(thumbnails=False, depth_images=False, aux_images=False)
    return _saved(_opaque(_upright(data, ("HEIF",))), "JPEG", quality=88)


def small(data: bytes, side: int) -> bytes:
    """A JPEG that fits into a square of `side` pixels, of a picture written by one of the functions above."""
    picture = _decoded(data, ("JPEG", "PNG", "WEBP"), side)
    picture.thumbnail((side, side))
    return _saved(_opaque(picture), "JPEG", quality=80)


def _decoded(data: bytes, formats: tuple[str, ...], side: int) -> Image.Image:
    """The picture; a JPEG much larger than the side is reduced while it is decoded."""
    try:
        image = Image.open(io.BytesIO(data), formats=formats)
        if image.width * image.height > MOST_PIXELS[formats[0]]:
            raise refusals.too_many_pixels()
        image.draft(None, _within(image.size, side))
        image.load()
    except _BOMBS as bomb:
        raise refusals.too_many_pixels() from bomb
    except _BROKEN as broken:
        raise refusals.damaged() from broken
    return image


def _within(size: tuple[int, int], side: int) -> tuple[int, int]:
    longest = max(size)
    return max(1, size[0] * side // longest), max(1, size[1] * side // longest)


def _upright(data: bytes, formats: tuple[str, ...]) -> Image.Image:
    image = _decoded(data, formats, LONGEST_SIDE)
    turn = _TURNS.get(_orientation(image))
    profile = image.info.get("icc_profile")
    picture = _plain(image)
    picture.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    picture = _in_srgb(picture, profile)
    return picture.transpose(turn) if turn is not None else picture


def _orientation(image: Image.Image) -> int:
    """What EXIF says; a picture with broken EXIF is upright."""
    try:
        return int(image.getexif().get(_ORIENTATION, 1))
    except _BROKEN:
        return 1


def _plain(image: Image.Image) -> Image.Image:
    """The picture in a mode that can be shrunk well: grey, colours, or colours with transparency."""
    if image.mode.startswith("I"):  # 16 bits, from scanners; converting alone would clip
        return image.point(lambda value: value / 256).convert("L")
    if image.has_transparency_data:
        return image.convert("RGBA")
    if image.mode in {"1", "L"}:
        return image.convert("L")
    return image if image.mode in {"RGB", "CMYK"} else image.convert("RGB")


def _in_srgb(picture: Image.Image, profile: bytes | None) -> Image.Image:
    """The colours as a browser without the profile would need them; a broken profile is passed over."""
    if profile and b"sRGB" not in profile and picture.mode != "L":
        mode = "RGBA" if picture.mode == "RGBA" else "RGB"
        try:
            source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
            target = ImageCms.createProfile("sRGB")
            converted = ImageCms.profileToProfile(picture, source, target, outputMode=mode)
        except (ImageCms.PyCMSError, *_BROKEN):
            converted = None
        picture = converted or picture
    return picture.convert("RGB") if picture.mode == "CMYK" else picture


def _opaque(picture: Image.Image) -> Image.Image:
    """The picture on white paper: JPEG has no transparency."""
    picture = _plain(picture)
    if picture.mode != "RGBA":
        return picture.convert("RGB")
    paper = Image.new("RGB", picture.size, "white")
    paper.paste(picture, mask=picture.getchannel("A"))
    return paper


def _saved(picture: Image.Image, kind: str, **options: int) -> bytes:
    """The picture alone: Pillow would write back comments, profiles and more that it finds in `info`."""
    picture.info.clear()
    written = io.BytesIO()
    picture.save(written, kind, **options)
    return written.getvalue()
