"""What people do by means of Zalo itself: a form with name and phone, a wish to be forgotten."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import select, update

from bot.alerts import tell_administrators
from movement.people import CONSENT_VERSION
from storage.channel_tables import outbox
from storage.people_tables import address, conversation, data_request, person, role
from storage.unit_tables import unit
from tests.fakes.zalo_oa_server import OA_ID

if TYPE_CHECKING:
    import datetime as dt

    from tests.bot.zalo_oa.houses import Running
    from tests.fakes.zalo_oa_people import Person

FORM = {"name": "Trần Thị B", "phone": 84901234567}


async def known(house: Running, **values: Any) -> Person:
    """Somebody who is in the middle of a question."""
    lan = house.zalo.person("8001")
    await lan.say("/register")
    await house.settled()
    if values:
        await house.app.database.write(lambda session: session.execute(update(person).values(**values)))
    return lan


async def submit(house: Running, lan: Person, info: dict[str, Any]) -> str:
    event = lan.event("user_submit_info", sender={"id": lan.id}, recipient={"id": OA_ID}, info=info)
    assert await lan.zalo_posts(event) == 200
    await house.settled()
    return lan.messages[-1].text


async def row(house: Running) -> Any:
    return await house.app.database.read(lambda session: session.first(select(person)))


async def test_without_consent_nothing_of_a_form_is_kept_and_the_question_stays(house: Running) -> None:
    lan = await known(house)

    said = await submit(house, lan, FORM)

    assert said.startswith("Thank you. Nothing was kept of it")
    assert said.endswith("Area?")
    assert ((await row(house)).name, (await row(house)).phone) == ("", None)


async def test_with_consent_what_was_not_known_is_kept(house: Running) -> None:
    lan = await known(house, consent_version=CONSENT_VERSION)

    said = await submit(house, lan, FORM)

    assert said.startswith("✅ Your phone number is kept")
    assert ((await row(house)).name, (await row(house)).phone) == ("Trần Thị B", "0901234567")


async def test_what_is_known_is_never_replaced_by_a_form(house: Running) -> None:
    lan = await known(house, consent_version=CONSENT_VERSION, name="Lan", phone="0912345678")

    await submit(house, lan, FORM)

    assert ((await row(house)).name, (await row(house)).phone) == ("Lan", "0912345678")


async def test_what_is_no_number_of_viet_nam_is_said(house: Running) -> None:
    lan = await known(house, consent_version=CONSENT_VERSION)

    assert (await submit(house, lan, {"phone": "12"})).startswith("That is not a phone number")


async def test_a_wish_to_be_forgotten_withdraws_consent_and_asks_the_data_officer(house: Running) -> None:
    lan = await known(house, consent_version=CONSENT_VERSION)

    for _ in range(2):  # another wish, not the same event
        await lan.zalo_posts(lan.event("user_withdraw", sender={"id": lan.id}))
    await house.settled()

    kinds = await house.app.database.read(lambda s: s.rows(select(data_request.c.kind, data_request.c.state)))
    assert {tuple(each) for each in kinds} == {("withdraw", "done"), ("delete", "open")}
    assert (await row(house)).consent_version == ""
    memory = await house.app.database.read(lambda s: s.scalar(select(conversation.c.memory)))
    assert "stack" not in memory
    assert "A first answer" in lan.messages[-2].text or "a first answer" in lan.messages[-2].text


@pytest.mark.parametrize("channel", ["telegram", "web", "zalo_oa"])
async def test_administrators_are_told_on_their_other_channels(house: Running, channel: str) -> None:
    await known(house)

    def tell(session: Any, now: dt.datetime) -> list[tuple[str, int]]:
        unit_id = session.scalar(
            unit.insert().values(kind="grassroots", name="A", folded="a", path="/1/").returning(unit.c.id)
        )
        who = session.scalar(select(person.c.id))
        session.execute(role.insert().values(person_id=who, unit_id=unit_id, role="admin", since=now))
        session.execute(update(address).values(channel=channel, account=channel))
        return tell_administrators(session, house.app.desk, now, lambda: "Stopped.", not_by="zalo_oa")

    stored = await house.app.database.write(tell, house.zalo.now())

    rows = await house.app.database.read(
        lambda s: s.rows(select(outbox.c.state, outbox.c.payload).where(outbox.c.kind == "notice"))
    )
    assert len(rows) == (channel != "zalo_oa")
    assert all(("screen" in payload) == (channel == "telegram") for _, payload in rows)
    assert len(stored) == (channel == "web")
