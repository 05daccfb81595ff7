"""Sending by the Zalo Bot: what arrives, and what each failure means for the message."""

from __future__ import annotations

import logging
import unicodedata
from typing import TYPE_CHECKING

import pytest

from bot.channels.base import Message, Photo, Refused, RemoteFile, TryLater, Unreachable
from bot.channels.zalo_bot import ZaloBot
from bot.channels.zalo_bot_render import CAPABILITIES
from bot.render import render
from conversations.engine.screen import FileRef, Option, Screen
from tests import papers
from tests.fakes import zalo_bot_faults as faults
from tests.fakes.zalo_bot_server import TOKEN, ZaloBotServer

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from tests.fakes.zalo_bot_people import Person

SECRET = TOKEN.partition(":")[2]


@pytest.fixture
async def zalo() -> AsyncIterator[ZaloBotServer]:
    async with ZaloBotServer(patience=0.01) as server:
        yield server


@pytest.fixture
async def channel(zalo: ZaloBotServer) -> AsyncIterator[ZaloBot]:
    channel = ZaloBot(TOKEN, api_url=zalo.url, timeout=0.2)
    await channel.start()
    yield channel
    await channel.stop()


@pytest.fixture
def lan(zalo: ZaloBotServer) -> Person:
    return zalo.person(7, "Lan")


async def test_the_title_is_bold_where_it_stands(zalo: ZaloBotServer, channel: ZaloBot, lan: Person) -> None:
    title = "🎉 Đăng ký"
    ref = await channel.send(lan.chat_id, Message("Đăng ký xong 👍", title=title, progress="Bước 3/9 👍"))

    assert lan.last().text == f"Bước 3/9 👍\n{title}\n\nĐăng ký xong 👍"
    assert lan.last().bold == title
    assert ref == lan.last().id
    assert zalo.violations == []


async def test_words_go_out_composed_and_without_markup(
    zalo: ZaloBotServer, channel: ZaloBot, lan: Person
) -> None:
    await channel.send(lan.chat_id, Message(unicodedata.normalize("NFD", "Mô hình **khéo** <b> {red}"), title=""))

    assert lan.last().text == "Mô hình **khéo** <b> {red}"
    assert "parse_mode" not in zalo.called("sendMessage")[0]
    assert zalo.violations == []


async def test_photos_are_fetched_by_their_url_before_the_words(
    zalo: ZaloBotServer, channel: ZaloBot, lan: Person
) -> None:
    zalo.fetches_photos = False
    photo = Photo("anh.jpg", "https://kheo.example/f/abc")
    await channel.send(lan.chat_id, Message("Minh chứng", photos=(photo,)))

    assert [(each.photo, each.text) for each in lan.messages] == [(photo.url, ""), ("", "Minh chứng")]


async def test_a_photo_that_zalo_cannot_fetch_goes_as_its_link(
    zalo: ZaloBotServer, channel: ZaloBot, lan: Person, caplog: pytest.LogCaptureFixture
) -> None:
    url = f"{zalo.url}/media/none.jpg"
    await channel.send(lan.chat_id, Message("Minh chứng", photos=(Photo("anh.jpg", url),)))

    assert lan.sent == [url, "Minh chứng"]
    assert zalo.violations == ["sendPhoto: The photo URL is invalid"]


async def test_a_file_without_a_link_is_named(channel: ZaloBot, lan: Person) -> None:
    await channel.send(lan.chat_id, Message("Đây là tệp.", files=(FileRef("0", "bao-cao.docx", "x/y", 9),)))
    assert lan.last().text == "Đây là tệp.\n\n📎 bao-cao.docx"


async def test_a_long_screen_is_three_messages_at_most(zalo: ZaloBotServer, channel: ZaloBot, lan: Person) -> None:
    text = "\n\n".join(f"Đoạn {number}: " + "lời 👍 " * 60 for number in range(30))
    screen = Screen(text, title="Dài", options=(Option("a", "Chọn một", number=1, tap="/x"),))
    messages = render(screen, CAPABILITIES)
    for message in messages:
        await channel.send(lan.chat_id, message)

    assert len(lan.sent) == 3
    assert lan.sent[0].startswith("Dài\n\nĐoạn 0")
    assert "1. Chọn một" in lan.sent[2]
    assert messages[-1].rest == render(screen, CAPABILITIES)[-1].rest != ""
    assert text in messages[-1].rest
    assert zalo.violations == []


@pytest.mark.parametrize(
    ("fault", "unknown"),
    [
        (faults.bad_gateway(), False),
        (faults.bad_gateway(504), True),
        (faults.bad_gateway(200), True),
        (faults.lost_answer(), True),
        (faults.reset(), True),
        (faults.error(403), False),
        (faults.error(408), True),
        (faults.error(500), False),
        (faults.error(503, status=503), False),
    ],
)
async def test_what_may_be_tried_again(
    zalo: ZaloBotServer, channel: ZaloBot, lan: Person, fault: faults.Fault, *, unknown: bool
) -> None:
    zalo.fail(fault)

    with pytest.raises(TryLater) as raised:
        await channel.send(lan.chat_id, Message("Chào"))
    assert raised.value.unknown is unknown

    await channel.send(lan.chat_id, Message("Chào lần nữa"))
    assert lan.sent[-1] == "Chào lần nữa"


async def test_no_connection_is_known_not_to_have_arrived(unused_tcp_port: int) -> None:
    channel = ZaloBot(TOKEN, api_url=f"http://127.0.0.1:{unused_tcp_port}")
    with pytest.raises(TryLater) as raised:
        await channel.start()
    assert not raised.value.unknown
    with pytest.raises(TryLater) as raised:
        await channel.send("a", Message("Chào"))
    assert not raised.value.unknown
    await channel.stop()


@pytest.mark.parametrize(
    "description",
    [f"no chat {{chat}} for {SECRET}", "cannot send “Đã tập huấn bí mật”", "text: Da tap huan bi mat"],
)
async def test_zalos_words_never_bring_a_chat_or_a_persons_words_into_the_log(
    zalo: ZaloBotServer, channel: ZaloBot, lan: Person, caplog: pytest.LogCaptureFixture, description: str
) -> None:
    zalo.fail(faults.error(400, description.format(chat=lan.chat_id)))

    with pytest.raises(Refused):
        await channel.send(lan.chat_id, Message("Da tap huan bi mat"))

    assert "400" in caplog.text
    assert not any(word in caplog.text for word in (lan.chat_id, SECRET, "bí mật", "bi mat"))


async def test_refused_once_is_our_mistake_and_three_times_in_a_row_is_the_chat(
    zalo: ZaloBotServer, channel: ZaloBot, lan: Person
) -> None:
    fault = faults.error(400, "Bad Request")
    fault.times = 3
    zalo.fail(fault)

    for end in (Refused, Refused, Unreachable):
        with pytest.raises(end):
            await channel.send(lan.chat_id, Message("Chào"))
    await channel.send(lan.chat_id, Message("Chào"))


async def test_403_is_zalos_own_error_and_given_up_after_three(
    zalo: ZaloBotServer, channel: ZaloBot, lan: Person
) -> None:
    fault = faults.error(403, "Internal server error")
    fault.times = 3
    zalo.fail(fault)

    for end in (TryLater, TryLater, Refused):
        with pytest.raises(end):
            await channel.send(lan.chat_id, Message("Chào"))


async def test_too_many_messages_hold_the_whole_channel_longer_each_time(
    zalo: ZaloBotServer, channel: ZaloBot, lan: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    nam = zalo.person(8, "Nam")
    now = 1000.0
    monkeypatch.setattr("bot.channels.zalo_bot.time.monotonic", lambda: now)
    zalo.fail(faults.flood(4))

    for seconds in (60, 600, 3600, 3600):
        calls = len(zalo.calls)
        with pytest.raises(TryLater) as raised:
            await channel.send(lan.chat_id, Message("Chào"))
        assert raised.value.after == seconds
        with pytest.raises(TryLater):  # nobody else is written to meanwhile
            await channel.send(nam.chat_id, Message("Chào"))
        assert len(zalo.calls) == calls + 1
        now += seconds + 1

    await channel.send(nam.chat_id, Message("Chào"))
    zalo.fail(faults.flood())
    with pytest.raises(TryLater) as raised:
        await channel.send(nam.chat_id, Message("Chào"))
    assert raised.value.after == 60


async def test_a_token_that_was_reset_holds_the_messages(
    zalo: ZaloBotServer, channel: ZaloBot, lan: Person, caplog: pytest.LogCaptureFixture
) -> None:
    zalo.token = "1234567:a-new-one"

    with pytest.raises(TryLater) as raised:
        await channel.send(lan.chat_id, Message("Chào"))

    assert raised.value.after > 60
    assert "token" in caplog.text
    with pytest.raises(Refused):
        await channel.start()


async def test_no_failure_shows_the_token(
    zalo: ZaloBotServer, lan: Person, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    channel = ZaloBot(TOKEN, api_url=zalo.url, timeout=0.1)
    await channel.start()
    zalo.fail(
        faults.bad_gateway(),
        faults.error(400, f"no such path /bot{TOKEN}/sendMessage"),
        faults.reset(),
        faults.lost_answer(),
    )
    told = []
    for _ in range(4):
        with pytest.raises((TryLater, Refused)) as raised:
            await channel.send(lan.chat_id, Message("Chào"))
        told.append(raised.getrepr(chain=True, showlocals=False))
    await channel.stop()

    shown = "".join(str(each.reprcrash) for each in told) + caplog.text + repr(channel)
    assert SECRET not in shown


async def test_only_zalos_own_photos_are_fetched(zalo: ZaloBotServer, channel: ZaloBot) -> None:
    picture = papers.data("anh.jpg")
    assert await channel.fetch(picture_at(zalo.picture(picture)), 10**7) == picture
    for url in (
        "http://169.254.169.254/latest/meta-data",
        "https://evil.example/1.jpg",
        "http://photo.zdn.vn/1.jpg",
        "https://zdn.vn.evil.example/1.jpg",
        "https://photo.zdn.vn:8443/1.jpg",
        "https://photo.zdn.vn@evil.example/1.jpg",
        "file:///etc/passwd",
        "",
    ):
        with pytest.raises(Refused):
            await channel.fetch(picture_at(url), 10**7)


async def test_a_photo_that_is_too_large_or_gone_is_refused(zalo: ZaloBotServer, channel: ZaloBot) -> None:
    url = zalo.picture(b"x" * 5000)
    with pytest.raises(Refused):
        await channel.fetch(picture_at(url), 4999)
    with pytest.raises(Refused):
        await channel.fetch(picture_at(f"{zalo.url}/media/gone.jpg"), 4999)


def picture_at(url: str) -> RemoteFile:
    return RemoteFile(url, "anh.jpg")
