"""Files to and from people on Telegram, against a server of our own."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bot.channels.base import Message, Refused, RemoteFile, TryLater
from tests.fakes import telegram_faults as faults
from tests.fakes.telegram_samples import JPEG, QUESTION, pictures, stored

if TYPE_CHECKING:
    from bot.channels.telegram import Telegram
    from tests.fakes.telegram_people import Person
    from tests.fakes.telegram_server import TelegramServer


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
