"""When a person may be written to, and at whose cost."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

import pytest

from bot.channels.base import Closed, Message, Summarised, TryLater
from bot.channels.zalo_oa import Account, ZaloOA
from bot.channels.zalo_oa_client import Client
from bot.channels.zalo_oa_window import _last, _left
from tests.channels.zalo_oa.conftest import ZONE
from tests.fakes.telegram_samples import read
from tests.fakes.zalo_oa_server import OA_ID, Fault

if TYPE_CHECKING:
    from tests.channels.zalo_oa.conftest import Clock, Counted, Tokens
    from tests.fakes.zalo_oa_people import Person
    from tests.fakes.zalo_oa_server import ZaloOAServer

QUOTA, TEMPLATE = "/v3.0/oa/quota/message", "/v3.0/oa/message/template"


def notice(clock: Clock, ago: dt.timedelta | None, purpose: str = "notice") -> Message:
    heard_at = None if ago is None else clock.now - ago
    return Message("Đơn vị đã xác nhận mô hình.", title="Tin mới", purpose=purpose, heard_at=heard_at)


async def test_within_48_hours_nobody_is_asked(
    zalo: ZaloOAServer, channel: ZaloOA, lan: Person, clock: Clock, counted: Counted
) -> None:
    await channel.send(lan.id, notice(clock, dt.timedelta(hours=47)))

    assert zalo.called(QUOTA) == []
    assert counted.quotas == ["reply"]


async def test_zalo_knows_of_what_we_did_not_see(
    zalo: ZaloOAServer, channel: ZaloOA, lan: Person, clock: Clock, counted: Counted
) -> None:
    lan.last_interaction = clock.now - dt.timedelta(hours=1)  # a call, or a tap on the menu

    await channel.send(lan.id, notice(clock, dt.timedelta(days=30)))

    assert (len(zalo.called(QUOTA)), counted.quotas) == (1, ["reply"])


async def test_after_48_hours_the_package_pays(
    zalo: ZaloOAServer, channel: ZaloOA, lan: Person, clock: Clock, counted: Counted
) -> None:
    lan.last_interaction = clock.now - dt.timedelta(days=3)

    await channel.send(lan.id, notice(clock, dt.timedelta(days=3)))

    assert (counted.quotas, zalo.package) == (["sub_quota"], 499)


async def test_with_the_package_used_up_nothing_is_charged_unless_it_was_allowed(
    zalo: ZaloOAServer, channel: ZaloOA, lan: Person, clock: Clock
) -> None:
    lan.last_interaction, zalo.package = clock.now - dt.timedelta(days=3), 0

    with pytest.raises(Closed):
        await channel.send(lan.id, notice(clock, dt.timedelta(days=3)))

    assert (lan.charged, lan.messages) == (0, [])


async def test_where_it_is_allowed_a_charged_message_is_counted(
    zalo: ZaloOAServer, tokens: Tokens, lan: Person, clock: Clock, counted: Counted
) -> None:
    lan.last_interaction, zalo.package = clock.now - dt.timedelta(days=3), 0
    paying = ZaloOA(Account(OA_ID, ZONE, may_cost=True), Client(tokens, zalo.url), read, clock, counted)

    await paying.send(lan.id, notice(clock, dt.timedelta(days=3)))
    await paying.stop()

    assert (lan.charged, counted.quotas) == (1, [""])


async def test_after_seven_days_a_reminder_goes_as_a_template(
    zalo: ZaloOAServer, channel: ZaloOA, lan: Person, clock: Clock, counted: Counted
) -> None:
    zalo.templates["7001"] = ("noi_dung",)
    lan.last_interaction = clock.now - dt.timedelta(days=8)

    with pytest.raises(Summarised) as raised:
        await channel.send(lan.id, notice(clock, dt.timedelta(days=8), "reminder"))

    assert raised.value.ref == "t1"
    assert lan.templates == [("7001", {"noi_dung": "Tin mới"})]
    assert (lan.messages, counted.quotas) == ([], ["template"])


async def test_a_long_text_is_cut_at_a_blank_for_a_template(
    zalo: ZaloOAServer, channel: ZaloOA, lan: Person, clock: Clock
) -> None:
    zalo.templates["7001"] = ("noi_dung",)
    lan.last_interaction = clock.now - dt.timedelta(days=8)
    long = Message("Còn ba ngày nữa hết hạn nộp báo cáo.\n" * 5, purpose="reminder")

    with pytest.raises(Summarised):
        await channel.send(lan.id, long)

    said = lan.templates[0][1]["noi_dung"]
    assert len(said) <= 100
    assert (
        said
        == "Còn ba ngày nữa hết hạn nộp báo cáo. Còn ba ngày nữa hết hạn nộp báo cáo. Còn ba ngày nữa hết hạn…"
    )
    assert "\n" not in said


@pytest.mark.parametrize("purpose", ["notice", "answer"])
async def test_without_a_template_for_it_the_channel_is_closed(
    channel: ZaloOA, lan: Person, clock: Clock, purpose: str
) -> None:
    lan.last_interaction = clock.now - dt.timedelta(days=8)

    with pytest.raises(Closed):
        await channel.send(lan.id, notice(clock, dt.timedelta(days=8), purpose))


@pytest.mark.parametrize("code", [-117, -1121, -1122, -249, -144])
async def test_a_template_that_fails_leaves_the_other_channels(
    zalo: ZaloOAServer, channel: ZaloOA, lan: Person, clock: Clock, code: int
) -> None:
    lan.last_interaction = clock.now - dt.timedelta(days=8)
    zalo.fail(Fault(code, TEMPLATE))

    with pytest.raises(Closed):
        await channel.send(lan.id, notice(clock, None, "reminder"))


async def test_a_template_without_money_waits_for_the_operator(
    zalo: ZaloOAServer, channel: ZaloOA, lan: Person, clock: Clock
) -> None:
    lan.last_interaction = clock.now - dt.timedelta(days=8)
    zalo.fail(Fault(-115, TEMPLATE))

    with pytest.raises(TryLater) as raised:
        await channel.send(lan.id, notice(clock, None, "reminder"))

    assert raised.value.after == 600


async def test_zalo_may_close_the_window_against_our_count(
    zalo: ZaloOAServer, channel: ZaloOA, lan: Person, clock: Clock
) -> None:
    zalo.templates["7001"] = ("noi_dung",)
    lan.last_interaction = clock.now - dt.timedelta(days=8)

    with pytest.raises(Summarised):  # -230 at the message itself
        await channel.send(lan.id, notice(clock, dt.timedelta(hours=1), "reminder"))


async def test_a_quota_that_cannot_be_asked_for_stops_nothing(
    zalo: ZaloOAServer, channel: ZaloOA, lan: Person, clock: Clock
) -> None:
    zalo.fail(Fault(-201, QUOTA))
    lan.last_interaction = clock.now - dt.timedelta(days=3)

    await channel.send(lan.id, notice(clock, dt.timedelta(days=3)))

    assert len(lan.messages) == 1


async def test_without_counters_one_charged_message_is_the_last_of_the_day(
    zalo: ZaloOAServer, channel: ZaloOA, lan: Person, clock: Clock
) -> None:
    lan.last_interaction, zalo.package = clock.now - dt.timedelta(days=3), 0
    zalo.fail(Fault(-201, QUOTA), Fault(-201, QUOTA))

    await channel.send(lan.id, notice(clock, dt.timedelta(days=3)))
    with pytest.raises(Closed):
        await channel.send(lan.id, notice(clock, dt.timedelta(days=3)))

    assert lan.charged == 1


@pytest.mark.parametrize(
    ("said", "left"),
    [
        ({}, None),
        ({"remain": 7}, 7),
        ({"quota": {"remain": "7"}}, 7),
        ({"quota": [{"remain": 3}, {"remain": 4}, {"total": 1}]}, 7),
        ({"quotas": [{"remain": 0}]}, 0),
        ({"quota": [{"remain": "many"}]}, None),
        ({"quota": 7}, None),
    ],
)
def test_counters_are_read_in_every_form(said: dict[str, Any], left: int | None) -> None:
    assert _left(said) == left


@pytest.mark.parametrize("value", [1795388800123, "1795388800123"])
def test_the_last_interaction_is_in_milliseconds(value: Any) -> None:
    assert _last({"last_interaction": value}) == dt.datetime(2026, 11, 22, 23, 6, 40, 123000, dt.UTC)


@pytest.mark.parametrize("value", [None, 0, "", "soon", -1, 10**30, []])
def test_no_last_interaction_is_none(value: Any) -> None:
    assert _last({"last_interaction": value}) is None
