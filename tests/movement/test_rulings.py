"""Confirming, returning, mending and endorsing: who may, what becomes of the entry, who is told."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from movement import enquiries, entries, history, mending, rulings, scores, undoing
from movement.errors import DomainError
from movement.scores import Answers
from storage.tables import audit
from tests.movement.year import CHECKLIST, ENDORSED, POINTS, Year

if TYPE_CHECKING:
    from movement.context import Context
    from storage.database import Database


async def test_a_registration_is_confirmed_by_the_level_above_and_its_author_is_told(database: Database) -> None:
    year = Year(database, CHECKLIST)
    entry_id = year.register("lan")

    year.act("hoa", lambda ctx: rulings.confirm(ctx, entry_id))

    assert year.entry(entry_id).state == "confirmed"
    assert [who for who, _text in year.told] == ["lan"]
    acts = database.read_now(lambda session: session.rows(select(audit.c.act).order_by(audit.c.id)))
    assert acts[-1].act == "confirm"


async def test_the_queue_is_of_the_subtree_without_ones_own_and_the_oldest_comes_first(
    sqlite_database: Database,
) -> None:
    year = Year(sqlite_database, CHECKLIST)
    first, second = year.register("lan"), year.register("minh")

    of_minh = year.act("minh", rulings.waiting)
    of_hoa = year.act("hoa", rulings.waiting)
    of_lan = year.act("lan", rulings.waiting)

    assert [each.id for each in of_minh] == [first]
    assert [each.id for each in of_hoa] == [first, second]
    assert of_lan == []


@pytest.mark.parametrize("who", ["lan", "minh"])
async def test_nobody_confirms_their_own(sqlite_database: Database, who: str) -> None:
    year = Year(sqlite_database, CHECKLIST)
    entry_id = year.register(who)

    with pytest.raises(DomainError):
        year.act(who, lambda ctx: rulings.confirm(ctx, entry_id))

    assert year.entry(entry_id).state == "submitted"
    assert year.count("ruling") == 0


async def test_what_is_confirmed_cannot_be_confirmed_again(sqlite_database: Database) -> None:
    year = Year(sqlite_database, CHECKLIST)
    entry_id = year.register()
    year.act("hoa", lambda ctx: rulings.confirm(ctx, entry_id))

    with pytest.raises(DomainError):
        year.act("hoa", lambda ctx: rulings.confirm(ctx, entry_id))

    assert year.count("ruling") == 1


@pytest.mark.parametrize("reached", ["submitted", "confirmed", "reported", "self_scored", "endorsed"])
async def test_what_was_returned_takes_its_place_again_with_its_first_submission_time(
    database: Database, reached: str
) -> None:
    year = Year(database, ENDORSED)
    entry_id = year.register()
    before = year.entry(entry_id).submitted_at
    if reached == "confirmed":
        year.act("hoa", lambda ctx: rulings.confirm(ctx, entry_id))
    if reached in {"reported", "self_scored", "endorsed"}:
        year.report(entry_id)
    if reached in {"self_scored", "endorsed"}:
        year.score(entry_id)
    if reached == "endorsed":
        year.act("phuc", lambda ctx: rulings.endorse(ctx, entry_id, "1-XN", year.day))

    year.act("hoa", lambda ctx: rulings.send_back(ctx, entry_id, "Thiếu địa điểm."))
    returned = year.entry(entry_id)
    reason = year.act("minh", lambda ctx: mending.reason(ctx, returned))
    year.act("minh", lambda ctx: mending.mend(ctx, entry_id, {"name": "Tên rõ hơn"}))

    mended = year.entry(entry_id)
    assert reason == "Thiếu địa điểm."
    assert mended.state == ("self_scored" if reached == "endorsed" else reached)
    assert (mended.name, mended.submitted_at) == ("Tên rõ hơn", before)


async def test_results_reported_while_it_was_returned_count(sqlite_database: Database) -> None:
    year = Year(sqlite_database, CHECKLIST)
    entry_id = year.register()
    year.act("hoa", lambda ctx: rulings.send_back(ctx, entry_id, "Thiếu minh chứng."))
    year.report(entry_id)

    year.act("minh", lambda ctx: mending.mend(ctx, entry_id, {}))

    assert year.entry(entry_id).state == "reported"


async def test_only_fields_of_a_registration_can_be_mended(sqlite_database: Database) -> None:
    year = Year(sqlite_database, CHECKLIST)
    entry_id = year.register()
    year.act("hoa", lambda ctx: rulings.send_back(ctx, entry_id, "Sửa tên."))

    with pytest.raises(ValueError, match="state"):
        year.act("minh", lambda ctx: mending.mend(ctx, entry_id, {"state": "recognised"}))

    assert year.entry(entry_id).state == "returned"


async def test_two_who_act_on_the_same_reading_cannot_overwrite_each_other(database: Database) -> None:
    year = Year(database, CHECKLIST)
    entry_id = year.register()
    read_before = year.entry(entry_id)
    year.act("hoa", lambda ctx: rulings.confirm(ctx, entry_id))

    with pytest.raises(DomainError):
        year.act("hoa", lambda ctx: entries.move(ctx, read_before, "returned"))

    assert year.entry(entry_id).state == "confirmed"


async def test_the_party_committee_confirms_a_report_with_number_and_day(database: Database) -> None:
    year = Year(database, ENDORSED)
    entry_id = year.register()
    year.report(entry_id)

    year.act("phuc", lambda ctx: rulings.endorse(ctx, entry_id, "12-XN/ĐU", year.day))

    said = year.act("minh", lambda ctx: rulings.last(rulings.of_entry(ctx, entry_id), "endorse"))
    assert year.entry(entry_id).state == "endorsed"
    assert said is not None
    assert (said.number, said.day) == ("12-XN/ĐU", year.day)
    assert [who for who, _text in year.told] == ["minh"]


async def test_a_refused_report_goes_back_with_the_reason_and_is_told(sqlite_database: Database) -> None:
    year = Year(sqlite_database, ENDORSED)
    entry_id = year.register()
    year.report(entry_id)

    year.act("phuc", lambda ctx: rulings.refuse(ctx, entry_id, "Thiếu số liệu {2022}."))

    assert year.entry(entry_id).state == "returned"
    assert year.told[-1][0] == "minh"
    assert "Thiếu số liệu {2022}." in year.told[-1][1]


async def test_where_no_endorsement_is_asked_none_is_taken_and_the_state_is_skipped(
    sqlite_database: Database,
) -> None:
    year = Year(sqlite_database, POINTS)
    entry_id = year.register()
    year.report(entry_id)
    year.score(entry_id)

    year.appraise(entry_id)

    assert year.entry(entry_id).state == "appraised"


async def test_nothing_is_appraised_before_the_party_committee_confirmed_it(sqlite_database: Database) -> None:
    year = Year(sqlite_database, ENDORSED)
    entry_id = year.register()
    year.report(entry_id)
    year.score(entry_id)

    with pytest.raises(DomainError):
        year.appraise(entry_id)

    assert year.entry(entry_id).state == "self_scored"


async def test_nobody_appraises_their_own(sqlite_database: Database) -> None:
    year = Year(sqlite_database, POINTS)
    entry_id = year.register("hoa", state="self_scored")

    with pytest.raises(DomainError):
        year.act("hoa", lambda ctx: scores.appraise(ctx, entry_id, Answers()))

    assert year.count("score_sheet") == 0


async def test_what_somebody_changed_meanwhile_is_not_overwritten_and_told(database: Database) -> None:
    year = Year(database, CHECKLIST)
    entry_id = year.register("lan")
    looked_at = year.entry(entry_id).version
    year.act("minh", lambda ctx: rulings.send_back(ctx, entry_id, "Thiếu địa điểm.", ["place"]))

    with pytest.raises(DomainError, match="Trương Văn Minh"):
        year.act("hoa", lambda ctx: rulings.confirm(ctx, entry_id, looked_at))

    assert year.entry(entry_id).state == "returned"


async def test_many_are_confirmed_at_once_but_for_those_that_changed(database: Database) -> None:
    year = Year(database, CHECKLIST)
    ids = [year.register("lan") for _ in range(4)]
    looked_at = [(each, year.entry(each).version) for each in ids]
    year.act("minh", lambda ctx: rulings.send_back(ctx, ids[1], "Thiếu địa điểm."))

    done = year.act("hoa", lambda ctx: rulings.confirm_all(ctx, [*looked_at, (999, 1)]))

    assert done["done"] == 3
    assert done["changed"] == [ids[1], 999]
    assert [year.entry(each).state for each in ids] == ["confirmed", "returned", "confirmed", "confirmed"]


async def test_what_was_done_at_once_is_taken_back_at_once_within_five_minutes(database: Database) -> None:
    year = Year(database, CHECKLIST)
    ids = [year.register("lan") for _ in range(2)]
    looked_at = [(each, year.entry(each).version) for each in ids]
    batch = year.act("hoa", lambda ctx: rulings.confirm_all(ctx, looked_at))["batch"]
    first = year.entry(ids[0])
    year.act("lan", lambda ctx: entries.report(ctx, first.id, "Xong việc."))

    done = year.act("hoa", lambda ctx: undoing.undo(ctx, batch))

    assert [len(done["undone"]), len(done["left"])] == [1, 1]
    assert [year.entry(each).state for each in ids] == ["reported", "submitted"]
    with pytest.raises(DomainError, match="hoàn tác"):
        year.act("minh", lambda ctx: undoing.undo(ctx, batch))


async def test_after_five_minutes_nothing_is_taken_back(sqlite_database: Database) -> None:
    year = Year(sqlite_database, CHECKLIST)
    entry_id = year.register("lan")
    ruling_id = year.act("hoa", lambda ctx: rulings.confirm(ctx, entry_id))

    def later(ctx: Context) -> dict[str, list[str]]:
        return undoing.undo(replace(ctx, now=ctx.now + dt.timedelta(minutes=5, seconds=1)), ruling_id)

    with pytest.raises(DomainError, match="5 phút"):
        year.act("hoa", later)

    assert year.entry(entry_id).state == "confirmed"


async def test_a_question_reaches_the_author_and_the_answer_whoever_asked(database: Database) -> None:
    year = Year(database, CHECKLIST)
    entry_id = year.register("lan")

    year.act("hoa", lambda ctx: enquiries.ask(ctx, entry_id, "Bao nhiêu người?"))
    year.act("lan", lambda ctx: enquiries.answer(ctx, entry_id, "12 người."))

    assert [who for who, _text in year.told] == ["lan", "hoa"]
    assert year.entry(entry_id).state == "submitted"
    with pytest.raises(DomainError):
        year.act("lan", lambda ctx: enquiries.answer(ctx, entry_id, "Lần nữa."))
    with pytest.raises(DomainError):
        year.act("lan", lambda ctx: enquiries.ask(ctx, entry_id, "Của chính mình?"))


async def test_the_history_says_who_did_what_and_why_without_what_was_taken_back(database: Database) -> None:
    year = Year(database, CHECKLIST)
    entry_id = year.register("lan")
    ruling_id = year.act("hoa", lambda ctx: rulings.send_back(ctx, entry_id, "Nhầm."))
    year.act("hoa", lambda ctx: undoing.undo(ctx, ruling_id))
    year.act("hoa", lambda ctx: rulings.send_back(ctx, entry_id, "Thiếu địa điểm."))

    found = year.entry(entry_id)

    def told(ctx: Context) -> list[tuple[str, str]]:
        said = rulings.of_entry(ctx, entry_id)
        return [(each.act, each.reason) for each in history.of_entry(ctx, found, said)]

    assert year.act("minh", told)[-1] == ("return", "Thiếu địa điểm.")
    assert [act for act, _reason in year.act("minh", told)] == ["return", "undo", "return"]
