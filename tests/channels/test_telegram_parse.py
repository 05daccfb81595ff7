"""Recorded payloads of Telegram, in `tests/files/telegram`, and what is read from each."""

from __future__ import annotations

import copy
import datetime as dt
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.channels.base import Inbound, RemoteFile
from bot.channels.telegram_parse import parse, verify

if TYPE_CHECKING:
    from collections.abc import Iterator

FILES = Path(__file__).parents[1] / "files" / "telegram"
LAN = {
    "channel": "telegram",
    "account": "123456",
    "chat": "5012345678",
    "name": "Nguyễn Thị Lan",
    "language": "vi",
}
AT = dt.datetime(2027, 3, 10, 7, 0, tzinfo=dt.UTC)
PHOTO = RemoteFile("AgACAgUAAxky", "photo-45.jpg", "image/jpeg", 185230)
PDF = RemoteFile("BQACAgUAAxkB", "Báo cáo quý I.pdf", "application/pdf", 245760)

MESSAGES: dict[str, dict[str, Any]] = {
    "text": {"text": "Tổ tự quản rác thải"},
    "text_decomposed": {"text": "Mô hình “Dân vận khéo” số 1\nDòng hai\nDòng ba"},
    "start_with_payload": {"text": "/start moi_7Kq"},
    "command_with_bot_name": {"text": "/dangky nhanh"},
    "photo_with_caption": {"text": "Buổi ra quân ngày 10/3", "files": (PHOTO,)},
    "album_item": {
        "files": (RemoteFile("AgACAgUAAxkx", "photo-46.jpg", "image/jpeg", 91000),),
        "album": "13900000000000001",
    },
    "document": {"text": "Báo cáo", "files": (PDF,)},
    "document_without_name": {"files": (RemoteFile("BQACAgUAAxkC", "file"),)},
    "animation": {"unsupported": "other"},
    "sticker": {"unsupported": "sticker"},
    "voice": {"unsupported": "voice"},
    "location": {"unsupported": "location"},
    "contact": {"unsupported": "contact"},
    "video_with_caption": {"text": "Xem buổi ra quân", "unsupported": "other"},
    "kind_of_tomorrow": {"unsupported": "other"},
    "only_control_characters": {"unsupported": "other"},
    "answer_to_an_answer": {"text": "Đúng vậy"},
    "blocked": {"reachable": False},
    "unblocked": {"reachable": True},
}
TAPS: dict[str, dict[str, Any]] = {
    "tap": {"tap": "dangky|area|kinh-te", "tapped": "77"},
    "tap_on_a_deleted_message": {"tap": "dangky|area|kinh-te"},
    "tap_without_message": {"tap": "x"},
}
PASSED_OVER = [
    "pinned_message",
    "removed_from_a_group",
    "group_text",
    "tap_in_a_group",
    "channel_post",
    "edited_message",
]


def recorded(name: str) -> Any:
    return json.loads((FILES / f"{name}.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("name", MESSAGES)
def test_a_message_is_read(name: str) -> None:
    payload = recorded(name)

    inbound = parse(payload, "123456")

    expected: dict[str, Any] = {**LAN, "external_id": str(payload["update_id"]), "sent_at": AT, **MESSAGES[name]}
    assert inbound == Inbound(**expected)


@pytest.mark.parametrize("name", TAPS)
def test_a_tap_is_read(name: str) -> None:
    payload = recorded(name)

    inbound = parse(payload, "123456")

    expected: dict[str, Any] = {**LAN, "external_id": str(payload["update_id"]), **TAPS[name]}
    assert inbound == Inbound(reply_id="21527746889312345", **expected)


@pytest.mark.parametrize("name", PASSED_OVER)
def test_what_no_person_did_in_a_private_chat_is_passed_over(name: str) -> None:
    assert parse(recorded(name), "123456") is None


def test_every_recorded_payload_is_in_a_table() -> None:
    assert {path.stem for path in FILES.glob("*.json")} == {*MESSAGES, *TAPS, *PASSED_OVER}


def test_the_payload_is_left_as_it_was() -> None:
    payload = recorded("answer_to_an_answer")
    before = copy.deepcopy(payload)

    parse(payload, "123456")

    assert payload == before


@pytest.mark.parametrize(
    "payload",
    [
        None,
        [],
        "text",
        7,
        {},
        {"update_id": "x", "message": recorded("text")["message"]},
        {"update_id": True, "message": recorded("text")["message"]},
        {"update_id": 1, "message": "x"},
        {"update_id": 1, "message": {"chat": {"id": 1, "type": "private"}}},
        {"update_id": 1, "self": 2},
        {"update_id": 1, "message": {**recorded("text")["message"], "text": 5}},
        {"update_id": 1, "message": {**recorded("text")["message"], "date": 10**20}},
        {"update_id": 1, "message": {**recorded("text")["message"], "photo": [{"file_id": 1}]}},
        {"update_id": 1, "callback_query": {"id": 1, "from": {}, "chat_instance": ""}},
    ],
)
def test_a_malformed_update_is_a_value_error(payload: Any) -> None:
    with pytest.raises(ValueError, match="not an update of Telegram"):
        parse(payload, "123456")


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    yield path
    entries = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in entries:
        yield from places(inner, (*path, key))


def spoiled(value: Any, path: tuple[Any, ...], junk: Any) -> Any:
    if not path:
        return junk
    changed = copy.copy(value)
    changed[path[0]] = spoiled(value[path[0]], path[1:], junk)
    return changed


JUNK: st.SearchStrategy[Any] = (
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.just([]) | st.just({}) | st.just([{}])
)
SPOILED = st.sampled_from(sorted(MESSAGES | TAPS)).flatmap(
    lambda name: st.builds(
        lambda path, junk: spoiled(recorded(name), path, junk),
        st.sampled_from(list(places(recorded(name)))),
        JUNK,
    ),
)


@settings(max_examples=300, deadline=None)
@given(SPOILED)
def test_one_wrong_value_anywhere_is_read_or_refused_and_never_crashes(payload: Any) -> None:
    try:
        inbound = parse(payload, "123456")
    except ValueError:
        return

    if inbound is not None:
        texts = (inbound.text, inbound.tap, inbound.name, inbound.chat, inbound.album, inbound.unsupported)
        assert all(isinstance(text, str) for text in texts)
        assert all(isinstance(file.name, str) and isinstance(file.id, str) for file in inbound.files)


@pytest.mark.parametrize("nested", ["reply_to_message", "pinned_message"])
def test_a_message_nested_a_thousand_deep_does_not_exhaust_the_stack(nested: str) -> None:
    message: dict[str, Any] = recorded("text")["message"]
    for _ in range(1000):
        message = {**message, nested: message}

    try:
        inbound = parse({"update_id": 1, "message": message}, "123456")
    except ValueError:
        return

    assert inbound is not None


def test_the_webhook_secret_is_compared() -> None:
    header = "X-Telegram-Bot-Api-Secret-Token"

    assert verify({header: "s3cret"}, "s3cret")
    assert not verify({header: "s3cre"}, "s3cret")
    assert not verify({header: "bí mật \udcff"}, "s3cret")
    assert not verify({}, "s3cret")
    assert not verify({header: ""}, "")
