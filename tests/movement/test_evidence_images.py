"""Pictures sent as evidence: real files, good and bad."""

from __future__ import annotations

import io
import struct
import zlib
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageCms, PngImagePlugin

from locales import speaking
from movement.evidence_files import Kept, Refusal, inspect, thumbnail
from movement.evidence_images import LONGEST_SIDE

if TYPE_CHECKING:
    from collections.abc import Iterator

HEIC = Path(__file__).parents[1] / "files" / "photo.heic"
RED, BLUE = (230, 20, 20), (20, 20, 230)


@pytest.fixture(autouse=True)
def _english() -> Iterator[None]:
    with speaking("en"):
        yield


def picture(size: tuple[int, int] = (48, 32), mode: str = "RGB") -> Image.Image:
    """Red on the left, blue on the right."""
    image = Image.new("RGB", size, BLUE)
    image.paste(RED, (0, 0, size[0] // 2, size[1]))
    return image.convert(mode)


def written(image: Image.Image, kind: str, **options: object) -> bytes:
    file = io.BytesIO()
    image.save(file, kind, **options)
    return file.getvalue()


def located(orientation: int = 1) -> Image.Exif:
    """EXIF that says where and with what the photo was taken."""
    exif = Image.Exif()
    exif[0x010F] = "SecretMaker"
    exif[0x0112] = orientation
    exif.get_ifd(0x8825).update({1: "N", 2: (10.0, 57.0, 0.0), 3: "E", 4: (106.0, 49.0, 0.0)})
    return exif


def opened(kept: Kept | Refusal) -> Image.Image:
    assert isinstance(kept, Kept), kept
    image = Image.open(io.BytesIO(kept.data))
    image.load()
    return image


def is_red(image: Image.Image, at: tuple[int, int]) -> bool:
    colour = image.convert("RGB").getpixel(at)
    assert isinstance(colour, tuple)
    return colour[0] > 150 and colour[2] < 100


@pytest.mark.parametrize(
    ("kind", "name", "kept_name", "media_type"),
    [
        ("JPEG", "ảnh.jpg", "ảnh.jpg", "image/jpeg"),
        ("JPEG", "ẢNH.JPEG", "ẢNH.JPEG", "image/jpeg"),
        ("PNG", "ảnh.png", "ảnh.png", "image/png"),
        ("WEBP", "ảnh.webp", "ảnh.webp", "image/webp"),
        ("PNG", "ảnh.jpg", "ảnh.png", "image/png"),
        ("JPEG", "hội nghị 10.3", "hội nghị 10.3.jpg", "image/jpeg"),
        ("JPEG", "virus.exe", "virus.jpg", "image/jpeg"),
        ("WEBP", "", "file.webp", "image/webp"),
    ],
)
def test_a_picture_is_kept_under_the_extension_of_what_it_is(
    kind: str, name: str, kept_name: str, media_type: str
) -> None:
    kept = inspect(written(picture(), kind), name)

    assert isinstance(kept, Kept)
    assert (kept.name, kept.media_type) == (kept_name, media_type)
    assert opened(kept).size == (48, 32)
    assert is_red(opened(kept), (10, 16))
    assert not is_red(opened(kept), (38, 16))


def test_a_heic_photo_is_kept_as_jpeg_without_its_place() -> None:
    data = HEIC.read_bytes()
    assert b"Exif" in data

    kept = inspect(data, "IMG_0001.HEIC")

    assert isinstance(kept, Kept)
    assert (kept.name, kept.media_type) == ("IMG_0001.jpg", "image/jpeg")
    assert opened(kept).size == (48, 32)
    assert is_red(opened(kept), (10, 16))
    assert b"Exif" not in kept.data
    assert not opened(kept).getexif()


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_nothing_but_the_picture_is_kept(kind: str) -> None:
    text = PngImagePlugin.PngInfo()
    text.add_text("Author", "SecretMaker")
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB")).tobytes()
    xmp = b"<x:xmpmeta>SecretMaker</x:xmpmeta>"
    where: dict[str, dict[str, object]] = {
        "JPEG": {"comment": b"SecretMaker", "xmp": xmp},
        "PNG": {"pnginfo": text},
        "WEBP": {"xmp": xmp},
    }
    data = written(picture(), kind, exif=located(), icc_profile=profile, **where[kind])
    assert b"SecretMaker" in data

    kept = inspect(data, "a")

    assert isinstance(kept, Kept)
    assert b"SecretMaker" not in kept.data
    assert not opened(kept).getexif()
    assert not {"exif", "xmp", "icc_profile", "comment", "Author"} & set(opened(kept).info)


@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_picture_is_turned_as_its_camera_was_held(orientation: int) -> None:
    upright = picture((48, 32))
    laid = {
        1: upright,
        2: upright.transpose(Image.Transpose.FLIP_LEFT_RIGHT),
        3: upright.transpose(Image.Transpose.ROTATE_180),
        4: upright.transpose(Image.Transpose.FLIP_TOP_BOTTOM),
        5: upright.transpose(Image.Transpose.TRANSPOSE),
        6: upright.transpose(Image.Transpose.ROTATE_90),
        7: upright.transpose(Image.Transpose.TRANSVERSE),
        8: upright.transpose(Image.Transpose.ROTATE_270),
    }[orientation]

    kept = inspect(written(laid, "JPEG", exif=located(orientation)), "a.jpg")

    assert opened(kept).size == (48, 32)
    assert is_red(opened(kept), (10, 16))
    assert not is_red(opened(kept), (38, 16))


def test_broken_exif_does_not_cost_the_photo() -> None:
    good = written(picture(), "JPEG", exif=located(6))
    broken = good.replace(b"II*\x00", b"II*\xff").replace(b"MM\x00*", b"MM\xff*")
    assert broken != good

    assert isinstance(inspect(broken, "a.jpg"), Kept)


def test_a_large_picture_is_shrunk_to_the_longest_side_kept() -> None:
    for kind in ("JPEG", "PNG"):
        kept = opened(inspect(written(picture((6000, 90)), kind), "a"))

        assert kept.width == LONGEST_SIDE
        assert 58 <= kept.height <= 62


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGBA", "I;16"])
def test_every_mode_of_png_is_kept(mode: str) -> None:
    image = Image.new("I;16", (8, 8), 32768) if mode == "I;16" else picture((8, 8), mode)

    kept = opened(inspect(written(image, "PNG"), "a.png"))

    assert kept.mode in {"L", "RGB", "RGBA"}
    if mode == "I;16":
        assert kept.getpixel((4, 4)) == 128


def test_a_printers_jpeg_becomes_one_for_the_screen() -> None:
    kept = opened(inspect(written(picture(mode="CMYK"), "JPEG"), "a.jpg"))

    assert kept.mode == "RGB"
    assert is_red(kept, (10, 16))


@pytest.mark.parametrize("kind", ["PNG", "WEBP", "MPO"])
def test_of_several_pictures_in_a_file_the_first_is_kept(kind: str) -> None:
    second = Image.new("RGB", (48, 32), "green")
    data = written(picture(), kind, save_all=True, append_images=[second])

    kept = opened(inspect(data, "a"))

    assert getattr(kept, "n_frames", 1) == 1
    assert is_red(kept, (10, 16))


def png(width: int, height: int) -> bytes:
    """A PNG that claims a size and has next to nothing in it."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    body = zlib.compress(bytes(10_000))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", body) + chunk(b"IEND", b"")


def webp(width: int, height: int) -> bytes:
    """A WebP whose canvas is of that size."""
    small = written(picture((8, 8)), "WEBP", lossless=True)[12:]
    canvas = bytes(4) + (width - 1).to_bytes(3, "little") + (height - 1).to_bytes(3, "little")
    body = b"WEBP" + b"VP8X" + struct.pack("<I", 10) + canvas + small
    return b"RIFF" + struct.pack("<I", len(body)) + body


@pytest.mark.parametrize("data", [png(50_000, 50_000), png(9_000, 7_500), png(7_500, 7_500), webp(16_000, 16_000)])
def test_a_decompression_bomb_is_refused_by_name(data: bytes) -> None:
    refused = inspect(data, "bom.png")

    assert isinstance(refused, Refusal)
    assert "bom.png" in refused.reason


def test_too_many_pixels_are_named_as_the_reason() -> None:
    refused = inspect(png(50_000, 50_000), "bom.png")

    assert isinstance(refused, Refusal)
    assert "too many pixels" in refused.reason


def test_a_jpeg_of_endless_scans_is_refused() -> None:
    whole = written(picture(), "JPEG", progressive=True)
    at = whole.rindex(b"\xff\xda")
    scan = whole[at:-2]

    refused = inspect(whole[:at] + scan * 20_000 + b"\xff\xd9", "chậm.jpg")

    assert isinstance(refused, Refusal)
    assert "damaged" in refused.reason


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "HEIC"])
def test_a_truncated_picture_is_refused_by_name(kind: str) -> None:
    noise = Image.effect_noise((200, 200), 80)
    data = HEIC.read_bytes() if kind == "HEIC" else written(noise.convert("RGB"), kind)

    refused = inspect(data[: len(data) * 2 // 3], "hỏng.jpg")

    assert isinstance(refused, Refusal)
    assert "hỏng.jpg" in refused.reason
    assert "damaged" in refused.reason


def test_a_photo_that_crashes_its_decoder_is_only_refused() -> None:
    data = bytearray(HEIC.read_bytes())
    data[177] = 146  # with this libheif 1.23 reads through a null pointer

    refused = inspect(bytes(data), "IMG_0002.HEIC")

    assert isinstance(refused, Refusal)
    assert "IMG_0002.HEIC" in refused.reason


SAMPLES = [written(picture((16, 16)), kind, exif=located(6)) for kind in ("JPEG", "PNG", "WEBP")]


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(SAMPLES), st.data())
def test_no_damage_is_more_than_a_refusal(sample: bytes, data: st.DataObject) -> None:
    damaged = bytearray(sample)
    for at in data.draw(st.lists(st.integers(12, len(sample) - 1), min_size=1, max_size=6)):
        damaged[at] = data.draw(st.integers(0, 255))

    assert isinstance(inspect(bytes(damaged), "a"), Kept | Refusal)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_a_thumbnail_is_a_small_jpeg_on_white_paper(kind: str) -> None:
    image = picture((1600, 800), "RGB" if kind == "JPEG" else "RGBA")
    if kind != "JPEG":
        image.putalpha(0)

    small = Image.open(io.BytesIO(thumbnail(written(image, kind), 640)))

    assert (small.format, small.size) == ("JPEG", (640, 320))
    assert is_red(small, (10, 16)) == (kind == "JPEG")


def test_only_a_picture_has_a_thumbnail() -> None:
    with pytest.raises(ValueError, match="not an image"):
        thumbnail(b"%PDF-1.7")
