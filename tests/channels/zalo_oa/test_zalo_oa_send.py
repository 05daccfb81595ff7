"""Messages of the Official Account, against a server of our own: texts, buttons, what goes wrong."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest

from bot.channels.base import Button, Closed, Message, Refused, TryLater, Unreachable
from bot.channels.zalo_oa_client import Client
from tests.fakes.telegram_samples import QUESTION
from tests.fakes.zalo_oa_server import Fault

if TYPE_CHECKING:
    from bot.channels.zalo_oa import ZaloOA
    from tests.channels.zalo_oa.conftest import Clock, Tokens
    from tests.fakes.zalo_oa_people import Person
    from tests.fakes.zalo_oa_server import ZaloOAServer

CS = "/v3.0/oa/message/cs"


def fresh(clock: Clock, text: str = "Đã ghi.") -> Message:
    return Message(text, heard_at=clock.now)


async def test_a_message_shows_progress_title_text_and_buttons(channel: ZaloOA, lan: Person) -> None:
    ref = await channel.send(lan.id, QUESTION)

    (shown,) = lan.messages
    assert ref == "m1"
    assert shown.text == "Bước 3/9\nĐăng ký < 2027\n\nMô hình <b>thuộc</b> lĩnh vực nào & vì sao?"
    assert [label for label, _ in shown.buttons] == ["Kinh tế", "Văn hoá", "‹ Quay lại"]


@pytest.mark.parametrize("text", ["ế" * 2000, "👍" * 1000])
async def test_the_longest_text_is_taken(channel: ZaloOA, lan: Person, clock: Clock, text: str) -> None:
    await channel.send(lan.id, fresh(clock, text))

    assert lan.messages[0].text == text


@pytest.mark.parametrize(
    "message",
    [
        Message("ế" * 2001),
        Message("👍" * 1000 + "x"),
        Message("x", rows=((Button("Có", "co"),),) * 6),
        Message("x", rows=((Button(" ", "co"),),)),
        Message("x", rows=((Button("Có", ""),),)),
        Message("x", rows=((Button("Có", "x" * 1000),),)),
        Message(" ", rows=((Button("Có", "x"),),)),
    ],
)
async def test_what_zalo_never_takes_is_refused_before_anything_is_sent(
    zalo: ZaloOAServer, channel: ZaloOA, lan: Person, message: Message
) -> None:
    with pytest.raises(Refused):
        await channel.send(lan.id, message)

    assert zalo.called(CS) == []


async def test_a_title_too_long_for_a_button_is_cut(channel: ZaloOA, lan: Person) -> None:
    await channel.send(lan.id, Message("x", rows=((Button("ế" * 101, "co"),),)))

    assert lan.messages[0].buttons[0][0] == "ế" * 99 + "…"


@pytest.mark.parametrize("code", [-216, -220])
async def test_a_token_that_ran_out_is_renewed_once_and_the_message_sent_once(
    zalo: ZaloOAServer, channel: ZaloOA, lan: Person, tokens: Tokens, clock: Clock, code: int
) -> None:
    zalo.fail(Fault(code, CS))

    await channel.send(lan.id, fresh(clock))

    assert (tokens.renewals, len(lan.messages), len(zalo.called(CS))) == (1, 1, 2)


async def test_a_token_refused_twice_pauses_the_channel_and_is_not_renewed_again(
    zalo: ZaloOAServer, channel: ZaloOA, lan: Person, tokens: Tokens, clock: Clock
) -> None:
    zalo.fail(Fault(-216, CS), Fault(-216, CS))

    with pytest.raises(TryLater) as raised:
        await channel.send(lan.id, fresh(clock))
    with pytest.raises(TryLater) as paused:
        await channel.send(lan.id, fresh(clock))

    assert (raised.value.after, paused.value.after) == (600, 600)
    assert (tokens.renewals, len(zalo.called(CS))) == (1, 2)


async def test_after_the_pause_the_channel_is_tried_again(
    zalo: ZaloOAServer, channel: ZaloOA, lan: Person, clock: Clock
) -> None:
    zalo.fail(Fault(-224, CS))
    with pytest.raises(TryLater):
        await channel.send(lan.id, fresh(clock))
    clock.later(seconds=601)

    await channel.send(lan.id, fresh(clock))

    assert len(lan.messages) == 1


@pytest.mark.parametrize("code", [-217, -227, -244])
async def test_whoever_blocked_us_cannot_be_reached(channel: ZaloOA, lan: Person, clock: Clock, code: int) -> None:
    lan.blocked = code
    with pytest.raises(Unreachable):
        await channel.send(lan.id, fresh(clock))


@pytest.mark.parametrize("code", [-230, -232, -218, -211, -213])
async def test_where_no_free_message_may_go_the_channel_is_closed(
    zalo: ZaloOAServer, channel: ZaloOA, lan: Person, clock: Clock, code: int
) -> None:
    zalo.fail(Fault(code, CS))
    with pytest.raises(Closed):
        await channel.send(lan.id, fresh(clock))


async def test_a_limit_is_waited_out(zalo: ZaloOAServer, channel: ZaloOA, lan: Person, clock: Clock) -> None:
    zalo.fail(Fault(-32, CS))

    with pytest.raises(TryLater) as raised:
        await channel.send(lan.id, fresh(clock))
    await channel.send(lan.id, fresh(clock))

    assert (raised.value.after, raised.value.unknown, len(lan.messages)) == (0, False, 1)


async def test_near_the_limit_what_nobody_waits_for_is_held_back(
    zalo: ZaloOAServer, channel: ZaloOA, lan: Person, clock: Clock
) -> None:
    zalo.headers = [("X-RateLimit-Limit", "100"), ("X-RateLimit-Remain", "30")]
    await channel.send(lan.id, fresh(clock))
    notice = Message("Tin mới", purpose="notice", heard_at=clock.now)

    with pytest.raises(TryLater) as raised:
        await channel.send(lan.id, notice)
    await channel.send(lan.id, fresh(clock))  # an answer goes
    clock.later(seconds=61)
    await channel.send(lan.id, notice)

    assert 60 <= raised.value.after <= 90
    assert len(lan.messages) == 3


@pytest.mark.parametrize("headers", [[("X-RateLimit-Limit", "100"), ("X-RateLimit-Remain", "99")], [], None])
async def test_far_from_the_limit_nothing_is_held_back(
    zalo: ZaloOAServer, channel: ZaloOA, lan: Person, clock: Clock, headers: list[tuple[str, str]] | None
) -> None:
    zalo.headers = [("X-RateLimit-Remain", "soon")] if headers is None else headers
    await channel.send(lan.id, fresh(clock))

    await channel.send(lan.id, Message("Tin mới", purpose="notice", heard_at=clock.now))

    assert len(lan.messages) == 2


async def test_a_limit_that_was_hit_holds_back_the_rest(
    zalo: ZaloOAServer, channel: ZaloOA, lan: Person, clock: Clock
) -> None:
    zalo.fail(Fault(-32, CS))
    notice = Message("Tin mới", purpose="notice", heard_at=clock.now)
    waits = []
    for _ in range(3):
        with pytest.raises(TryLater) as raised:
            await channel.send(lan.id, notice)
        waits.append(raised.value.after)

    assert waits[0] == 0
    assert waits[1] != waits[2]  # not at the same moment
    assert len(zalo.called(CS)) == 1


async def test_an_answer_that_never_came_is_of_unknown_outcome(
    zalo: ZaloOAServer, channel: ZaloOA, lan: Person, clock: Clock
) -> None:
    zalo.fail(Fault(path=CS, delivered=True, silent=True))

    with pytest.raises(TryLater) as raised:
        await channel.send(lan.id, fresh(clock))

    assert (raised.value.unknown, len(lan.messages)) == (True, 1)


@pytest.mark.parametrize("status", [502, 504, 500])
async def test_a_gateways_page_is_of_unknown_outcome(
    zalo: ZaloOAServer, channel: ZaloOA, lan: Person, clock: Clock, status: int
) -> None:
    zalo.fail(Fault(path=CS, status=status))

    with pytest.raises(TryLater) as raised:
        await channel.send(lan.id, fresh(clock))

    assert raised.value.unknown


@pytest.mark.parametrize("status", [401, 404, 413])
async def test_a_page_that_says_no_is_refused(
    zalo: ZaloOAServer, channel: ZaloOA, lan: Person, clock: Clock, status: int
) -> None:
    zalo.fail(Fault(path=CS, status=status))

    with pytest.raises(Refused):
        await channel.send(lan.id, fresh(clock))


async def test_a_code_is_read_whatever_the_status(
    zalo: ZaloOAServer, channel: ZaloOA, lan: Person, clock: Clock
) -> None:
    zalo.fail(Fault(-227, CS, http=400))

    with pytest.raises(Unreachable):
        await channel.send(lan.id, fresh(clock))


async def test_without_a_connection_nothing_was_sent(
    channel: ZaloOA, zalo: ZaloOAServer, lan: Person, clock: Clock
) -> None:
    await zalo.__aexit__()

    with pytest.raises(TryLater) as raised:
        await channel.send(lan.id, fresh(clock))

    assert not raised.value.unknown


async def test_two_server_headers_are_taken(
    zalo: ZaloOAServer, channel: ZaloOA, lan: Person, clock: Clock
) -> None:
    zalo.headers = [("Server", "one"), ("Server", "two")]

    assert await channel.send(lan.id, fresh(clock)) == "m1"


async def test_an_error_tells_neither_token_nor_words(
    zalo: ZaloOAServer, channel: ZaloOA, lan: Person, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    zalo.fail(Fault(-201, CS), Fault(-224, CS), Fault(path=CS, status=502))

    seen = ""
    for _ in range(3):
        with pytest.raises((Refused, TryLater)) as raised:
            await channel.send(lan.id, fresh(clock, "bí mật của Lan"))
        seen += repr(raised.value) + repr(raised.value.__cause__)
        clock.later(seconds=601)

    assert "access-0" not in seen + caplog.text
    assert "bí mật" not in seen + caplog.text
    assert "-224" in caplog.text


async def test_calls_at_once_share_one_renewal(zalo: ZaloOAServer, lan: Person, tokens: Tokens) -> None:
    client = Client(tokens, zalo.url)
    zalo.fail(Fault(-220, CS))
    body = {"recipient": {"user_id": lan.id}, "message": {"text": "a"}}

    await asyncio.gather(*(client.post(CS, body) for _ in range(5)))
    await client.stop()

    assert tokens.renewals == 1
