"""People who join and register through the fake of a platform while the bot dies under them.

Each answers what is on the screen, some by tapping, some by writing several answers at once, as if they knew
the way. What they saw is judged by `problems`: the screens of one who was not disturbed, in that order, each at
least once.
"""

from __future__ import annotations

import asyncio
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from benchmarks.turns import word
from benchmarks.world import code
from tests.fakes.telegram_people import Person

if TYPE_CHECKING:
    from random import Random

    from benchmarks.chaos import Server
    from tests.fakes.zalo_bot_people import Person as ZaloPerson

BURST = 3  # answers that an impatient person sends at once
_CHANGING = re.compile(r"\d+")  # numbers, receipts, times


@dataclass(slots=True)
class Said:
    """What one person answers. Every text is theirs alone, so that a mix-up would be seen."""

    name: str
    initiative: str
    place: str
    lead: str
    scale: str


@dataclass(slots=True)
class Talker:
    """One person, what they say, and how far they are."""

    number: int  # also their unit's and their join code's
    person: Person | ZaloPerson
    said: Said
    is_impatient: bool
    taps: bool
    shown: int = 0  # messages of the bot that were answered
    is_through: bool = False
    texts: list[str] = field(default_factory=list)


def talker(server: Server, number: int) -> Talker:
    """The person of this number; one in five is impatient, two in five tap."""
    own = [word(number, index) for index in range(6)]
    said = Said(
        f"Nguyễn {own[0]}",
        f"Mô hình {own[1]} {own[2]}",
        f"Khoa {own[3]}",
        f"Tổ {own[4]}",
        f"Xưởng {own[5]}",
    )
    talking = Talker(number, server.person(number, own[0]), said, number % 5 == 0, number % 5 in {1, 3})
    talking.texts = [
        f"/start {code(number)}",
        "1",
        said.name,
        "/dangky",
        "1",
        "1",
        said.initiative,
        said.place,
        said.lead,
        said.scale,
        "01/10/2027",
        "gửi",
    ]
    return talking


async def talk(talking: Talker, pause: Pause) -> None:
    """Say everything, waiting for the answer of each message (impatient ones: of each burst)."""
    step = BURST if talking.is_impatient else 1
    for first in range(0, len(talking.texts), step):
        await pause.wait()
        texts = talking.texts[first : first + step]
        for text in texts:
            await _say(talking, text)
        await _answered(talking, first + len(texts))
    talking.is_through = True


async def _say(talking: Talker, text: str) -> None:
    """Write it, or tap the first button where that is the answer."""
    person = talking.person
    if text == "1" and talking.taps and isinstance(person, Person) and person.last().buttons:
        await person.tap_data(person.last().buttons[0][0][1], person.last().id)
    else:
        await person.say(text)


async def _answered(talking: Talker, many: int) -> None:
    """Wait until so many different screens were seen."""
    await talking.person.until(lambda _shown: len(screens(talking)) >= many, seconds=60)


def screens(talking: Talker) -> list[str]:
    """The different messages that were sent to this person, in the order they first came."""
    return list(dict.fromkeys(screen(talking, text) for text in talking.person.sent))


def screen(talking: Talker, text: str) -> str:
    """A message without figures and without this person's own words."""
    for own in (
        talking.said.name,
        talking.said.initiative,
        talking.said.place,
        talking.said.lead,
        talking.said.scale,
    ):
        text = text.replace(own, "…")
    return _CHANGING.sub("#", text)


def problems(talking: Talker, expected: list[str]) -> list[str]:
    """What is wrong with what this person saw."""
    seen = [screen(talking, text) for text in talking.person.sent]
    if unexpected := [each for each in seen if each not in expected]:
        return [f"person {talking.number} saw {each[:80]!r}" for each in unexpected]
    places = [expected.index(each) for each in seen]
    found = []
    if not talking.is_through or places[-1:] != [len(expected) - 1]:
        found.append(f"person {talking.number} did not stop at the receipt, but at screen {places[-1:]}")
    # Some may come again, each followed by those that were sent after it; none may be left out or overtaken.
    if any(after > before + 1 for before, after in zip([-1, *places], places, strict=False)):
        found.append(f"person {talking.number} saw the screens in the order {places}")
    return found


class Pause:
    """How long people think, until they are told to hurry."""

    def __init__(self, chance: Random, seconds: float) -> None:
        self._chance, self._seconds = chance, seconds
        self._hurry = asyncio.Event()

    async def wait(self) -> None:
        """Think for a while."""
        try:
            async with asyncio.timeout(self._chance.uniform(0, 2 * self._seconds)):
                await self._hurry.wait()
        except TimeoutError:
            return

    def hurry(self) -> None:
        """No more thinking."""
        self._hurry.set()
