"""Every way that sending on Telegram can fail, and what the outbox is told; the token stays unseen."""

from __future__ import annotations

import logging
import traceback
from typing import TYPE_CHECKING, Any

import pytest

from bot.channels.base import Message, Moved, Refused, RemoteFile, TryLater, Unreachable
from bot.channels.telegram import Telegram
from tests.fakes import telegram_faults as faults
from tests.fakes.telegram_samples import JPEG, QUESTION, pictures, read
from tests.fakes.telegram_server import TOKEN, TelegramServer

if TYPE_CHECKING:
    from tests.fakes.telegram_people import Person


ENDINGS: list[tuple[str, faults.Fault, Exception]] = [
    ("429", faults.flood(17), TryLater(17)),
    ("502", faults.bad_gateway(), TryLater()),
    ("500", faults.Fault(500, "Internal Server Error: restart"), TryLater()),
    ("409", faults.Fault(409, "Conflict: terminated by other getUpdates request"), TryLater()),
    ("garbage", faults.Fault(200, body="<html>"), TryLater(unknown=True)),
    ("no answer", faults.lost_answer(), TryLater(unknown=True)),
    ("reset before", faults.reset(), TryLater(unknown=True)),
    ("reset after", faults.reset(carried_out=True), TryLater(unknown=True)),
    ("blocked", faults.forbidden(), Unreachable()),
    ("deactivated", faults.forbidden("user is deactivated"), Unreachable()),
    ("never started", faults.forbidden("bot can't initiate conversation with a user"), Unreachable()),
    ("no chat", faults.bad_request("chat not found"), Unreachable()),
    ("no private chat", faults.bad_request("private chat not found"), Unreachable()),
    ("migrated", faults.migrated(-1009), Moved("-1009")),
    ("entities", faults.bad_request("can't parse entities: Unsupported start tag"), Refused()),
    ("too long", faults.bad_request("message is too long"), Refused()),
    ("data", faults.bad_request("BUTTON_DATA_INVALID"), Refused()),
    ("never seen", faults.bad_request("the moon is full"), Refused()),
    ("413", faults.too_large(), Refused()),
    ("413 of a proxy", faults.Fault(413, body="<html>"), Refused()),
    ("401", faults.unauthorized(), Refused()),
    ("404", faults.Fault(404, "Not Found"), Refused()),
]


def as_data(end: BaseException) -> tuple[Any, ...]:
    return type(end), getattr(end, "after", None), getattr(end, "unknown", None), getattr(end, "chat", None)


@pytest.mark.parametrize(("fault", "end"), [row[1:] for row in ENDINGS], ids=[row[0] for row in ENDINGS])
@pytest.mark.parametrize("act", ["send", "edit"])
async def test_every_error_has_its_ending(
    server: TelegramServer,
    channel: Telegram,
    lan: Person,
    fault: faults.Fault,
    end: Exception,
    act: str,
) -> None:
    ref = await channel.send("7", QUESTION)
    server.fail(faults.Fault(**{**vars(fault), "times": 1}))

    with pytest.raises((TryLater, Unreachable, Refused, Moved)) as raised:
        await (channel.send("7", Message("x")) if act == "send" else channel.edit("7", ref, Message("x")))

    assert as_data(raised.value) == as_data(end)
    assert ("x" in [shown.text for shown in lan.messages]) == fault.carried_out


async def test_a_person_who_blocked_the_bot_is_unreachable_until_they_unblock_it(
    channel: Telegram,
    lan: Person,
) -> None:
    await lan.block()

    with pytest.raises(Unreachable):
        await channel.send("7", QUESTION)

    await lan.unblock()
    assert await channel.send("7", QUESTION) == "1"


@pytest.mark.parametrize(("chat", "end"), [("8", Unreachable), ("not-a-number", Refused)])
async def test_a_chat_that_does_not_exist(channel: Telegram, chat: str, end: type[Exception]) -> None:
    with pytest.raises(end):
        await channel.send(chat, QUESTION)


async def test_without_a_connection_nothing_was_sent(server: TelegramServer, channel: Telegram) -> None:
    await server.stop()
    with pytest.raises(TryLater):
        await channel.send("7", QUESTION)  # on the connection that is still open

    with pytest.raises(TryLater) as raised:
        await channel.send("7", QUESTION)

    assert not raised.value.unknown


async def test_a_mistake_in_making_a_request_is_not_tried_again(
    channel: Telegram,
    lan: Person,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("bot.channels.telegram_request._timeout", lambda _: "soon")

    with pytest.raises(Refused):
        await channel.send("7", QUESTION)


async def test_after_stopping_nothing_is_sent(channel: Telegram) -> None:
    await channel.stop()

    with pytest.raises(TryLater) as raised:
        await channel.send("7", QUESTION)

    assert not raised.value.unknown


async def test_a_slow_answer_is_waited_for(server: TelegramServer, channel: Telegram, lan: Person) -> None:
    server.fail(faults.slow(0.05))

    assert await channel.send("7", QUESTION) == str(lan.last().id)


async def test_an_unaccepted_token_raises_an_alarm(
    server: TelegramServer,
    channel: Telegram,
    caplog: pytest.LogCaptureFixture,
) -> None:
    server.fail(faults.unauthorized())

    with pytest.raises(Refused):
        await channel.send("7", QUESTION)

    assert [record.levelname for record in caplog.records] == ["CRITICAL"]


async def test_what_telegram_could_not_parse_is_not_logged(
    server: TelegramServer,
    channel: Telegram,
    caplog: pytest.LogCaptureFixture,
) -> None:
    server.fail(faults.bad_request('can\'t parse entities: Unsupported start tag "lời của Lan" at byte offset 3'))

    with pytest.raises(Refused) as raised:
        await channel.send("7", QUESTION)

    assert "parse entities" in caplog.text
    assert "lan" not in (caplog.text + str(raised.value)).lower()


@pytest.mark.parametrize(
    "fault",
    [row[1] for row in ENDINGS],
    ids=[row[0] for row in ENDINGS],
)
async def test_the_token_is_in_no_log_and_no_exception(
    server: TelegramServer,
    fault: faults.Fault,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG)
    channel = Telegram(TOKEN, read, api_url=server.url, timeout=0.05)
    lan = server.person(7)
    await lan.send_photo(JPEG)
    photo = RemoteFile(next(iter(server.state.files)), "photo.jpg")
    server.fail(faults.Fault(**{**vars(fault), "times": 10}))
    ends: list[str] = []

    for act in (channel.start({}), channel.send("7", QUESTION), channel.edit("7", "1", QUESTION)):
        ends += await told(act)
    ends += await told(channel.fetch(photo, 1000))
    ends += await told(channel.send("7", Message("", files=pictures(2))))
    await server.stop()
    ends += await told(channel.send("7", QUESTION))
    ends += await told(channel.fetch(photo, 1000))
    await channel.stop()

    assert len(ends) == 7
    secret = TOKEN.partition(":")[2]
    assert secret not in "".join(ends) + caplog.text


async def told(act: Any) -> list[str]:
    try:
        await act
    except (TryLater, Unreachable, Refused, Moved) as end:
        told = "".join(traceback.format_exception(end))
        inner: BaseException | None = end
        while inner is not None:
            told += f"{inner!r} {inner.args} {inner.__context__!r}"
            inner = inner.__cause__ or inner.__context__
        return [told]
    return []
