"""Sheets as people fill them in, in each mode of criteria; unplanned achievements; what a dossier has."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from movement import criteria, dossiers, entries, guidelines, rulings, scores, status, unplanned
from movement.errors import DomainError
from movement.scores import Answers
from tests.movement.year import CHECKLIST, ENDORSED, NO_CRITERIA, OWN_CRITERIA, POINTS, UNPLANNED, Year

if TYPE_CHECKING:
    from movement.context import Context
    from movement.status import Status
    from storage.database import Database


def status_of(year: Year, entry_id: int, who: str = "minh") -> Status:
    found = year.entry(entry_id, who)
    return year.act(who, lambda ctx: status.of_entry(ctx, found))


async def test_a_sheet_that_has_only_ticks_is_found_again_as_it_was_given(database: Database) -> None:
    year = Year(database, CHECKLIST)
    entry_id = year.register()
    given = Answers(ticks={"a": True, "b": False, "c": True, "d": True}, notes={"c": "Tạm tính"})

    kept = year.act("minh", lambda ctx: scores.submit(ctx, entry_id, given))
    found = year.act("minh", lambda ctx: scores.newest(ctx, [entry_id]))[entry_id]

    assert found.answers == given
    assert found.total == 0
    assert not found.passes
    assert kept["passes"] is False


async def test_a_sheet_without_any_answer_is_found_too(sqlite_database: Database) -> None:
    year = Year(sqlite_database, POINTS)
    entry_id = year.register()

    year.act("minh", lambda ctx: scores.submit(ctx, entry_id, Answers()))
    found = year.act("minh", lambda ctx: scores.newest(ctx, [entry_id]))

    assert found[entry_id].answers == Answers()


async def test_the_criteria_a_unit_wrote_itself_are_kept_with_the_sheet_and_must_be_met(
    database: Database,
) -> None:
    year = Year(database, OWN_CRITERIA)
    entry_id = year.register()
    found = year.entry(entry_id)
    own = {"r1": "Mỗi tháng khám tại nhà ít nhất hai lần"}
    ticks = {item.key: True for item in scores.sheet_of(found).items}

    year.act("minh", lambda ctx: scores.submit(ctx, entry_id, Answers(ticks=ticks | {"r1": False}, own=own)))
    filled = year.act("minh", lambda ctx: scores.newest(ctx, [entry_id]))[entry_id]
    sheet = scores.sheet_of(found, filled.answers.own)

    assert filled.answers.own == own
    assert not filled.passes
    assert sheet.localises
    assert [item.text for item in sheet.items if item.key == "r1"] == [own["r1"]]
    assert [item.key for item in status_of(year, entry_id).needed.not_met] == ["r1"]


async def test_both_sheets_of_many_entries_are_read_with_one_statement(sqlite_database: Database) -> None:
    year = Year(sqlite_database, POINTS)
    ids = [year.appraised(k2=Decimal(4)), year.appraised()]

    def read(ctx: Context) -> tuple[int, dict[int, bool]]:
        before = ctx.session.statements
        sheets = scores.both(ctx, ids)
        return ctx.session.statements - before, {each: sheets[each]["appraisal"].passes for each in ids}

    assert year.act("hoa", read) == (1, {ids[0]: False, ids[1]: True})


async def test_the_self_score_stays_beside_the_appraisal(sqlite_database: Database) -> None:
    year = Year(sqlite_database, POINTS)
    entry_id = year.appraised(k10=Decimal(3))

    own = year.act("minh", lambda ctx: scores.newest(ctx, [entry_id]))[entry_id]

    assert own.total == 100
    assert status_of(year, entry_id).needed.points == 93


def test_a_list_for_a_kind_of_unit_goes_before_the_general_ones() -> None:
    guideline = guidelines.get(CHECKLIST)

    upper = criteria.sheet(guideline, "collective", "federation_district")
    grassroots = criteria.sheet(guideline, "collective", "grassroots_union")
    person = criteria.sheet(guideline, "individual", "grassroots_union")

    assert [section.number for section in upper.sections] == ["1"]
    assert [section.number for section in grassroots.sections] == ["2"]
    assert [section.number for section in person.sections] == ["3"]
    assert [len(sheet.items) for sheet in (upper, grassroots, person)] == [4, 4, 3]


async def test_without_criteria_nothing_is_scored_and_the_next_step_is_to_wait(sqlite_database: Database) -> None:
    year = Year(sqlite_database, NO_CRITERIA)
    entry_id = year.register()
    year.report(entry_id)

    with pytest.raises(DomainError):
        year.act("minh", lambda ctx: scores.submit(ctx, entry_id, Answers()))

    step = status_of(year, entry_id).step
    assert step is not None
    assert step.act == "wait"


async def test_an_unplanned_achievement_is_reported_at_once_where_the_guideline_exempts_it(
    database: Database,
) -> None:
    year = Year(database, UNPLANNED)

    sent = year.act("lan", lambda ctx: unplanned.submit(ctx, year.draft(ctx), "Đã cứu ba người."))

    found = year.entry(sent["id"])
    assert (found.state, found.origin, found.is_late) == ("reported", "unplanned", False)
    assert found.reported_at is not None


@pytest.mark.parametrize("guideline", [CHECKLIST, OWN_CRITERIA, NO_CRITERIA, POINTS])
async def test_elsewhere_an_unplanned_achievement_is_refused_with_the_clause(
    sqlite_database: Database, guideline: str
) -> None:
    year = Year(sqlite_database, guideline)

    with pytest.raises(DomainError, match="miễn đăng ký"):
        year.act("minh", lambda ctx: unplanned.submit(ctx, year.draft(ctx), "Đã cứu ba người."))

    assert year.count("entry") == 0


async def test_an_unplanned_achievement_passes_all_later_guards(sqlite_database: Database) -> None:
    year = Year(sqlite_database, UNPLANNED)
    sent = year.act("lan", lambda ctx: unplanned.submit(ctx, year.draft(ctx), "Đã cứu ba người."))
    year.score(sent["id"], "lan")

    with pytest.raises(DomainError):
        year.appraise(sent["id"])
    year.act("phuc", lambda ctx: rulings.endorse(ctx, sent["id"], "", year.day))
    year.appraise(sent["id"])

    assert year.entry(sent["id"]).state == "appraised"


async def test_a_dossier_lists_papers_with_copies_and_what_is_here(sqlite_database: Database) -> None:
    year = Year(sqlite_database, CHECKLIST)
    entry_id = year.appraised()
    found = year.entry(entry_id)

    here = year.act("minh", lambda ctx: dossiers.held(ctx, found))
    [award] = dossiers.of_entry(found, here)

    assert [(each.paper.copies, each.is_here) for each in award.papers] == [
        (0, False),
        (2, True),
        (2, True),
        (2, False),
    ]
    assert (here.has_report, here.has_appraisal, here.has_endorsement, here.has_proposal) == (
        True,
        True,
        False,
        False,
    )


async def test_an_endorsement_that_was_followed_by_a_return_is_no_longer_here(sqlite_database: Database) -> None:
    year = Year(sqlite_database, ENDORSED)
    entry_id = year.register()
    year.report(entry_id)
    year.act("phuc", lambda ctx: rulings.endorse(ctx, entry_id, "1-XN", year.day))
    year.act("hoa", lambda ctx: rulings.send_back(ctx, entry_id, "Thiếu số liệu."))
    found = year.entry(entry_id)

    here = year.act("minh", lambda ctx: dossiers.held(ctx, found))

    assert not here.has_endorsement


async def test_the_oldest_come_first_to_those_who_judge(sqlite_database: Database) -> None:
    year = Year(sqlite_database, CHECKLIST)
    ids = [year.register(), year.register("lan"), year.register()]

    found = year.act("hoa", lambda ctx: entries.oldest(ctx, "review", ("submitted",)))
    before = year.act("hoa", lambda ctx: entries.oldest(ctx, "review", ("confirmed",)))

    assert [each.id for each in found] == ids
    assert before == []
