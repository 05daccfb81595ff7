"""Recognition level by level, and exemplars: who, in what order, and what stands against it."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from movement import exemplars, recognition
from movement.errors import DomainError
from movement.exemplars import Review
from movement.recognition import Outcome, Paper
from tests.movement.year import CHECKLIST, ENDORSED, NO_CRITERIA, OWN_CRITERIA, POINTS, Year

if TYPE_CHECKING:
    from movement.context import Context
    from storage.database import Database


def decide(year: Year, who: str, entry_id: int, level: str, outcome: Outcome = "recognised") -> str:
    paper = Paper("15/QĐ", year.day)
    return year.act(who, lambda ctx: recognition.decide(ctx, entry_id, level, outcome, paper, "Vì vậy."))


def propose(year: Year, who: str, entry_id: int, level: str) -> str:
    return year.act(who, lambda ctx: recognition.propose(ctx, entry_id, level, "3/TTr", year.day))


def levels(year: Year, who: str, entry_id: int) -> dict[str, recognition.Standing]:
    found = year.entry(entry_id)
    held = year.act(who, lambda ctx: recognition.standings(ctx, found))
    return {each.rule.level: each for each in held}


async def test_a_level_that_waits_for_no_proposal_decides_of_its_own_accord(database: Database) -> None:
    year = Year(database, CHECKLIST)
    entry_id = year.appraised()

    state = decide(year, "binh", entry_id, "huyen-nganh")

    assert state == "recognised"
    assert year.told[-1][0] == "minh"
    assert "15/QĐ" in year.told[-1][1]


async def test_a_level_that_waits_for_a_proposal_decides_only_after_it(database: Database) -> None:
    year = Year(database, ENDORSED)
    entry_id = year.appraised()

    with pytest.raises(DomainError, match="denghi"):
        decide(year, "binh", entry_id, "phat-dong")
    assert propose(year, "minh", entry_id, "phat-dong") == "proposed"

    assert decide(year, "binh", entry_id, "phat-dong") == "recognised"


async def test_where_the_deciding_body_is_outside_the_proposing_unit_writes_its_decision_down(
    sqlite_database: Database,
) -> None:
    year = Year(sqlite_database, CHECKLIST)
    entry_id = year.appraised()
    outside = levels(year, "minh", entry_id)["tinh"]

    with pytest.raises(DomainError):
        decide(year, "quan", entry_id, "tinh")
    propose(year, "quan", entry_id, "tinh")
    state = decide(year, "quan", entry_id, "tinh")

    assert outside.is_outside
    assert state == "recognised"


async def test_what_one_level_declined_a_lower_one_may_still_recognise(sqlite_database: Database) -> None:
    year = Year(sqlite_database, CHECKLIST)
    entry_id = year.appraised()
    propose(year, "quan", entry_id, "tinh")

    assert decide(year, "quan", entry_id, "tinh", "not_recognised") == "not_recognised"
    told = year.told[-1][1]
    assert decide(year, "binh", entry_id, "huyen-nganh") == "recognised"

    assert "Vì vậy." in told
    assert levels(year, "minh", entry_id)["tinh"].decision is not None


async def test_a_refusal_above_does_not_take_recognition_below_away(sqlite_database: Database) -> None:
    year = Year(sqlite_database, CHECKLIST)
    entry_id = year.appraised()
    decide(year, "binh", entry_id, "huyen-nganh")

    assert propose(year, "quan", entry_id, "tinh") == "proposed"
    assert decide(year, "quan", entry_id, "tinh", "not_recognised") == "recognised"


async def test_a_level_decides_once(sqlite_database: Database) -> None:
    year = Year(sqlite_database, CHECKLIST)
    entry_id = year.appraised()
    decide(year, "binh", entry_id, "huyen-nganh", "not_recognised")

    with pytest.raises(DomainError):
        decide(year, "binh", entry_id, "huyen-nganh")

    assert year.count("recognition") == 1


@pytest.mark.parametrize("who", ["minh", "hoa"])
async def test_only_the_standing_committee_or_the_head_of_the_very_unit_decides(
    sqlite_database: Database, who: str
) -> None:
    year = Year(sqlite_database, CHECKLIST)
    entry_id = year.appraised()

    with pytest.raises(DomainError):
        decide(year, who, entry_id, "huyen-nganh")

    assert year.count("recognition") == 0


async def test_a_committee_does_not_decide_for_the_level_below_it(sqlite_database: Database) -> None:
    year = Year(sqlite_database, CHECKLIST)
    entry_id = year.appraised()

    with pytest.raises(DomainError):
        decide(year, "quan", entry_id, "huyen-nganh")


async def test_ninety_nine_points_that_miss_a_maximum_are_not_recognised_and_the_reason_is_named(
    database: Database,
) -> None:
    year = Year(database, POINTS)
    entry_id = year.appraised(k7=Decimal(9))

    with pytest.raises(DomainError, match="9/10"):
        decide(year, "lan", entry_id, "don-vi")
    declined = decide(year, "lan", entry_id, "don-vi", "not_recognised")

    assert declined == "not_recognised"


async def test_the_appraisal_prevails_over_the_self_score(sqlite_database: Database) -> None:
    year = Year(sqlite_database, POINTS)
    entry_id = year.register()
    year.report(entry_id)
    year.score(entry_id, k7=Decimal(0))
    year.appraise(entry_id)

    assert decide(year, "lan", entry_id, "don-vi") == "recognised"


async def test_a_newer_appraisal_replaces_the_one_before(sqlite_database: Database) -> None:
    year = Year(sqlite_database, POINTS)
    entry_id = year.appraised(k2=Decimal(1))

    year.appraise(entry_id)

    assert decide(year, "lan", entry_id, "don-vi") == "recognised"


async def test_a_criterion_of_a_checklist_that_is_not_met_stands_against_it(sqlite_database: Database) -> None:
    year = Year(sqlite_database, CHECKLIST)
    entry_id = year.appraised(kc=False)
    found = year.entry(entry_id)

    against = year.act("binh", lambda ctx: recognition.obstacles(ctx, found))

    assert len(against) == 1
    with pytest.raises(DomainError):
        decide(year, "binh", entry_id, "huyen-nganh")


async def test_without_criteria_a_report_is_enough_for_a_decision(sqlite_database: Database) -> None:
    year = Year(sqlite_database, NO_CRITERIA)
    entry_id = year.register()

    with pytest.raises(DomainError):
        decide(year, "binh", entry_id, "tung-cap")
    year.report(entry_id)

    assert decide(year, "binh", entry_id, "tung-cap") == "recognised"


async def test_nothing_is_decided_before_it_was_appraised(sqlite_database: Database) -> None:
    year = Year(sqlite_database, CHECKLIST)
    entry_id = year.register()
    year.report(entry_id)
    year.score(entry_id)

    with pytest.raises(DomainError):
        decide(year, "binh", entry_id, "huyen-nganh")
    with pytest.raises(DomainError):
        propose(year, "quan", entry_id, "tinh")


async def test_an_exemplar_is_named_after_recognition_at_a_review_that_was_held(database: Database) -> None:
    year = Year(database, OWN_CRITERIA)
    entry_id = year.appraised()
    paper, held = Paper("12-QĐ", year.day), Review("Tổng kết giai đoạn", year.day)
    to_come = Review("Tổng kết giai đoạn", year.day + dt.timedelta(days=1))

    with pytest.raises(DomainError):
        year.act("quan", lambda ctx: exemplars.name(ctx, entry_id, "tinh", held, paper))
    decide(year, "binh", entry_id, "huyen-thanh-uy")
    with pytest.raises(DomainError):
        year.act("quan", lambda ctx: exemplars.name(ctx, entry_id, "tinh", to_come, paper))
    year.act("quan", lambda ctx: exemplars.name(ctx, entry_id, "tinh", held, paper))
    with pytest.raises(DomainError):
        year.act("quan", lambda ctx: exemplars.name(ctx, entry_id, "tinh", held, paper))

    assert year.count("exemplar") == 1
    assert year.entry(entry_id).state == "recognised"
    assert levels(year, "minh", entry_id)["tinh"].is_exemplar


async def test_a_level_of_exemplars_only_recognises_no_initiative(sqlite_database: Database) -> None:
    year = Year(sqlite_database, OWN_CRITERIA)
    entry_id = year.appraised()

    with pytest.raises(DomainError):
        decide(year, "quan", entry_id, "tinh")


async def test_how_any_number_of_entries_stand_takes_four_statements_at_most(sqlite_database: Database) -> None:
    year = Year(sqlite_database, CHECKLIST)
    found = [year.entry(year.appraised()) for _ in range(5)]

    def count(ctx: Context) -> int:
        before = ctx.session.statements
        recognition.of_entries(ctx, found)
        return int(ctx.session.statements - before)

    assert year.act("hoa", count) <= 4
