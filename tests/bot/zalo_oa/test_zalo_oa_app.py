"""The whole process with a Zalo of our own at the other end: events in, messages out, nothing lost."""

from __future__ import annotations

import asyncio
import datetime as dt
import json
import time
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import insert, select, update

from bot.arrivals import keep
from bot.channels import zalo_oa_parse
from storage.channel_tables import inbound_event, inbox, outbox
from storage.people_tables import address, person
from tests.bot.zalo_oa.houses import Running, run, until
from tests.fakes.zalo_oa_people import post, signature
from tests.fakes.zalo_oa_server import (
    FIRST_REFRESH,
    OA_ID,
    Fault,
    ZaloOAServer,
)

if TYPE_CHECKING:
    from pathlib import Path

CS = "/v3.0/oa/message/cs"


async def test_what_is_said_is_answered_with_buttons_and_a_tap_goes_on(house: Running) -> None:
    lan = house.zalo.person("8001")

    assert await lan.say("/register") == 200
    await house.settled()
    await lan.tap("Work")
    await house.settled()

    question, following = lan.messages
    assert [label for label, _ in question.buttons][:2] == ["1. Work", "2. Health"]
    assert following.text.startswith("Name?")


async def test_the_same_event_again_changes_nothing(house: Running) -> None:
    lan = house.zalo.person("8001")
    lan.last_interaction = house.zalo.now()
    event = lan.message("user_send_text", {"text": "/register"})

    answers = await asyncio.gather(*(lan.zalo_posts(event) for _ in range(5)))
    await house.settled()

    assert answers == [200] * 5
    assert len(lan.messages) == 1


@pytest.mark.parametrize("how", ["body", "secret", "none"])
async def test_a_forged_event_is_refused_and_leaves_nothing(house: Running, how: str) -> None:
    lan = house.zalo.person("8001")
    event = lan.message("user_send_text", {"text": "/register"})
    raw = json.dumps(event).encode()
    header = signature(raw, event["timestamp"], secret="another" if how == "secret" else "")
    if how == "body":
        raw = raw.replace(b"/register", b"/registers")

    assert await post(house.zalo.webhook, raw, "" if how == "none" else header) == 403
    assert await house.count(inbox) == 0


@pytest.mark.parametrize(
    ("raw", "status"), [(b"", 200), (b"{", 400), (b"[]", 400), (b"[" * 50_000, 400), (b" " * 300_000, 413)]
)
async def test_what_is_no_event_is_answered_by_what_it_is(house: Running, raw: bytes, status: int) -> None:
    assert await post(house.zalo.webhook, raw, "mac=" + "0" * 64) == status


async def test_unknown_events_and_malformed_ones_are_taken_without_harm(house: Running) -> None:
    lan = house.zalo.person("8001")

    assert await lan.zalo_posts(lan.event("user_sends_a_kiss", sender={"id": "8001"})) == 200
    assert await lan.zalo_posts(lan.event("user_send_text", sender={"id": ""}, message={})) == 200
    assert await lan.zalo_posts(lan.message("oa_send_text", {"text": "echo"})) == 200
    assert await house.count(inbox) == 0


async def test_whoever_follows_is_greeted_and_whoever_leaves_is_not_written_to(house: Running) -> None:
    lan = house.zalo.person("8001")

    await lan.follow()
    await house.settled()
    greeted = len(lan.messages)
    await lan.unfollow()
    await house.settled()

    assert (greeted, len(lan.messages)) == (1, 1)
    assert await house.column(address.c.reachable) == [False]


async def test_events_that_overtake_each_other_end_as_they_happened(house: Running) -> None:
    lan = house.zalo.person("8001")
    left = lan.event("unfollow", follower={"id": lan.id}, oa_id=OA_ID)

    await lan.follow()
    await lan.zalo_posts(left)  # it happened before
    await house.settled()

    assert await house.column(address.c.reachable) == [True]


async def test_whoever_writes_again_can_be_reached_again(house: Running) -> None:
    lan = house.zalo.person("8001")
    await lan.follow()
    await lan.unfollow()
    await lan.say("/help")
    await house.settled()

    assert await house.column(address.c.reachable) == [True]


async def test_a_picture_that_takes_long_does_not_keep_zalo_waiting_and_order_is_kept(
    house: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert house.app.zalo_oa is not None
    lan, fetch, go = house.zalo.person("8001"), house.app.zalo_oa.channel.fetch, asyncio.Event()
    await lan.say("/register")
    await house.settled()

    async def slowly(*args: Any) -> bytes:
        await go.wait()
        return await fetch(*args)

    monkeypatch.setattr(house.app.zalo_oa.channel, "fetch", slowly)
    began = time.monotonic()
    assert await lan.send_picture("a.jpg", b"\xff\xd8 no picture") == 200
    assert await lan.say("1") == 200
    assert time.monotonic() - began < 2 * 1.0
    assert await house.count(inbound_event) == 2
    go.set()
    await house.settled()

    assert await house.count(inbound_event) == 0
    assert await house.count(inbox) == 3
    assert lan.messages[-1].text.startswith("Name?")


async def test_what_a_dead_process_had_kept_is_taken_by_the_next(
    database_url: str, tmp_path: Path, zalo: ZaloOAServer, entrances: None
) -> None:
    lan = zalo.person("8001")
    async with run(database_url, tmp_path, zalo) as first:
        lan.last_interaction = zalo.now()
        inbound = zalo_oa_parse.parse(lan.message("user_send_text", {"text": "/register"}), OA_ID)
        assert inbound is not None
        await first.app.database.write(keep, 999_999, inbound, zalo.now())  # by a process that is no more

    async with run(database_url, tmp_path, zalo) as second:
        assert second.app.zalo_oa is not None
        await second.app.zalo_oa.arrivals.take_over()
        await second.settled()

        assert await second.count(inbound_event) == 0
    assert [shown.text[:5] for shown in lan.messages] == ["Area?"]


async def test_a_picture_that_cannot_be_had_at_first_is_taken_later(
    house: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.arrivals.PAUSE", 0.01)
    lan = house.zalo.person("8001")
    house.zalo.fail(Fault(path="/files", status=503))

    assert await lan.send_picture("a.jpg", b"x") == 200
    await house.settled()

    assert (await house.count(inbound_event), await house.count(inbox)) == (0, 1)


async def test_a_notice_outside_of_the_window_goes_to_another_address_and_says_so(house: Running) -> None:
    lan = house.zalo.person("8001")
    await lan.say("/help")
    await house.settled()
    now = dt.datetime.now(dt.UTC)
    lan.last_interaction = now - dt.timedelta(days=8)

    def queue(session: Any) -> None:
        session.execute(update(outbox).values(created_at=now - dt.timedelta(days=8)))
        who, oa = session.first(select(person.c.id, address.c.id).join(address))
        for channel, chat in (("web", "w1"), ("telegram", "7")):
            session.execute(
                insert(address).values(person_id=who, channel=channel, account=channel, chat=chat, created_at=now)
            )
        values = {"payload": {"screen": {"text": "Confirmed."}}, "due_at": now, "created_at": now}
        session.execute(insert(outbox).values(address_id=oa, kind="notice", state="waiting", **values))

    await house.app.database.write(queue)
    house.app.outbox.look()
    await until(lambda: _ended(house, 2))
    await until(lambda: _ended(house, 3))

    rows = await house.app.database.read(
        lambda s: s.rows(
            select(address.c.channel, outbox.c.state, outbox.c.why).join(address).order_by(outbox.c.id)
        )
    )
    assert [tuple(row) for row in rows[1:]] == [
        ("zalo_oa", "unreachable", "window"),
        ("telegram", "refused", "no such channel"),  # this deployment has none; it was handed to it
    ]
    assert (await house.column(address.c.reachable))[0] is True  # they did not block us


async def _ended(house: Running, many: int) -> bool:
    states = await house.column(outbox.c.state)
    return len(states) >= many and not {"waiting", "sending"} & set(states)


async def test_a_token_that_runs_out_in_the_middle_is_renewed_and_nothing_lost(house: Running) -> None:
    lan = house.zalo.person("8001")
    await lan.say("/register")
    await house.settled()
    house.zalo.expire()

    await lan.tap("Work")
    await house.settled()

    assert len(lan.messages) == 2
    assert house.zalo.refreshed == 2


async def test_a_spent_token_pauses_the_channel_and_tells_nobody_else_s_secret(
    house: Running, capsys: pytest.CaptureFixture[str]
) -> None:
    lan = house.zalo.person("8001")
    await lan.say("/help")
    await house.settled()
    house.zalo.expire()
    house.zalo.refresh = "used elsewhere"
    assert house.app.zalo_oa is not None

    assert await lan.say("/help") == 200  # what people send is taken all the same

    await until(lambda: _called(house.zalo, 2))
    assert (await house.column(outbox.c.state))[-1] == "sending"
    assert FIRST_REFRESH not in "".join(capsys.readouterr())


async def _called(zalo: ZaloOAServer, many: int) -> bool:
    return zalo.paths()["/v4/oa/access_token"] >= many
