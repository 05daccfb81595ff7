"""What Zalo posts, read: every kind of event, every variant, and signatures over the very bytes."""

from __future__ import annotations

import datetime as dt
import hashlib
import hmac
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.arrivals import from_json, to_json
from bot.channels.base import RemoteFile
from bot.channels.zalo_oa_parse import TAP, Keys, is_known, parse, read, verified_by
from bot.channels.zalo_oa_render import CAPABILITIES, body
from tests.fakes.telegram_samples import QUESTION

OA = "2000000000000000002"
KEYS = Keys("1000", OA, "oa-secret", "app-secret")
AT = dt.datetime(2026, 11, 22, 23, 6, 40, 123000, dt.UTC)
NAMES = (
    "user_send_text", "user_send_image", "user_send_file", "user_send_link", "user_send_location", "follow",
    "unfollow", "user_submit_info", "user_withdraw", "user_click_chatnow",
)  # fmt: skip


def event(name: str, message: dict[str, Any] | None = None, **more: Any) -> dict[str, Any]:
    who: dict[str, Any] = {"sender": {"id": "8001"}, "recipient": {"id": OA}}
    said = {"message": {"msg_id": "m1", **message}} if message is not None else {}
    return {"app_id": "1000", "event_name": name, "timestamp": "1795388800123", **who, **said, **more}


def attached(kind: str, **payload: Any) -> dict[str, Any]:
    return {"attachments": [{"type": kind, "payload": payload}]}


@pytest.mark.parametrize(
    ("name", "message", "expected"),
    [
        ("user_send_text", {"text": "Xin chào\u0000 "}, {"text": "Xin chào"}),
        ("user_send_text", {"text": "Vie\u0323\u0302t"}, {"text": "Việt"}),
        ("user_send_text", {"text": "#kheo:3.area.kinh-te"}, {"tap": "3.area.kinh-te"}),
        ("user_send_text", {"text": "#kheo:/trangthai 12"}, {"tap": "/trangthai 12"}),
        ("user_send_text", {"text": "#kheo: tôi hỏi"}, {"text": "#kheo: tôi hỏi"}),
        ("user_send_text", {"text": "#kheo:" + "x" * 65}, {"text": "#kheo:" + "x" * 65}),
        ("user_send_text", {"text": "#kheo:việt"}, {"text": "#kheo:việt"}),
        ("user_send_text", {"text": "a #kheo:1.x.y"}, {"text": "a #kheo:1.x.y"}),
        (
            "user_send_image",
            {"text": "ảnh", **attached("image", url="https://a.zdn.vn/1.jpg", thumbnail="x")},
            {"text": "ảnh", "files": (RemoteFile("https://a.zdn.vn/1.jpg", "zalo-m1-1.jpg"),)},
        ),
        (
            "user_send_file",
            attached("file", url="https://a.zdn.vn/f", name="báo cáo.pdf", size="1024", checksum="m", type="pdf"),
            {"files": (RemoteFile("https://a.zdn.vn/f", "báo cáo.pdf", size=1024),)},
        ),
        (
            "user_send_file",
            attached("file", url="https://a.zdn.vn/f", name="b.pdf", size=7),
            {"files": (RemoteFile("https://a.zdn.vn/f", "b.pdf", size=7),)},
        ),
        (
            "user_send_gif",
            attached("gif", url="https://a.zdn.vn/g"),
            {"files": (RemoteFile("https://a.zdn.vn/g", "zalo-m1-1.gif"),)},
        ),
        ("user_send_image", {"attachments": None}, {"unsupported": "other"}),
        ("user_send_link", attached("link", url="https://x.vn/a", description="d"), {"text": "https://x.vn/a"}),
        ("user_send_audio", attached("audio", url="https://a.zdn.vn/a.amr"), {"unsupported": "voice"}),
        ("user_send_video", attached("video", url="u"), {"unsupported": "other"}),
        ("user_send_sticker", attached("sticker", url="u", id="1"), {"unsupported": "sticker"}),
        (
            "user_send_location",
            attached("location", coordinates={"latitude": "10", "longitude": "106"}),
            {"unsupported": "location"},
        ),
        ("user_send_location", {"location": {"latitude": 10}}, {"unsupported": "location"}),
        ("user_send_business_card", {"text": ""}, {"unsupported": "contact"}),
    ],
)
def test_what_people_send_is_read(name: str, message: dict[str, Any], expected: dict[str, Any]) -> None:
    inbound = parse(event(name, message), OA)

    assert inbound is not None
    assert {key: getattr(inbound, key) for key in expected} == expected
    assert (inbound.chat, inbound.external_id, inbound.sent_at, inbound.account) == ("8001", "m1", AT, OA)


def test_ids_and_times_may_be_numbers() -> None:
    told = event("user_send_text", {"text": "a", "msg_id": 5}, sender={"id": 8001}, timestamp=1795388800)

    inbound = parse(told, OA)

    assert inbound is not None
    assert (inbound.chat, inbound.external_id) == ("8001", "5")
    assert inbound.sent_at == AT.replace(microsecond=0)


def test_a_message_without_an_id_is_known_by_its_time() -> None:
    inbound = parse(event("user_send_text", {"text": "a", "msg_id": None}), OA)

    assert inbound is not None
    assert inbound.external_id == "user_send_text:8001:1795388800123"


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("follow", {"reachable": True, "tap": "/start"}),
        ("unfollow", {"reachable": False, "tap": ""}),
    ],
)
def test_following_and_leaving_are_read(name: str, expected: dict[str, Any]) -> None:
    told = {"event_name": name, "timestamp": "1795388800123", "oa_id": OA, "follower": {"id": "8001"}}

    inbound = parse({**told, "source": "qr", "user_id_by_app": "5"}, OA)

    assert inbound is not None
    assert {key: getattr(inbound, key) for key in expected} == expected
    assert (inbound.chat, inbound.external_id) == ("8001", f"{name}:8001:1795388800123")


def test_a_form_and_a_wish_to_be_forgotten_are_read() -> None:
    info = {"name": "Trần B", "phone": 84901234567, "full_address": {"city": "x"}}
    form, wish = parse(event("user_submit_info", info=info), OA), parse(event("user_withdraw", user_id="8001"), OA)

    assert form is not None
    assert (form.event, form.name, form.phone) == ("contact", "Trần B", "84901234567")
    assert wish is not None
    assert wish.event == "withdraw"


def test_whoever_opens_the_chat_is_greeted() -> None:
    told = {"event_name": "user_click_chatnow", "timestamp": "1", "oa_id": OA, "user_id": "8001"}

    inbound = parse(told, OA)

    assert inbound is not None
    assert (inbound.tap, inbound.reachable) == ("/start", None)


@pytest.mark.parametrize("name", ["oa_send_text", "oa_send_any", "user_received_message", "user_seen_message"])
def test_echoes_and_receipts_are_known_and_ignored(name: str) -> None:
    told = event(name, {"text": "a", "msg_ids": ["m1"]})

    assert is_known(told)
    assert parse(told, OA) is None


@pytest.mark.parametrize("name", ["user_sends_a_kiss", "", None, 7, ["follow"]])
def test_an_unknown_event_is_nothing(name: Any) -> None:
    assert not is_known(event(name))
    assert parse(event(name), OA) is None


def test_what_was_sent_to_another_account_of_the_app_is_nothing() -> None:
    assert parse(event("user_send_text", {"text": "a"}, recipient={"id": "999"}), OA) is None


@pytest.mark.parametrize("sender", [None, {}, {"id": ""}, {"id": "a b"}, {"id": "x" * 101}, "8001", {"id": {}}])
def test_an_event_of_nobody_is_malformed(sender: Any) -> None:
    with pytest.raises(ValueError, match="nobody"):
        parse(event("user_send_text", {"text": "a"}, sender=sender), OA)


@pytest.mark.parametrize("attachments", [7, [7], [{"payload": 7}], [{}], [{"payload": {"url": 7.5}}]])
def test_odd_attachments_are_no_files(attachments: Any) -> None:
    inbound = parse(event("user_send_file", {"attachments": attachments}), OA)

    assert inbound is not None
    assert (inbound.files, inbound.unsupported) == ((), "other")


@pytest.mark.parametrize("raw", [b"", b"[]", b"7", b"\xff", b"{", b"[" * 100_000])
def test_what_is_no_event_is_refused(raw: bytes) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - json's own words differ
        read(raw)


_leaf = (
    st.none() | st.booleans() | st.integers(-1, 10**20) | st.sampled_from(["", "8001", "ế", "#kheo:a", " \x00"])
)
_inner = _leaf | st.dictionaries(st.sampled_from(["id", "url", "name", "size", "text"]), _leaf, max_size=3)
_list = st.lists(st.fixed_dictionaries({"payload": _inner}) | _leaf, max_size=2)
_told = dict.fromkeys(("sender", "recipient", "follower", "user_id", "oa_id", "info", "timestamp"), _inner)
_message = _leaf | st.fixed_dictionaries({"msg_id": _leaf, "text": _leaf, "attachments": _list | _leaf})


@given(name=st.sampled_from(NAMES), rest=st.fixed_dictionaries({"message": _message}, optional=_told))
def test_whatever_comes_is_read_or_refused_and_never_a_crash(name: str, rest: dict[str, Any]) -> None:
    told = {**rest, "event_name": name}
    try:
        inbound = parse(told, OA)
    except ValueError:
        return

    if inbound is not None:
        assert from_json(json.loads(json.dumps(to_json(inbound)))) == inbound
        assert 0 < len(inbound.external_id) <= 120
        assert 0 < len(inbound.chat) <= 120


def test_our_buttons_come_back_as_taps() -> None:
    payloads = [
        button["payload"] for button in body("8001", QUESTION)["message"]["attachment"]["payload"]["buttons"]
    ]

    back = [parse(event("user_send_text", {"text": payload}), OA) for payload in payloads]

    assert [inbound and inbound.tap for inbound in back] == ["v1|kinh-te", "v1|van-hoa", "v1|back"]
    assert len(payloads) <= CAPABILITIES.buttons
    assert all(payload.startswith(TAP) for payload in payloads)


class TestSignature:
    RAW = '{"event_name":"follow",  "timestamp":"179","x":"ế"}'.encode()

    def made(self, first: str = "1000", secret: str = "oa-secret", raw: bytes = RAW) -> str:
        return hashlib.sha256(first.encode() + raw + b"179" + secret.encode()).hexdigest()

    @pytest.mark.parametrize(
        ("first", "secret", "way"),
        [
            ("1000", "oa-secret", "app_id+oa_secret"),
            (OA, "oa-secret", "oa_id+oa_secret"),
            ("1000", "app-secret", "app_id+app_secret"),
        ],
    )
    @pytest.mark.parametrize("form", ["mac={}", "{}", "mac = {}", "MAC"])
    def test_each_way_that_was_seen_is_taken_and_named(self, first: str, secret: str, way: str, form: str) -> None:
        made = self.made(first, secret)
        header = f"mac={made.upper()}" if form == "MAC" else form.format(made)

        assert verified_by(self.RAW, json.loads(self.RAW), header, KEYS) == way

    @pytest.mark.parametrize("header", ["", "mac=", "mac=xyz", "mac=" + "0" * 64, "x" * 10_000, "mac=" + "ố" * 64])
    def test_anything_else_is_forged(self, header: str) -> None:
        assert verified_by(self.RAW, json.loads(self.RAW), header, KEYS) == ""

    def test_one_blank_more_is_forged(self) -> None:
        changed = self.RAW.replace(b"  ", b" ")

        assert verified_by(changed, json.loads(changed), self.made(), KEYS) == ""

    def test_an_hmac_is_no_signature(self) -> None:
        made = hmac.new(b"oa-secret", b"1000" + self.RAW + b"179", "sha256").hexdigest()

        assert verified_by(self.RAW, json.loads(self.RAW), f"mac={made}", KEYS) == ""

    def test_an_empty_secret_signs_nothing(self) -> None:
        keys = Keys("1000", OA, "", "")

        assert verified_by(self.RAW, json.loads(self.RAW), f"mac={self.made(secret='')}", keys) == ""
