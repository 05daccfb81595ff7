"""Messages, changes of messages and acknowledgements on Telegram, against a server of our own."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bot.channels.base import Button, Inbound, Message, Refused
from conversations.engine.screen import FileRef
from tests.fakes import telegram_faults as faults
from tests.fakes.telegram_samples import QUESTION, pictures

if TYPE_CHECKING:
    from bot.channels.telegram import Telegram
    from tests.fakes.telegram_people import Person
    from tests.fakes.telegram_server import TelegramServer


async def test_a_message_shows_title_progress_text_and_buttons(channel: Telegram, lan: Person) -> None:
    ref = await channel.send("7", QUESTION)

    shown = lan.last()
    assert str(shown.id) == ref
    assert shown.text == "Bước 3/9\nĐăng ký < 2027\n\nMô hình <b>thuộc</b> lĩnh vực nào & vì sao?"
    assert shown.html.startswith("<i>Bước 3/9</i>\n<b>Đăng ký &lt; 2027</b>\n\nMô hình &lt;b&gt;")
    assert shown.buttons == ((("Kinh tế", "v1|kinh-te"), ("Văn hoá", "v1|van-hoa")), (("‹ Quay lại", "v1|back"),))
    assert not shown.silent


async def test_a_silent_message_makes_no_sound_and_no_link_is_fetched_for_a_preview(
    server: TelegramServer,
    channel: Telegram,
    lan: Person,
) -> None:
    await channel.send("7", Message("https://kheo.vn/u/mot-lan", silent=True))

    assert lan.last().silent
    assert server.called("sendMessage")[0]["link_preview_options"] == {"is_disabled": True}


@pytest.mark.parametrize("text", ["ế" * 4096, "👍" * 2048, "<&>" * 1365])
async def test_the_longest_text_is_taken(channel: Telegram, lan: Person, text: str) -> None:
    await channel.send("7", Message(text))

    assert lan.last().text == text


@pytest.mark.parametrize(
    "message",
    [
        Message("ế" * 4097),
        Message("👍" * 2048 + "x"),
        Message("x" * 4090, title="Tiêu đề"),
        Message(" \n"),
        Message("x", rows=((Button("Có", "ế" * 22),),)),
        Message("x", rows=((Button("Có", ""),),)),
        Message("x", rows=((Button(" ", "co"),),)),
        Message("x", rows=((Button("Có", "co"),),) * 101),
        Message("x", files=(FileRef("0" * 64, "phim.mp4", "video/mp4", 50_000_001),)),
    ],
)
async def test_what_telegram_never_takes_is_refused_before_anything_is_sent(
    server: TelegramServer,
    channel: Telegram,
    lan: Person,
    message: Message,
) -> None:
    with pytest.raises(Refused):
        await channel.send("7", message)

    assert lan.messages == []
    assert server.called("sendMessage") == []


async def test_an_edit_changes_the_message_and_drops_its_buttons(channel: Telegram, lan: Person) -> None:
    ref = await channel.send("7", QUESTION)

    assert await channel.edit("7", ref, Message("Lĩnh vực: Kinh tế ✓")) == ref

    (shown,) = lan.messages
    assert (shown.text, shown.buttons, shown.edits) == ("Lĩnh vực: Kinh tế ✓", (), 1)


async def test_an_edit_that_changes_nothing_succeeds(channel: Telegram, lan: Person) -> None:
    ref = await channel.send("7", QUESTION)

    assert await channel.edit("7", ref, QUESTION) == ref

    assert lan.last().edits == 0


@pytest.mark.parametrize("ref", ["999", "", "from-another-channel"])
async def test_a_message_that_is_gone_is_sent_anew(channel: Telegram, lan: Person, ref: str) -> None:
    assert await channel.edit("7", ref, QUESTION) == "1"

    assert lan.last().labels == ["Kinh tế", "Văn hoá", "‹ Quay lại"]


async def test_a_message_that_cannot_be_edited_is_sent_anew(
    server: TelegramServer,
    channel: Telegram,
    lan: Person,
) -> None:
    ref = await channel.send("7", QUESTION)
    server.fail(faults.bad_request("message can't be edited"))

    assert await channel.edit("7", ref, Message("Mới")) == "2"

    assert [shown.text for shown in lan.messages][1:] == ["Mới"]


async def test_a_photo_has_no_text_to_edit_so_words_are_sent_anew(channel: Telegram, lan: Person) -> None:
    ref = await channel.send("7", Message("", files=pictures(1)))

    assert await channel.edit("7", ref, Message("Đã nhận.")) == "2"

    assert lan.last().text == "Đã nhận."


async def test_an_edit_with_files_is_sent_anew(channel: Telegram, lan: Person) -> None:
    ref = await channel.send("7", QUESTION)

    assert await channel.edit("7", ref, Message("Biểu mẫu", files=pictures(1))) == "3"

    assert len(lan.messages) == 3


async def test_a_tap_is_acknowledged_with_a_notice(
    server: TelegramServer,
    channel: Telegram,
    lan: Person,
) -> None:
    await channel.send("7", QUESTION)
    await lan.tap("Kinh tế")
    (query,) = server.state.taps

    await channel.acknowledge(Inbound("telegram", "1", "7", "1", reply_id=query), "Đã ghi. " * 40)

    assert lan.toasts == [("Đã ghi. " * 40)[:200]]


async def test_a_late_acknowledgement_is_no_error(server: TelegramServer, channel: Telegram, lan: Person) -> None:
    late = Inbound("telegram", "1", "7", "1", reply_id="4000000000009")

    await channel.acknowledge(late, "")
    await channel.acknowledge(Inbound("telegram", "1", "7", "1"), "Không phải một lần bấm nút")
    await server.stop()
    await channel.acknowledge(late, "")

    assert len(server.called("answerCallbackQuery")) == 1
