"""Small pictures for the demo's evidence: drawn scenes without words, since Pillow's own font lacks Vietnamese."""

from __future__ import annotations

import io
import random
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from PIL import Image, ImageDraw

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

WIDTH: Final = 640
HEIGHT: Final = 420
HORIZON: Final = 270
_SKIES = ("#bfe3f5", "#d8ecf7", "#f6e4c4", "#cfe6e0")
_WALLS = ("#f3d9a4", "#e9c7b1", "#cfd8e6", "#dbe5c2", "#f0cfcf")
_CLOTHES = ("#2f6db5", "#c8553d", "#3c8d5a", "#e0a526", "#6b4fa0", "#d0668f")
_SKIN = "#d9a77c"


@dataclass(frozen=True, slots=True)
class _Scene:
    """What is drawn, from back to front."""

    ground: str
    draw: tuple[Callable[[ImageDraw.ImageDraw, random.Random], None], ...]


def picture(scene: str, seed: int) -> bytes:
    """A JPEG of the scene; the same scene and seed give the same bytes. Raise KeyError for an unknown scene."""
    chance = random.Random(f"{scene}:{seed}")  # noqa: S311 - colours and places, not secrets
    image = Image.new("RGB", (WIDTH, HEIGHT), chance.choice(_SKIES))
    pen = ImageDraw.Draw(image)
    pen.rectangle((0, HORIZON, WIDTH, HEIGHT), fill=_SCENES[scene].ground)
    for draw in _SCENES[scene].draw:
        draw(pen, chance)
    content = io.BytesIO()
    image.save(content, "JPEG", quality=82)
    return content.getvalue()


def _house(pen: ImageDraw.ImageDraw, chance: random.Random) -> None:
    left, wide = chance.randint(120, 200), chance.randint(240, 300)
    pen.rectangle((left, 120, left + wide, HORIZON + 10), fill=chance.choice(_WALLS), outline="#7a6a58", width=2)
    pen.polygon(((left - 24, 120), (left + wide // 2, 60), (left + wide + 24, 120)), fill="#9c4a3a")
    for column in range(4):
        x = left + 18 + column * (wide - 30) // 4
        pen.rectangle((x, 150, x + 36, 190), fill="#8fb6cf", outline="#ffffff", width=3)
    pen.rectangle((left + wide // 2 - 22, 205, left + wide // 2 + 22, HORIZON + 10), fill="#6d4c33")


def _houses(pen: ImageDraw.ImageDraw, chance: random.Random) -> None:
    for left in range(10, WIDTH, 128):
        top = chance.randint(140, 180)
        pen.rectangle((left, top, left + 108, HORIZON + 6), fill=chance.choice(_WALLS), outline="#7a6a58")
        pen.polygon(((left - 8, top), (left + 54, top - 44), (left + 116, top)), fill="#a65b45")
        pen.rectangle((left + 38, HORIZON - 56, left + 70, HORIZON + 6), fill="#5f7f8f")


def _cross(pen: ImageDraw.ImageDraw, _chance: random.Random) -> None:
    pen.ellipse((490, 40, 570, 120), fill="#ffffff", outline="#c8553d", width=3)
    pen.rectangle((522, 56, 538, 104), fill="#c8553d")
    pen.rectangle((506, 72, 554, 88), fill="#c8553d")


def _sun(pen: ImageDraw.ImageDraw, _chance: random.Random) -> None:
    pen.ellipse((520, 36, 584, 100), fill="#f2b134")


def _trees(pen: ImageDraw.ImageDraw, chance: random.Random) -> None:
    for left in range(20, WIDTH, 90):
        top = chance.randint(70, 130)
        pen.rectangle((left + 24, top + 60, left + 34, HORIZON + 30), fill="#7b5a3c")
        pen.ellipse((left - 6, top, left + 64, top + 90), fill=chance.choice(("#4f8f4a", "#5fa35a", "#3f7d47")))


def _machines(pen: ImageDraw.ImageDraw, chance: random.Random) -> None:
    pen.rectangle((0, 0, WIDTH, 60), fill="#b8bec6")
    for left in range(40, WIDTH - 100, 150):
        pen.rectangle((left, 170, left + 110, HORIZON + 40), fill=chance.choice(("#6f8796", "#5b7d74", "#7c7f95")))
        pen.ellipse((left + 35, 190, left + 75, 230), fill="#e7e7e7", outline="#444444", width=3)
        pen.line((left + 55, 0, left + 55, 170), fill="#888888", width=4)


def _tank(pen: ImageDraw.ImageDraw, _chance: random.Random) -> None:
    for leg in (420, 520):
        pen.rectangle((leg, 170, leg + 12, HORIZON + 30), fill="#777777")
    pen.rounded_rectangle((400, 70, 552, 175), radius=30, fill="#9fc3d6", outline="#5d8296", width=3)
    pen.line((400, 130, 250, 130, 250, HORIZON + 20), fill="#4d7fa0", width=10)
    pen.ellipse((236, HORIZON + 30, 264, HORIZON + 64), fill="#5aa7d6")


def _table(pen: ImageDraw.ImageDraw, chance: random.Random) -> None:
    pen.polygon(((90, 340), (550, 340), (600, 390), (40, 390)), fill="#b98a5a")
    for left in range(110, 540, 70):
        pen.ellipse((left, 348, left + 40, 366), fill=chance.choice(("#ffffff", "#f2e6cf")), outline="#8a6a45")


def _people(pen: ImageDraw.ImageDraw, chance: random.Random) -> None:
    for left in range(60, WIDTH - 80, chance.randint(84, 110)):
        x, y = left + chance.randint(-8, 8), HORIZON + chance.randint(-12, 12)
        pen.rounded_rectangle((x, y, x + 46, y + 84), radius=16, fill=chance.choice(_CLOTHES))
        pen.ellipse((x + 8, y - 34, x + 38, y), fill=_SKIN)
        pen.pieslice((x + 6, y - 38, x + 40, y - 4), 180, 360, fill="#2b2320")


_SCENES: Final[Mapping[str, _Scene]] = {
    "clinic": _Scene("#d9dfe0", (_house, _cross, _people)),
    "school": _Scene("#c9b48c", (_house, _sun, _people)),
    "kitchen": _Scene("#d6cdbf", (_people, _table)),
    "meeting": _Scene("#bfae98", (_sun, _people, _table)),
    "houses": _Scene("#b7b2a6", (_houses, _people)),
    "trees": _Scene("#9dbb74", (_trees, _people)),
    "factory": _Scene("#a9a9a9", (_machines, _people)),
    "water": _Scene("#b9cf9a", (_tank, _people)),
}
