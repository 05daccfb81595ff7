"""What is forgotten when its term is over, and what is not."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from sqlalchemy import func, insert, select, update

from movement import evidence, people, removal, retention
from movement.evidence import Attached
from movement.reminders import coming, letters, stops
from movement.retention import Terms
from storage.channel_tables import export, inbox, outbox, upload
from storage.decision_tables import picture, picture_band
from storage.people_tables import address, conversation, person
from storage.reminder_tables import reminder, reminder_letter, reminder_stop
from storage.tables import audit, entry, evidence_file
from tests.movement.planned import plan
from tests.movement.trees import Tree, at_noon, undone

if TYPE_CHECKING:
    from movement.context import Context
    from storage.database import Database
    from storage.session import Session

TODAY = dt.date(2030, 3, 1)
NOW = at_noon(TODAY)
TERMS = Terms()


def tree(session: Session) -> Tree:
    grown = Tree(session, TODAY)
    grown.unit("may", "grassroots_union")
    for year in (2009, 2010, 2024, 2025, 2030):
        grown.open("may", year, "cong-doan-mac-dinh")
    return grown


def reached(session: Session, who: int, chat: str, updated_at: dt.datetime, memory: Any) -> int:
    session.execute(insert(conversation).values(person_id=who, memory=memory, updated_at=updated_at))
    at = {"channel": "web", "account": "a", "chat": chat, "created_at": NOW}
    where: int = session.scalar(insert(address).values(person_id=who, **at).returning(address.c.id))
    return where


def stranger(session: Session, chat: str, updated_at: dt.datetime) -> int:
    who: int = session.scalar(insert(person).values(created_at=NOW).returning(person.c.id))
    reached(session, who, chat, updated_at, {})
    return who


def many(session: Session, table: Any) -> int:
    found: int = session.scalar(select(func.count()).select_from(table))
    return found


def entries_left(session: Session) -> list[int]:
    return [row.id for row in session.rows(select(entry.c.id).order_by(entry.c.id))]


def days(number: int) -> dt.timedelta:
    return dt.timedelta(days=number)


def test_drafts_nobody_went_on_with_go_after_their_term(database: Database) -> None:
    def work(session: Session) -> None:
        grown = tree(session)
        old, new = grown.person("member", "may"), grown.person("member", "may")
        for each, chat, ago in ((old, "old", 401), (new, "new", 399)):
            people.consent(each)
            reached(session, each.person.id, chat, NOW - days(ago), {"stack": [{"name": "dangky"}]})

        retention.forget(session, NOW, TERMS)
        retention.forget(session, NOW, TERMS)

        kept = {row.person_id: row.memory for row in session.rows(select(conversation))}
        assert kept == {old.person.id: {}, new.person.id: {"stack": [{"name": "dangky"}]}}
        assert many(session, address) == 2

    undone(database, work)


def test_strangers_who_never_agreed_are_forgotten_and_nobody_else(database: Database) -> None:
    def work(session: Session) -> None:
        grown = tree(session)
        stranger(session, "long ago", NOW - days(401))
        recent = stranger(session, "recent", NOW - days(300))
        member = grown.person("member", "may")  # entered by an officer, has not agreed to anything
        reached(session, member.person.id, "member", NOW - days(401), {})

        retention.forget(session, NOW, TERMS)

        left = session.rows(select(address.c.person_id).order_by(address.c.id))
        assert [row.person_id for row in left] == [recent, member.person.id]

    undone(database, work)


def test_messages_uploads_and_exports_have_their_terms_and_what_waits_stays(database: Database) -> None:
    def work(session: Session) -> None:
        grown = tree(session)
        lan = grown.person("member", "may")
        where = reached(session, lan.person.id, "lan", NOW, {})
        for number, (state, ago) in enumerate([("sent", 401), ("sent", 399), ("waiting", 401)]):
            at = NOW - days(ago)
            said = {"kind": "answer", "payload": {"n": number}, "state": state, "due_at": at, "created_at": at}
            session.execute(insert(outbox).values(address_id=where, **said))
        for number, ago in enumerate([401, 399]):
            file = {"sha256": "ab" * 32, "name": "a", "media_type": "x", "size": 1, "created_at": NOW - days(ago)}
            session.execute(insert(upload).values(token=str(number), address_id=where, **file))
        for state, ago in (("done", 31), ("done", 29), ("waiting", 31)):
            made = {"kind": "x", "arguments": {}, "state": state, "created_at": NOW - days(ago)}
            session.execute(insert(export).values(person_id=lan.person.id, address_id=where, **made))
        for number, ago in enumerate([31, 29]):
            seen = {"channel": "web", "account": "a", "external_id": str(number), "received_at": NOW - days(ago)}
            session.execute(insert(inbox).values(**seen))

        retention.forget(session, NOW, TERMS)

        assert [many(session, table) for table in (outbox, upload, export, inbox)] == [2, 1, 2, 1]

    undone(database, work)


def test_reminders_go_with_the_messages_they_went_by(database: Database) -> None:
    def work(session: Session) -> None:
        grown = tree(session)
        for ago in (410, 390):
            lan = grown.person("unit_officer", "may", TODAY - days(ago))
            plan(session, lan, grown.units["may"].id, "unit:1")
            stops.stop(grown.person("admin", "may", TODAY - days(ago)), 2029, "bao-cao", None)

        retention.forget(session, NOW, TERMS)

        assert [many(session, table) for table in (reminder, reminder_letter, reminder_stop)] == [1, 1, 1]

    undone(database, work)


def test_what_is_left_of_a_reminder_harms_nobody_when_its_entry_is_gone(database: Database) -> None:
    def work(session: Session) -> None:
        grown = tree(session)
        lan = grown.person("unit_officer", "may")
        people.consent(lan)
        entry_id = grown.entry(lan, "may", grown.cycles["may", 2030], state="confirmed")
        plan(session, lan, grown.units["may"].id, f"entry:{entry_id}", state="waiting")

        removal.entries(session, [entry_id])

        assert coming.mine(lan) == []
        (letter,) = letters.due(lan)
        assert (letter.duties, list(letter.ended)) == ((), ["done"])

    undone(database, work)


def given(session: Session, grown: Tree) -> tuple[Context, dict[str, int]]:
    """Entries of five years, recognised or not."""
    lan = grown.person("unit_officer", "may")
    made = {}
    for year, state in (
        (2009, "recognised"), (2010, "recognised"), (2024, "lapsed"), (2024, "recognised"), (2025, "lapsed"),
    ):  # fmt: skip
        made[f"{state} {year}"] = grown.entry(lan, "may", grown.cycles["may", year], state="submitted")
        photo = Attached("ab" * 32, "a", "image/jpeg", 1, "")
        evidence.submit(lan, made[f"{state} {year}"], "progress", "", [photo])
        session.execute(update(entry).where(entry.c.id == made[f"{state} {year}"]).values(state=state))
    return lan, made


def test_entries_go_after_the_archive_term_or_that_of_those_not_recognised(database: Database) -> None:
    def work(session: Session) -> None:
        _lan, made = given(session, tree(session))

        for look in ("ab" * 32, "cd" * 32):  # of the evidence, and of what is there no more
            session.execute(insert(picture).values(sha256=look, look=1))
            session.execute(insert(picture_band).values(sha256=look, band=1))

        retention.forget(session, NOW, TERMS)

        assert [row.sha256 for row in session.rows(select(picture_band.c.sha256))] == ["ab" * 32]
        gone = [made["recognised 2009"], made["lapsed 2024"]]
        assert entries_left(session) == [number for number in made.values() if number not in gone]
        assert many(session, evidence_file) == 3
        written = session.rows(select(audit.c.subject, audit.c.person_id).where(audit.c.act == "term_over"))
        assert sorted(tuple(row) for row in written) == sorted((f"entry:{number}", None) for number in gone)

    undone(database, work)


def test_a_term_of_nothing_is_for_ever(database: Database) -> None:
    def work(session: Session) -> None:
        _lan, made = given(session, tree(session))

        retention.forget(session, NOW, Terms(rejected_years=0, archive_years=0))

        assert entries_left(session) == list(made.values())

    undone(database, work)
