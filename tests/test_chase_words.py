"""What an officer is shown before a reminder goes: who is reached how, the month's messages, the cost."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

import pytest

from conversations import chase_words
from movement.chases import Asked, Plan
from movement.quota import Limit, Used
from movement.reaching import Reach, Reached
from tests.movement.test_chases import NOVEMBER, year

if TYPE_CHECKING:
    from storage.database import Database
    from storage.session import Session


def people(**many: int) -> tuple[Reached, ...]:
    """So many people for each way."""
    ways: list[Any] = [way for way, number in many.items() for _ in range(number)]
    price = {"paid": 55}
    account = ("zalo_bot", "b")
    return tuple(Reached(n, f"N {n}", way, account, price=price.get(way, 0)) for n, way in enumerate(ways))


@pytest.mark.parametrize(
    ("reached", "sent", "lines"),
    [
        (
            {"free": 150, "paid": 41, "nowhere": 23},
            0,
            [
                "214 người: 150 miễn phí, 41 cần tin trả phí, 23 chưa có kênh → danh sách gọi điện.",
                "Chi phí nhiều nhất khoảng 2.255 đồng, chưa gồm thuế.",
            ],
        ),
        (
            {"counted": 41},
            100,
            ["41 người: 41 tính vào số tin của tháng.", "Zalo Bot: gửi 41 tin; tháng này còn 2.900 tin."],
        ),
        ({"counted": 41}, 2820, ["Zalo Bot: gửi 41 tin; tháng này còn 180 tin. ⚠ Không đủ cho tất cả"]),
        ({"counted": 41}, 2850, ["Zalo Bot: gửi 41 tin; tháng này còn 150 tin. ⚠ Sắp hết số tin"]),
    ],
)
async def test_the_preview_says_how_many_are_reached_and_at_what_cost(
    sqlite_database: Database, reached: dict[str, int], sent: int, lines: list[str]
) -> None:
    def work(session: Session) -> None:
        built = year(session)
        officer = built.person("upper_officer", "phường")
        home = built.units["phường"]
        used = (Used("zalo_bot", "b", sent, 0, Limit(3000, 50)),)
        asked = Asked(home.id, "words", NOVEMBER.year, "Mời họp.", "everyone")
        plan = Plan(asked, home, Reach(people(**reached), used), officer.now, speaks_for=home.id)

        text = chase_words.preview(officer, plan)

        for line in lines:
            assert line in text
        later = Plan(asked, home, plan.reach, officer.now + dt.timedelta(hours=19), speaks_for=home.id)
        assert "Tin được gửi từ 07:00 thứ Ba, 23/11/2027" in chase_words.preview(officer, later)

    await sqlite_database.write(work)
