"""Deleting a person: what goes, what stays, and that nothing is forgotten when a table is added."""

from __future__ import annotations

import datetime as dt
import json
from typing import TYPE_CHECKING, Any

from sqlalchemy import func, insert, select, text, update

from movement import erasure, evidence, people, people_data
from movement.evidence import Attached
from movement.reminders import choices
from storage.channel_tables import export, outbox, upload, upload_link
from storage.decision_tables import exemplar, minutes, minutes_entry, recognition, ruling
from storage.people_tables import address, conversation, data_request, join_code, link_code, person, role
from storage.reminder_tables import reminder, reminder_choice, reminder_letter
from storage.schema import metadata
from storage.tables import audit, entry, evidence_file, initiative, score, score_sheet
from tests.movement.planned import plan
from tests.movement.trees import Tree, undone

if TYPE_CHECKING:
    from movement.context import Context
    from storage.database import Database
    from storage.session import Session

TODAY = dt.date(2027, 3, 1)
PHOTO = "cd" * 32


def tree(session: Session) -> tuple[Tree, Context, Context]:
    """A tree with Lan, who was here for a while, and a data officer."""
    grown = Tree(session, TODAY)
    grown.unit("tỉnh", "federation_province")
    grown.unit("may", "grassroots_union", "tỉnh")
    grown.open("tỉnh", 2027, "cong-doan-mac-dinh")
    return grown, lives(session, grown.person("unit_officer", "may")), grown.person("data_officer", "tỉnh")


def lives(session: Session, lan: Context) -> Context:
    """Lan has a phone, an address with messages, an upload, an export, codes, and something half-way."""
    people.consent(lan, "Đồng ý?")
    people_data.keep_phone(lan, "0912345678")
    me, now = lan.person.id, lan.now
    at = {"channel": "telegram", "account": "a", "chat": f"chat of {me}", "created_at": now}
    new = insert(address).values(person_id=me, **at).returning(address.c.id)
    where = session.scalar(new)
    session.execute(insert(conversation).values(person_id=me, memory={"stack": ["x"]}, updated_at=now))
    said = {"kind": "echo", "payload": {"text": "bí mật"}, "state": "sent", "due_at": now, "created_at": now}
    session.execute(insert(outbox).values(address_id=where, **said))
    file = {"sha256": PHOTO, "name": "a.jpg", "media_type": "image/jpeg", "size": 1, "created_at": now}
    session.execute(insert(upload).values(token=f"t{me}", address_id=where, **file))
    asked = {"kind": "x", "arguments": {}, "state": "waiting", "created_at": now}
    session.execute(insert(export).values(person_id=me, address_id=where, **asked))
    digest = {"digest": f"d{me}", "created_at": now, "expires_at": now}
    session.execute(insert(upload_link).values(address_id=where, **digest))
    session.execute(insert(link_code).values(person_id=me, **digest))
    unit_id = people.units_of(lan)[0]
    session.execute(insert(join_code).values(digest=f"j{me}", unit_id=unit_id, role="member", for_person_id=me))
    people_data.request(lan, "delete", "vì lý do riêng")
    plan(session, lan, unit_id, f"unit:{unit_id}")
    choices.switch(lan, "register", on=False)
    return lan


def worked(session: Session, grown: Tree, who: Context, **more: Any) -> int:
    """An entry with a sheet, a ruling and evidence with a file."""
    entry_id = grown.entry(who, "may", grown.cycles["tỉnh", 2027])
    photo = Attached(PHOTO, "a.jpg", "image/jpeg", 1, "")
    evidence.submit(who, entry_id, "progress", "Đã làm", [photo])
    sheet = {"author_id": who.person.id, "kind": "self", "hundredths": 1, "passes": True, "created_at": who.now}
    sheet_id = session.scalar(insert(score_sheet).values(entry_id=entry_id, **sheet).returning(score_sheet.c.id))
    session.execute(insert(score).values(sheet_id=sheet_id, criterion="1"))
    said = {"person_id": who.person.id, "act": "confirm", "state_before": "submitted", "at": who.now}
    session.execute(insert(ruling).values(entry_id=entry_id, batch_id=first_ruling(session), **said))
    session.execute(
        insert(minutes_entry).values(
            minutes_id=meeting(session, grown, who),
            entry_id=entry_id,
            ballots=5,
            valid=5,
            agreed=5,
            sheet_id=sheet_id,
        )
    )
    session.execute(update(entry).where(entry.c.id == entry_id).values(**more))
    return entry_id


def first_ruling(session: Session) -> int | None:
    """The ruling that the later ones are of one batch with."""
    found: int | None = session.scalar(select(func.min(ruling.c.id)))
    return found


def meeting(session: Session, grown: Tree, who: Context) -> int:
    """The minutes of a council."""
    words = dict.fromkeys(("place", "chair", "secretary", "opinions", "conclusion"), "")
    values = {"year": 2027, "held_on": TODAY, "present": 5, "absent": 0, "person_id": who.person.id, "at": who.now}
    new = insert(minutes).values(unit_id=grown.units["may"].id, **words, **values).returning(minutes.c.id)
    made: int = session.scalar(new)
    return made


def numbers(session: Session, column: Any) -> list[int]:
    return [row[0] for row in session.rows(select(column).order_by(column))]


def test_what_is_about_the_person_goes(database: Database) -> None:
    def work(session: Session) -> None:
        grown, lan, officer = tree(session)
        grown.session.execute(update(person).where(person.c.id == lan.person.id).values(preferred_channel="web"))

        erasure.erase(officer, lan.person.id, collective=False)

        row = session.first(select(person).where(person.c.id == lan.person.id))
        assert (row.name, row.phone, row.consent_version, row.preferred_channel) == ("", None, "", "")
        assert row.erased_at == officer.now
        reminding = (reminder, reminder_letter, reminder_choice)
        for table in (outbox, upload, upload_link, export, link_code, *reminding):
            assert session.rows(select(table)) == [], table.name
        assert session.scalar(select(conversation.c.memory)) == {}
        assert numbers(session, role.c.person_id) == [officer.person.id]
        assert session.scalar(select(data_request.c.note)) == ""
        code = session.first(select(join_code))
        assert (code.for_person_id, code.revoked_at) == (None, officer.now)

    undone(database, work)


def test_the_record_keeps_who_did_what_by_number(database: Database) -> None:
    def work(session: Session) -> None:
        _grown, lan, officer = tree(session)
        before = len(session.rows(select(audit.c.id).where(audit.c.person_id == lan.person.id)))

        erasure.erase(officer, lan.person.id, collective=False)

        assert before
        assert len(session.rows(select(audit.c.id).where(audit.c.person_id == lan.person.id))) == before
        last = session.first(select(audit).order_by(audit.c.id.desc()).limit(1))
        assert (last.act, last.subject) == ("erase", f"person:{lan.person.id}")

    undone(database, work)


def test_nothing_in_the_database_names_the_person_any_more(database: Database) -> None:
    def work(session: Session) -> None:
        _grown, lan, officer = tree(session)
        name = "Họ Tên Rất Riêng"
        session.execute(update(person).where(person.c.id == lan.person.id).values(name=name))

        erasure.erase(officer, lan.person.id, collective=False)
        erasure.finish(session, officer.now + dt.timedelta(days=8))

        for table in metadata.sorted_tables:
            rows = session.connection.execute(text(f'SELECT * FROM "{table.name}"')).all()
            kept = json.dumps([[str(value) for value in row] for row in rows], ensure_ascii=False)
            for secret in (name, "0912345678", "bí mật", "lý do riêng", f"chat of {lan.person.id}"):
                assert secret not in kept, table.name

    undone(database, work)


def test_ones_own_initiatives_go_unless_they_were_recognised(database: Database) -> None:
    def work(session: Session) -> None:
        grown, lan, officer = tree(session)
        worked(session, grown, lan, subject_kind="individual", state="reported")
        official = worked(session, grown, lan, subject_kind="individual", state="recognised")
        collective = worked(session, grown, lan, subject_kind="collective", state="submitted")

        outcome = erasure.erase(officer, lan.person.id, collective=False)

        assert numbers(session, entry.c.id) == [official, collective]
        assert len(numbers(session, initiative.c.id)) == 2
        assert len(numbers(session, evidence_file.c.id)) == 2
        assert outcome == {"removed": ["MH27-0001"], "kept": ["MH27-0002", "MH27-0003"]}

    undone(database, work)


def test_the_collectives_go_too_where_the_data_officer_says_so(database: Database) -> None:
    def work(session: Session) -> None:
        grown, lan, officer = tree(session)
        other = grown.person("member", "may")
        worked(session, grown, lan, subject_kind="collective", state="returned")
        theirs = worked(session, grown, other, subject_kind="collective", state="returned")

        erasure.erase(officer, lan.person.id, collective=True)

        assert numbers(session, entry.c.id) == [theirs]

    undone(database, work)


def test_what_one_level_recognised_stays_though_another_declined(database: Database) -> None:
    def work(session: Session) -> None:
        grown, lan, officer = tree(session)
        first = worked(session, grown, lan, subject_kind="individual", state="not_recognised")
        second = worked(session, grown, lan, subject_kind="individual", state="reported")
        third = worked(session, grown, lan, subject_kind="individual", state="not_recognised")
        unit_id = grown.units["tỉnh"].id
        decided = {"number": "1", "day": TODAY, "unit_id": unit_id, "person_id": officer.person.id, "at": lan.now}
        session.execute(
            insert(recognition).values(entry_id=first, level="base", outcome="recognised", **decided),
        )
        session.execute(
            insert(recognition).values(entry_id=third, level="base", outcome="not_recognised", **decided),
        )
        held = {"level": "base", "review": "Tổng kết", "held_on": TODAY}
        session.execute(insert(exemplar).values(entry_id=second, **held, **decided))

        erasure.erase(officer, lan.person.id, collective=True)

        assert numbers(session, entry.c.id) == [first, second]

    undone(database, work)


def test_an_initiative_that_another_continues_or_copies_leaves_it_standing(database: Database) -> None:
    def work(session: Session) -> None:
        grown, lan, officer = tree(session)
        other = grown.person("member", "may")
        gone = worked(session, grown, lan, subject_kind="individual", state="lapsed")
        kept = worked(session, grown, other, subject_kind="individual", state="submitted", continues_id=gone)
        source = session.scalar(select(entry.c.initiative_id).where(entry.c.id == gone))
        copied = session.scalar(select(entry.c.initiative_id).where(entry.c.id == kept))
        session.execute(update(initiative).where(initiative.c.id == copied).values(source_id=source))

        erasure.erase(officer, lan.person.id, collective=False)

        assert session.scalar(select(entry.c.continues_id).where(entry.c.id == kept)) is None
        assert numbers(session, initiative.c.id) == [copied]

    undone(database, work)


def test_the_same_person_known_earlier_goes_as_well(database: Database) -> None:
    def work(session: Session) -> None:
        grown, lan, officer = tree(session)
        earlier = grown.person("member", "may")
        session.execute(
            update(person).where(person.c.id == earlier.person.id).values(merged_into_id=lan.person.id),
        )

        erasure.erase(officer, lan.person.id, collective=False)

        assert session.scalar(select(person.c.name).where(person.c.id == earlier.person.id)) == ""

    undone(database, work)


def test_the_address_goes_after_a_week_and_only_of_those_who_stayed_away(database: Database) -> None:
    def work(session: Session) -> None:
        grown, lan, officer = tree(session)
        back = lives(session, grown.person("member", "may"))
        for each in (lan, back):
            erasure.erase(officer, each.person.id, collective=False)
        people.consent(back, "Đồng ý?")

        assert erasure.finish(session, officer.now + dt.timedelta(days=6)) == 0
        assert erasure.finish(session, officer.now + dt.timedelta(days=8)) == 1
        assert erasure.finish(session, officer.now + dt.timedelta(days=9)) == 0

        assert numbers(session, address.c.person_id) == [back.person.id]
        assert numbers(session, conversation.c.person_id) == [back.person.id]

    undone(database, work)


# Who adds a table that refers to one of these says here that deleting a person, an entry or an address was
# thought of: in `removal`, in `erasure`, or because the reference stays as a number without a name.
REFERRING = {
    "entry": {"entry.continues_id", "evidence.entry_id", "exemplar.entry_id", "minutes_entry.entry_id",
              "recognition.entry_id",
              "ruling.entry_id", "score_sheet.entry_id"},
    "address": {"export.address_id", "outbox.address_id", "upload.address_id", "upload_link.address_id"},
    "initiative": {"entry.initiative_id", "initiative.source_id"},
    "evidence": {"evidence_file.evidence_id"},
    "score_sheet": {"minutes_entry.sheet_id", "score.sheet_id"},
    "ruling": {"ruling.batch_id"},
}  # fmt: skip


def test_every_table_that_refers_to_what_is_deleted_was_thought_of() -> None:
    found = {
        target: {
            f"{column.table.name}.{column.name}"
            for table in metadata.sorted_tables
            for column in table.columns
            for key in column.foreign_keys
            if key.column.table.name == target
        }
        for target in REFERRING
    }

    assert found == REFERRING
