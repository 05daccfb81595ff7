"""Where messages are counted a letter may go with what else waits; it is looked at again all the same."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import insert, select, update

from bot.sending import Ending
from movement import quota
from storage.channel_tables import outbox
from storage.people_tables import address
from storage.tables import entry
from tests.bot.test_reminding import House

if TYPE_CHECKING:
    from storage.database import Database
    from storage.session import Session

LATER = dt.timedelta(minutes=30)


@pytest.fixture(autouse=True)
def _counted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(quota, "_limits", {("telegram", "test"): quota.Limit(3000, 50)})


def _digest(house: House) -> None:
    """What else waits for Minh."""

    def add(session: Session) -> None:
        where = session.scalar(select(address.c.id).where(address.c.chat == "minh"))
        times = {"created_at": house.utc(), "due_at": house.utc() + quota.GATHERED_FOR}
        words = {"screen": {"text": "Bản tin"}}
        session.execute(
            insert(outbox).values(address_id=where, kind="reminder", state="waiting", payload=words, **times)
        )

    house.database.write_now(add)


async def _of_minh(house: House) -> Any:
    house.now += LATER
    (row,) = [each for each in house.claimed() if each.chat == "minh"]
    assert row.gathered
    return row


def _done(house: House) -> None:
    house.database.write_now(lambda session: session.execute(update(entry).values(state="submitted")))


@pytest.mark.parametrize("is_first", [True, False])
async def test_what_goes_with_a_letter_is_not_lost_when_it_is_looked_at_again(
    database: Database, *, is_first: bool
) -> None:
    house = House(database, "registered", "returned")
    if is_first:
        _digest(house)
    await house.job.run()
    if not is_first:
        _digest(house)
    row = await _of_minh(house)

    found = await house.job.fresh(row)

    assert not isinstance(found, Ending)
    assert "Bản tin" in found.payload["screen"]["text"]
    assert "bổ sung" in found.payload["screen"]["text"]

    _done(house)
    house.now += LATER
    found = await house.job.fresh(found)

    assert not isinstance(found, Ending)
    assert "Bản tin" in found.payload["screen"]["text"]
    assert "bổ sung" not in found.payload["screen"]["text"]


async def test_nothing_left_of_all_that_was_gathered_is_not_sent(database: Database) -> None:
    house = House(database, "registered", "returned")
    await house.job.run()
    _digest(house)
    query = update(outbox).where(outbox.c.payload["screen"]["text"].as_string() == "Bản tin")
    (letter,) = [row for row in house.rows(select(outbox)) if "bổ sung" in str(row.payload)]
    database.write_now(lambda session: session.execute(query.values(payload=letter.payload)))
    row = await _of_minh(house)
    _done(house)

    found = await house.job.fresh(row)

    assert isinstance(found, Ending)
    assert found.state == "cancelled"
