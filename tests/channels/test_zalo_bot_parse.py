"""What Zalo posts to a bot: every variant that was documented or seen, and what is no message."""

from __future__ import annotations

import contextlib
import datetime as dt
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.channels.base import Inbound, RemoteFile
from bot.channels.zalo_bot_parse import kind_of, parse, verify

CHAT = "a0b1c2d3e4f5a6b7c8d9"
PHOTO = "https://photo-stal-1.zdn.vn/abc/1.jpg"


def event(name: str = "message.text.received", **content: Any) -> dict[str, Any]:
    message = {
        "message_id": "7c1d0e9fa2b34c5d6e70",
        "date": 1_795_400_000_123,
        "message_type": "CHAT_MESSAGE",
        "chat": {"id": CHAT, "chat_type": "PRIVATE"},
        "from": {"id": CHAT, "display_name": "Trần B", "is_bot": False},
    }
    return {"event_name": name, "message": message | content}


def read(payload: Any) -> Inbound:
    inbound = parse(payload, "123")
    assert inbound is not None
    return inbound


def test_a_text_in_private() -> None:
    assert read(event(text="Xin chào")) == Inbound(
        channel="zalo_bot",
        account="123",
        chat=CHAT,
        external_id="7c1d0e9fa2b34c5d6e70",
        text="Xin chào",
        name="Trần B",
        sent_at=dt.datetime(2026, 11, 23, 2, 13, 20, 123000, dt.UTC),
    )


def test_wrapped_and_bare_bodies_are_the_same() -> None:
    assert read({"ok": True, "result": event(text="Chào")}) == read(event(text="Chào"))


def test_decomposed_letters_are_composed() -> None:
    assert read(event(text="Đồng chí\x00\u200b")).text == "Đồng chí"


def test_ids_that_come_as_numbers_are_the_same_ids() -> None:
    numbers = read(event(text="Chào", message_id=17, chat={"id": 42, "chat_type": "PRIVATE"}))

    assert (numbers.chat, numbers.external_id) == ("42", "17")


@pytest.mark.parametrize("key", ["photo_url", "photo"])
def test_a_picture_under_either_name(key: str) -> None:
    inbound = read(event("message.image.received", **{key: PHOTO}, caption="Ảnh buổi họp"))

    assert inbound.text == "Ảnh buổi họp"
    assert [file.id for file in inbound.files] == [PHOTO]
    assert inbound.files[0].name.endswith(".jpg")
    assert not inbound.unsupported


def test_the_live_name_of_a_picture_is_preferred() -> None:
    both = event("message.image.received", photo_url=PHOTO, photo="https://x.zdn.vn/other.jpg")
    assert [file.id for file in read(both).files] == [PHOTO]


def test_an_empty_name_of_a_picture_falls_back() -> None:
    assert read(event("message.image.received", photo_url="", photo=PHOTO)).files[0].id == PHOTO


def test_two_pictures_have_two_names() -> None:
    first, second = (
        read(event("message.image.received", photo_url=f"https://x.zdn.vn/{number}")).files[0] for number in (1, 2)
    )
    assert first.name != second.name
    assert isinstance(first, RemoteFile)


@pytest.mark.parametrize(
    ("name", "content", "kind"),
    [
        ("message.voice.received", {"voice_url": "https://x.zdn.vn/1.aac"}, "voice"),
        ("message.sticker.received", {"sticker": "123", "url": "https://x.zdn.vn/s.png"}, "sticker"),
        ("message.unsupported.received", {}, "other"),
        ("message.hologram.received", {}, "other"),
        ("message.image.received", {}, "other"),
        ("message.text.received", {"text": "\u200b"}, "other"),
    ],
)
def test_what_cannot_be_used_is_named(name: str, content: dict[str, Any], kind: str) -> None:
    inbound = read(event(name, **content))
    assert (inbound.unsupported, inbound.text, inbound.files) == (kind, "", ())


def test_an_unknown_kind_with_words_is_its_words() -> None:
    assert read(event("message.link.received", text="https://congdoan.vn")).text == "https://congdoan.vn"


@pytest.mark.parametrize(
    "payload",
    [
        {"event_name": "message.unsupported.received"},
        {"event_name": "message.unsupported.received", "message": None},
        {"event_name": "user.follow", "message": {"chat": {"id": CHAT}}},
        event(chat={}),
        event(chat=None, text="a"),
        event(chat={"id": "x" * 101, "chat_type": "PRIVATE"}, text="a"),
        event("message.text.received", text="tôi là bot", **{"from": {"id": "b", "is_bot": True}}),
        event("message.sticker.received", chat={"id": "g", "chat_type": "GROUP"}, sticker="1"),
        event("message.unsupported.received", chat={"id": "g", "chat_type": "GROUP"}),
    ],
)
def test_nobody_is_answered(payload: dict[str, Any]) -> None:
    assert parse(payload, "123") is None


@pytest.mark.parametrize(
    "payload",
    [
        None,
        [],
        "text",
        7,
        {},
        {"ok": True, "result": []},
        {"event_name": 7},
        event(text=7),
        event(chat="a", text="b"),
        event(text="a", date=1e300),
        {"event_name": "message.text.received", "message": {"chat": {"id": "a"}, "from": "lan", "text": "b"}},
        event(text="a", message_id=[]),
    ],
)
def test_what_is_no_event_raises(payload: Any) -> None:
    with pytest.raises(ValueError, match="not an event of Zalo"):
        parse(payload, "123")


def test_a_group_is_known_and_gives_nobodys_name() -> None:
    inbound = read(event(chat={"id": "g1", "chat_type": "GROUP"}, text="@Bot Khéo hạn chót"))
    assert (inbound.group, inbound.chat, inbound.name) == (True, "g1", "")


def test_a_picture_in_a_group_is_not_fetched() -> None:
    inbound = read(event(chat={"id": "g1", "chat_type": "GROUP"}, photo_url=PHOTO, caption="@Bot xem"))
    assert inbound.files == ()


def test_times_in_seconds_are_understood() -> None:
    assert read(event(text="a", date=1_795_400_000)).sent_at == dt.datetime(2026, 11, 23, 2, 13, 20, tzinfo=dt.UTC)
    assert read(event(text="a", date="yesterday")).sent_at is None


def test_an_event_without_an_id_has_one_of_its_own_content() -> None:
    one, again, other = (event(text=text, message_id="") for text in ("a", "a", "b"))
    assert read(one).external_id == read(again).external_id != read(other).external_id


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
        lambda inner: (
            st.lists(inner)
            | st.dictionaries(
                st.sampled_from(
                    ["event_name", "message", "result", "chat", "from", "id", "text", "date", "photo_url"]
                ),
                inner,
            )
        ),
    )
)
def test_whatever_comes_is_read_or_refused(payload: Any) -> None:
    with contextlib.suppress(ValueError):
        parse(payload, "123")
    assert isinstance(kind_of(payload), str)


def test_the_secret_is_compared_whole() -> None:
    header = "X-Bot-Api-Secret-Token"
    assert verify({header: "right-secret"}, "right-secret")
    for given_secret in ("", "right", "right-secret ", "sai bí mật"):
        assert not verify({header: given_secret}, "right-secret")
    assert not verify({}, "")
