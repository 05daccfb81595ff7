"""The copy that a person gets of their data: everything of theirs, and nothing of anybody else's."""

from __future__ import annotations

import datetime as dt
import io
import json
import zipfile
from typing import TYPE_CHECKING, Any

from sqlalchemy import insert

from movement import evidence, exports, my_data_copy, people, people_data
from movement.evidence import Attached
from movement.reminders import choices
from storage.people_tables import address, conversation
from storage.tables import score, score_sheet
from tests.movement.planned import plan
from tests.movement.trees import Tree, undone

if TYPE_CHECKING:
    from collections.abc import Callable

    from movement.context import Context
    from storage.database import Database
    from storage.session import Session

TODAY = dt.date(2027, 3, 1)
PHOTO = "ab" * 32


def sending(session: Session) -> tuple[Tree, Context, int]:
    """Somebody who has agreed, joined, registered, and proven with a photo."""
    grown = Tree(session, TODAY)
    grown.unit("tỉnh", "federation_province")
    grown.unit("may", "grassroots_union", "tỉnh")
    grown.open("tỉnh", 2027, "cong-doan-mac-dinh")
    lan = grown.person("unit_officer", "may")
    people.consent(lan, "Đồng chí có đồng ý không?")
    at = {"channel": "web", "account": "a", "chat": "lan", "created_at": lan.now}
    session.execute(insert(address).values(person_id=lan.person.id, **at))
    session.execute(insert(conversation).values(person_id=lan.person.id, memory={"stack": []}, updated_at=lan.now))
    entry_id = grown.entry(lan, "may", grown.cycles["tỉnh", 2027], name="Tổ tự quản")
    evidence.submit(lan, entry_id, "progress", "Đã ra mắt.", [Attached(PHOTO, "ảnh.jpg", "image/jpeg", 5, "")])
    sheet = {"author_id": lan.person.id, "kind": "self", "hundredths": 900, "passes": True, "created_at": lan.now}
    sheet_id = session.scalar(insert(score_sheet).values(entry_id=entry_id, **sheet).returning(score_sheet.c.id))
    session.execute(insert(score).values(sheet_id=sheet_id, criterion="1", hundredths=900))
    return grown, lan, entry_id


def copy(ctx: Context, read: Callable[[str], bytes] = lambda _sha256: b"photo") -> dict[str, bytes]:
    made = exports.make(ctx, my_data_copy.KIND, {}, read)
    assert made.media_type == "application/zip"
    with zipfile.ZipFile(io.BytesIO(made.data)) as archive:
        assert archive.testzip() is None
        return {name: archive.read(name) for name in archive.namelist()}


def told(parts: dict[str, bytes], name: str) -> Any:
    return json.loads(parts[name])


def test_everything_that_was_sent_is_in_the_copy_with_its_file(database: Database) -> None:
    def work(session: Session) -> None:
        _grown, lan, _entry_id = sending(session)
        people_data.keep_phone(lan, "0912345678")
        people_data.request(lan, "correct", "Tên bị sai dấu.")

        parts = copy(lan)

        who = told(parts, "nguoi.json")
        assert (who["ho_ten"], who["so_dien_thoai"]) == (lan.person.name, "0912345678")
        assert [each["noi_dung"] for each in who["dong_y"]] == ["Đồng chí có đồng ý không?"]
        [mine] = told(parts, "mo-hinh.json")
        assert (mine["name"], mine["don_vi"]) == ("Tổ tự quản", "may")
        assert [each["criterion"] for each in mine["diem"]] == ["1"]
        assert [each["text"] for each in told(parts, "minh-chung.json")] == ["Đã ra mắt."]
        assert [each["note"] for each in told(parts, "yeu-cau.json")] == ["Tên bị sai dấu."]
        assert {each["act"] for each in told(parts, "nhat-ky.json")} >= {"prove", "correct", "ask_data"}
        assert parts["tep/001 ảnh.jpg"] == b"photo"
        assert "nguoi.json" in parts["README.txt"].decode("utf-8-sig")

    undone(database, work)


def test_what_one_is_reminded_of_is_in_the_copy_and_nobody_elses(database: Database) -> None:
    def work(session: Session) -> None:
        grown, lan, entry_id = sending(session)
        other = grown.person("unit_officer", "may")
        for who, deadline in ((lan, "bao-cao"), (other, "cong-nhan")):
            plan(session, who, grown.units["may"].id, f"entry:{entry_id}", deadline=deadline)
            choices.switch(who, "register", on=False)

        found = told(copy(lan), "nhac-han.json")

        assert [each["deadline"] for each in found["viec"]] == ["bao-cao"]
        assert found["viec"][0]["unit_name"] == "may"
        assert found["lua_chon"] == [{"off": ["register"], "snoozed_until": None}]
        assert [each["day"] for each in found["ngay"]] == [TODAY.isoformat()]

    undone(database, work)


def test_nothing_of_anybody_else_is_in_it(database: Database) -> None:
    def work(session: Session) -> None:
        grown, lan, _entry_id = sending(session)
        other = grown.person("unit_officer", "may")
        entry_id = grown.entry(other, "may", grown.cycles["tỉnh", 2027], name="Của người khác")
        evidence.submit(other, entry_id, "progress", "Việc của người khác.", [])

        everything = b"".join(copy(lan).values()).decode(errors="replace")

        assert "khác" not in everything
        assert other.person.name not in everything

    undone(database, work)


def test_a_damaged_or_missing_file_leaves_the_others_and_is_named(database: Database) -> None:
    def gone(_sha256: str) -> bytes:
        raise FileNotFoundError

    def work(session: Session) -> None:
        _grown, lan, _entry_id = sending(session)

        parts = copy(lan, gone)

        assert not [name for name in parts if name.startswith("tep/")]
        assert "001 ảnh.jpg" in parts["README.txt"].decode("utf-8-sig")

    undone(database, work)


def test_somebody_who_has_sent_nothing_gets_their_copy_too(database: Database) -> None:
    def work(session: Session) -> None:
        grown = Tree(session, TODAY)
        grown.unit("may", "grassroots_union")

        parts = copy(grown.person("member", "may"))

        assert told(parts, "mo-hinh.json") == []
        assert told(parts, "dang-do.json") is None

    undone(database, work)
