"""Files from and to people on the Official Account."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import pytest
from PIL import Image

from bot.channels.base import Button, Message, Refused, RemoteFile, TryLater
from bot.channels.zalo_oa_files import MOST_PICTURE, shrunk
from tests.fakes.telegram_samples import stored
from tests.fakes.zalo_oa_server import Fault

if TYPE_CHECKING:
    from bot.channels.zalo_oa import ZaloOA
    from tests.fakes.zalo_oa_people import Person
    from tests.fakes.zalo_oa_server import ZaloOAServer

CS, IMAGE, FILE = "/v3.0/oa/message/cs", "/v2.0/oa/upload/image", "/v2.0/oa/upload/file"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


def picture(kind: str = "JPEG", side: int = 40) -> bytes:
    out = io.BytesIO()
    Image.effect_noise((side, side), 120).convert("RGB").save(out, kind, quality=100)
    return out.getvalue()


def photo(side: int = 40, kind: str = "JPEG") -> Message:
    file = stored(picture(kind, side), f"anh.{kind.lower()}", f"image/{kind.lower()}")
    return Message("Ảnh đã nhận", files=(file,))


async def test_a_picture_takes_its_words_with_it(zalo: ZaloOAServer, channel: ZaloOA, lan: Person) -> None:
    await channel.send(lan.id, photo())

    (shown,) = lan.messages
    assert shown.text == "Ảnh đã nhận"
    assert Image.open(io.BytesIO(shown.files[0][1])).size == (40, 40)


async def test_with_buttons_the_words_follow_the_picture(channel: ZaloOA, lan: Person) -> None:
    await channel.send(lan.id, Message("Xong?", rows=((Button("Xong", "1.a.ok"),),), files=photo().files))

    assert [(shown.text, len(shown.files), len(shown.buttons)) for shown in lan.messages] == [
        ("", 1, 0),
        ("Xong?", 0, 1),
    ]


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
async def test_a_large_picture_is_made_small_enough(channel: ZaloOA, lan: Person, kind: str) -> None:
    message = photo(1500, kind)
    assert message.files[0].size > MOST_PICTURE

    await channel.send(lan.id, message)

    assert len(lan.messages[0].files[0][1]) <= MOST_PICTURE  # the fake has read it as a picture


def test_a_small_webp_becomes_a_jpeg() -> None:
    data, media_type = shrunk(picture("WEBP"), "image/webp")

    assert (media_type, Image.open(io.BytesIO(data)).format) == ("image/jpeg", "JPEG")


def test_what_is_no_picture_is_refused() -> None:
    with pytest.raises(Refused):
        shrunk(b"x" * (MOST_PICTURE + 1), "image/jpeg")


@pytest.mark.parametrize(
    ("name", "media_type"),
    [("Mẫu 1.docx", DOCX), ("bieu.pdf", "application/pdf"), ("cu.doc", "application/msword"), ("Mẫu 2", DOCX)],
)
async def test_papers_are_handed_over_under_their_names(
    channel: ZaloOA, lan: Person, name: str, media_type: str
) -> None:
    file = stored(b"%PDF-1.7 " + name.encode(), name, media_type)

    await channel.send(lan.id, Message("", files=(file,)))

    (shown,) = lan.messages
    assert shown.files[0][0].startswith(name)
    assert shown.files[0][1] == b"%PDF-1.7 " + name.encode()


async def test_other_files_are_refused_since_they_should_have_been_links(channel: ZaloOA, lan: Person) -> None:
    with pytest.raises(Refused):
        await channel.send(lan.id, Message("", files=(stored(b"PK", "a.xlsx", "application/vnd.ms-excel"),)))


async def test_a_file_sent_to_many_is_handed_over_once(zalo: ZaloOAServer, channel: ZaloOA, lan: Person) -> None:
    message = photo()

    await channel.send(lan.id, message)
    await channel.send(lan.id, message)

    assert (len(lan.messages), zalo.paths()[IMAGE]) == (2, 1)


async def test_an_upload_that_ran_out_is_made_anew(zalo: ZaloOAServer, channel: ZaloOA, lan: Person) -> None:
    message = photo()
    await channel.send(lan.id, message)
    zalo.uploads.clear()  # seven days later

    await channel.send(lan.id, message)

    assert (len(lan.messages), zalo.paths()[IMAGE]) == (2, 2)


async def test_an_upload_that_is_refused_at_once_is_not_tried_for_ever(
    zalo: ZaloOAServer, channel: ZaloOA, lan: Person
) -> None:
    zalo.fail(Fault(-100, CS), Fault(-100, CS))

    with pytest.raises(Refused):
        await channel.send(lan.id, photo())

    assert zalo.paths()[IMAGE] == 2


async def test_where_the_picture_has_arrived_a_failure_is_of_unknown_outcome(
    zalo: ZaloOAServer, channel: ZaloOA, lan: Person
) -> None:
    two = Message("Hai ảnh", files=(*photo().files, *photo(50).files))
    await channel.send(lan.id, two)
    lan.messages.clear()
    zalo.uploads.popitem()
    zalo.fail(Fault(-32, IMAGE))

    with pytest.raises(TryLater) as raised:
        await channel.send(lan.id, two)

    assert (raised.value.unknown, len(lan.messages)) == (True, 1)


async def test_a_file_of_a_person_is_fetched(zalo: ZaloOAServer, channel: ZaloOA) -> None:
    zalo.files["a.pdf"] = b"noi dung " * 1000

    assert await channel.fetch(RemoteFile(f"{zalo.url}/files/a.pdf", "a.pdf"), 9000) == b"noi dung " * 1000


@pytest.mark.parametrize("said", [None, 5, 9000])
async def test_a_file_over_the_bound_is_refused(zalo: ZaloOAServer, channel: ZaloOA, said: int | None) -> None:
    zalo.files["a.pdf"] = b"noi dung " * 1000

    with pytest.raises(Refused):
        await channel.fetch(RemoteFile(f"{zalo.url}/files/a.pdf", "a.pdf", size=said), 8999)


async def test_a_file_that_is_gone_is_refused_and_a_server_in_trouble_tried_again(
    zalo: ZaloOAServer, channel: ZaloOA
) -> None:
    zalo.files["a.pdf"] = b"x"
    zalo.fail(Fault(path="/files", status=503))

    with pytest.raises(TryLater):
        await channel.fetch(RemoteFile(f"{zalo.url}/files/a.pdf", "a.pdf"), 10)
    with pytest.raises(Refused):
        await channel.fetch(RemoteFile(f"{zalo.url}/files/b.pdf", "b.pdf"), 10)


@pytest.mark.parametrize(
    "url",
    [
        "http://f.zdn.vn/a.jpg",
        "https://zdn.vn.evil.example/a.jpg",
        "https://evilzdn.vn/a.jpg",
        "https://127.0.0.1/a.jpg",
        "https://f.zdn.vn:8443/a.jpg",
        "file:///etc/passwd",
        "https://[",
        "",
    ],
)
async def test_nothing_is_fetched_from_elsewhere(channel: ZaloOA, url: str) -> None:
    with pytest.raises(Refused):
        await channel.fetch(RemoteFile(url, "a.jpg"), 10)
