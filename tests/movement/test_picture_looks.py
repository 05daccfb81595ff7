from __future__ import annotations

import io
from typing import TYPE_CHECKING

import pytest
from PIL import Image, ImageDraw

from bot.picture_looks import look_at_new
from movement import evidence, picture_looks
from movement.evidence import Attached
from movement.picture_looks import bands_of, look_of
from storage.files import FileStore
from tests.movement.year import CHECKLIST, Year

if TYPE_CHECKING:
    from pathlib import Path

    from storage.database import Database


def scene(shift: int = 0) -> Image.Image:
    """A street with houses of different colours."""
    image = Image.new("RGB", (1200, 900), (200, 220, 240))
    draw = ImageDraw.Draw(image)
    draw.rectangle((0, 600, 1200, 900), fill=(90, 90, 90))
    for number in range(6):
        left = 40 + number * 190
        top = 200 + (number * 97 + shift * 53) % 250
        shade = (60 + (number * 67 + shift * 41) % 180, 80, (number * 31 + shift * 83) % 200)
        draw.rectangle((left, top, left + 120, 650), fill=shade)
    return image


def saved(image: Image.Image, quality: int = 90) -> bytes:
    out = io.BytesIO()
    image.save(out, "JPEG", quality=quality)
    return out.getvalue()


def test_a_picture_made_smaller_and_pressed_harder_looks_the_same() -> None:
    whole, small = look_of(saved(scene())), look_of(saved(scene().resize((400, 300)), quality=35))

    assert ((whole ^ small) % (1 << 64)).bit_count() <= picture_looks.MOST_DIFFERENT


def test_another_picture_looks_different() -> None:
    looks = [look_of(saved(scene(shift))) for shift in range(6)]

    differences = [((one ^ two) % (1 << 64)).bit_count() for one in looks for two in looks if one != two]
    assert min(differences) > picture_looks.MOST_DIFFERENT


@pytest.mark.parametrize("changed", [(0, 13, 27, 38, 50), (63, 62, 61, 60, 59), (5,), ()])
def test_looks_that_differ_in_five_bits_share_a_band(changed: tuple[int, ...]) -> None:
    look = 0x0F1E2D3C4B5A6978
    other = look
    for bit in changed:
        other ^= 1 << bit

    assert set(bands_of(look)) & set(bands_of(other))


def test_a_blank_page_is_like_no_other() -> None:
    assert bands_of(look_of(saved(Image.new("RGB", (800, 600), "white")))) == []


async def test_a_picture_sent_twice_is_told_of_and_named_only_to_those_who_may_see_it(
    database: Database, tmp_path: Path
) -> None:
    year, store = Year(database, CHECKLIST), FileStore(tmp_path / "files")
    first, second = year.register("minh"), year.register("minh")
    whole, small = saved(scene()), saved(scene().resize((640, 480)), quality=40)

    def prove(entry_id: int, *pictures: bytes) -> None:
        files = [Attached(store.put(each), "anh.jpg", "image/jpeg", len(each), "") for each in pictures]
        year.act("minh", lambda ctx: evidence.submit(ctx, entry_id, "progress", "Ảnh", files, ()))

    prove(first, whole)
    prove(second, small)
    before = year.act("hoa", lambda ctx: picture_looks.reused(ctx, second, [store.put(small)]))

    assert await look_at_new(database, store) == 2
    assert await look_at_new(database, store) == 0

    of_hoa = year.act("hoa", lambda ctx: picture_looks.reused(ctx, second, [store.put(small)]))
    of_lan = year.act("lan", lambda ctx: picture_looks.reused(ctx, second, [store.put(small)]))
    same = year.act("hoa", lambda ctx: picture_looks.reused(ctx, second, [store.put(whole)]))
    assert before == []
    assert [(each.is_same_file, each.number) for each in of_hoa] == [(False, year.entry(first).number)]
    assert [(each.is_same_file, each.number, each.name) for each in of_lan] == [(False, "", "")]
    assert [each.is_same_file for each in same] == [True]


async def test_a_picture_that_is_gone_is_not_looked_at_again_and_again(
    sqlite_database: Database, tmp_path: Path
) -> None:
    year, store = Year(sqlite_database, CHECKLIST), FileStore(tmp_path / "files")
    entry_id = year.register("minh")
    gone = [Attached("ab" * 32, "anh.jpg", "image/jpeg", 10, "")]
    year.act("minh", lambda ctx: evidence.submit(ctx, entry_id, "progress", "Ảnh", gone, ()))

    assert await look_at_new(sqlite_database, store) == 1
    assert await look_at_new(sqlite_database, store) == 0
