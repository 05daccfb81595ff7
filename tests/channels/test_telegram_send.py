"""Sending, changing, acknowledging and fetching, against a Telegram of our own over HTTP."""

from __future__ import annotations

import hashlib
import logging
import traceback
from typing import TYPE_CHECKING, Any

import pytest

from bot.channels.base import Button, Inbound, Message, Moved, Refused, RemoteFile, TryLater, Unreachable
from bot.channels.telegram import Telegram, Webhook
from conversations.engine.screen import FileRef
from tests.fakes import telegram_faults as faults
from tests.fakes.telegram_server import TOKEN, TelegramServer

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from tests.fakes.telegram_people import Person

JPEG = b"\xff\xd8\xff\xe0" + b"\x00" * 100
QUESTION = Message(
    text="Mô hình <b>thuộc</b> lĩnh vực nào & vì sao?",
    title="Đăng ký < 2027",
    progress="Bước 3/9",
    rows=((Button("Kinh tế", "v1|kinh-te"), Button("Văn hoá", "v1|van-hoa")), (Button("‹ Quay lại", "v1|back"),)),
)
STORE: dict[str, bytes] = {}


def stored(content: bytes, name: str, media_type: str) -> FileRef:
    digest = hashlib.sha256(content).hexdigest()
    STORE[digest] = content
    return FileRef(digest, name, media_type, len(content))


async def read(file: FileRef) -> bytes:
    return STORE[file.sha256]


def pictures(count: int) -> tuple[FileRef, ...]:
    return tuple(stored(JPEG + bytes([i]), f"anh-{i}.jpg", "image/jpeg") for i in range(count))


@pytest.fixture
async def server() -> AsyncIterator[TelegramServer]:
    async with TelegramServer() as server:
        yield server
    assert server.violations == []


@pytest.fixture
async def channel(server: TelegramServer) -> AsyncIterator[Telegram]:
    channel = Telegram(TOKEN, read, api_url=server.url, timeout=0.2)
    await channel.start({})
    yield channel
    await channel.stop()


@pytest.fixture
def lan(server: TelegramServer) -> Person:
    return server.person(7, "Lan")


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


async def test_a_picture_is_a_photo_before_the_words(channel: Telegram, lan: Person) -> None:
    await channel.send("7", Message("Ảnh đã nhận", rows=QUESTION.rows, files=pictures(1)))

    photo, words = lan.messages
    assert photo.files == (("anh-0.jpg", JPEG + b"\0"),)
    assert photo.silent
    assert (words.text, words.silent, len(words.labels)) == ("Ảnh đã nhận", False, 3)


async def test_pictures_go_as_albums_of_ten_at_most_and_other_files_as_documents(
    server: TelegramServer,
    channel: Telegram,
    lan: Person,
) -> None:
    report = stored(b"%PDF-1.7", "Báo cáo “quý I”.pdf", "application/pdf")

    ref = await channel.send("7", Message("Hồ sơ", files=(report, *pictures(13))))

    assert [len(call["media"]) for call in server.called("sendMediaGroup")] == [10, 3]
    assert len({shown.album for shown in lan.messages if shown.album}) == 2
    assert [name for shown in lan.messages for name, _ in shown.files][-1] == "Báo cáo “quý I”.pdf"
    assert (lan.last().text, str(lan.last().id)) == ("Hồ sơ", ref)


@pytest.mark.parametrize("count", [1, 2])
async def test_a_picture_that_telegram_cannot_read_goes_as_a_document(
    channel: Telegram,
    lan: Person,
    count: int,
) -> None:
    odd = stored(b"GIF89a?", "anh.png", "image/png")

    await channel.send("7", Message("", files=(odd, *pictures(count - 1))))

    assert [shown.files[0][0] for shown in lan.messages] == ["anh.png", "anh-0.jpg"][:count]


async def test_a_picture_over_ten_megabytes_goes_as_a_document(server: TelegramServer, channel: Telegram) -> None:
    server.person(7)
    large = stored(JPEG + b"\0" * 10_000_000, "lon.jpg", "image/jpeg")

    await channel.send("7", Message("", files=(large,)))

    assert len(server.called("sendDocument")) == 1


async def test_where_the_files_have_arrived_a_failure_is_of_unknown_outcome(
    server: TelegramServer,
    channel: Telegram,
    lan: Person,
) -> None:
    flood = faults.flood(30)
    flood.method = "sendMessage"
    server.fail(flood)

    with pytest.raises(TryLater) as raised:
        await channel.send("7", Message("Ảnh", files=pictures(1)))

    assert (raised.value.after, raised.value.unknown, len(lan.messages)) == (30, True, 1)


async def test_a_file_is_fetched(server: TelegramServer, channel: Telegram, lan: Person) -> None:
    await lan.send_document(b"noi dung " * 50_000, "bao cao.doc")
    (file_id,) = server.state.files

    content = await channel.fetch(RemoteFile(file_id, "bao cao.doc", size=450_000), 450_000)

    assert content == b"noi dung " * 50_000


@pytest.mark.parametrize("said", [None, 5, 450_000])
async def test_a_file_over_the_bound_is_refused_whatever_its_size_is_said_to_be(
    server: TelegramServer,
    channel: Telegram,
    lan: Person,
    said: int | None,
) -> None:
    await lan.send_document(b"noi dung " * 50_000, "bao cao.doc")
    (file_id,) = server.state.files

    with pytest.raises(Refused):
        await channel.fetch(RemoteFile(file_id, "bao cao.doc", size=said), 449_999)


async def test_a_file_that_telegram_does_not_hand_out_is_refused(channel: Telegram) -> None:
    with pytest.raises(Refused):
        await channel.fetch(RemoteFile("AgAC-unknown", "x"), 100)


async def test_a_download_link_that_has_expired_may_be_tried_again(
    server: TelegramServer,
    channel: Telegram,
    lan: Person,
) -> None:
    await lan.send_document(b"x", "x.doc")
    (file_id,) = server.state.files
    server.state.files["gone"] = server.state.files[file_id]
    file = server.state.files.pop("gone")
    server.state.files[file_id] = type(file)(file.name, file.content, file.size, "no/such/folder")

    with pytest.raises(TryLater):
        await channel.fetch(RemoteFile(file_id, "x.doc"), 100)


async def test_starting_sets_the_webhook_and_menus_that_differ(server: TelegramServer) -> None:
    vi = [("dangky", "Đăng ký mô hình"), ("trogiup", "Trợ giúp")]
    menus = {"": vi, "en": [("dangky", "Register an initiative")]}
    channel = Telegram(TOKEN, read, api_url=server.url)

    await channel.start(menus, Webhook("https://kheo.vn/telegram", "s3cret"))
    await channel.start(menus, Webhook("https://kheo.vn/telegram", "s3cret"))
    await channel.stop()

    assert (channel.account, channel.username) == ("123456", "kheo_fake_bot")
    assert server.delivery.webhook is not None
    assert server.delivery.webhook.secret == "s3cret"
    assert server.delivery.allowed == ("message", "callback_query", "my_chat_member")
    assert server.state.commands["default", ""] == [{"command": n, "description": d} for n, d in vi]
    assert len(server.called("setMyCommands")) == 2


async def test_starting_without_a_webhook_removes_the_old_one(server: TelegramServer) -> None:
    channel = Telegram(TOKEN, read, api_url=server.url)
    await channel.start({}, Webhook("https://kheo.vn/telegram", "s3cret"))

    await channel.start({})
    await channel.stop()

    assert server.delivery.webhook is None


async def test_starting_without_telegram_may_be_tried_again(server: TelegramServer) -> None:
    await server.stop()
    channel = Telegram(TOKEN, read, api_url=server.url)

    with pytest.raises(TryLater):
        await channel.start({})

    await channel.stop()
