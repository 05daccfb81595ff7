from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from movement import councils, scores
from movement.councils import Said, Sitting, Vote
from movement.errors import DomainError
from movement.scores import Answers
from tests.movement.year import POINTS, Year, answers

if TYPE_CHECKING:
    from movement.context import Context
    from storage.database import Database


def third(year: Year, entry_id: int, points: str) -> Answers:
    """Everything at its best but criterion 3."""
    return answers(year.entry(entry_id), {"k3": Decimal(points)})


def sitting(year: Year) -> Sitting:
    return Sitting(year.day, "Hội trường", "Trần Văn Phúc", "Lê Thị Mai", 7, 1, "", "Nhất trí.")


async def test_what_the_council_agreed_on_prevails_and_single_appraisers_come_too_late(database: Database) -> None:
    year = Year(database, POINTS)
    entry_id = year.appraised(k3=Decimal(8))
    said = [Said(entry_id, Vote(7, 7, 6), third(year, entry_id, "9"))]

    year.act("hoa", lambda ctx: councils.keep(ctx, sitting(year), said))

    newest = year.act("hoa", lambda ctx: scores.newest(ctx, [entry_id], "appraisal"))[entry_id]
    assert newest.total == Decimal(99)
    minuted = year.act("hoa", lambda ctx: councils.of_entry(ctx, entry_id))
    assert [each.vote for each in minuted] == [Vote(7, 7, 6)]
    again = third(year, entry_id, "10")
    with pytest.raises(DomainError, match="/bienban"):
        year.act("hoa", lambda ctx: scores.appraise(ctx, entry_id, again))


@pytest.mark.parametrize("vote", [Vote(7, 8, 6), Vote(7, 7, 8), Vote(5, 4, -1)])
async def test_a_vote_that_cannot_be_is_refused(sqlite_database: Database, vote: Vote) -> None:
    year = Year(sqlite_database, POINTS)
    entry_id = year.appraised(k3=Decimal(8))

    with pytest.raises(DomainError):
        year.act("hoa", lambda ctx: councils.keep(ctx, sitting(year), [Said(entry_id, vote)]))

    assert year.count("minutes") == 0


async def test_minutes_of_a_meeting_to_come_and_by_others_are_refused(sqlite_database: Database) -> None:
    year = Year(sqlite_database, POINTS)
    entry_id = year.appraised(k3=Decimal(8))
    said = [Said(entry_id, Vote(7, 7, 6))]

    def tomorrow(ctx: Context) -> int:
        return councils.keep(ctx, replace(sitting(year), held_on=year.day.replace(day=year.day.day + 1)), said)

    with pytest.raises(DomainError):
        year.act("hoa", tomorrow)
    with pytest.raises(DomainError):
        year.act("minh", lambda ctx: councils.keep(ctx, sitting(year), said))


async def test_only_what_appraisers_differ_on_is_to_be_settled(sqlite_database: Database) -> None:
    same = scores.Appraisal(1, "A", Answers({"1": Decimal(5), "2": Decimal(9)}, {"a": True}))
    other = scores.Appraisal(2, "B", Answers({"1": Decimal(5), "2": Decimal(10)}, {"a": False}))

    assert councils.differing([same, other]) == ["2", "a"]
    assert councils.differing([same, same]) == []
