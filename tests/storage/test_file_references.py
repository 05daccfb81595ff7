"""A file that anything still refers to is never swept, whatever refers to it."""

from __future__ import annotations

import datetime as dt
import os
import threading
import time
from hashlib import sha256
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import JSON, insert

from storage import file_references
from storage.channel_tables import export, outbox, upload
from storage.files import FileStore
from storage.people_tables import address, conversation, person
from storage.schema import metadata
from storage.tables import evidence_file
from tests.movement.trees import Tree, undone

if TYPE_CHECKING:
    from pathlib import Path

    from storage.database import Database
    from storage.session import Session

NOW = dt.datetime(2027, 3, 1, 2, tzinfo=dt.UTC)
DAY = 24 * 3600.0


def put(store: FileStore, name: str, age: float = 30 * DAY) -> str:
    """Put a file that is as old as that."""
    kept = store.put(name.encode())
    os.utime(store.path(kept), (time.time() - age,) * 2)
    return kept


def someone(session: Session, chat: str, memory: Any) -> tuple[int, int]:
    """A person with this memory, and their address."""
    person_id = session.scalar(insert(person).values(name="", created_at=NOW).returning(person.c.id))
    session.execute(insert(conversation).values(person_id=person_id, memory=memory, updated_at=NOW))
    at = {"channel": "telegram", "account": "a", "chat": chat, "created_at": NOW}
    return person_id, session.scalar(insert(address).values(person_id=person_id, **at).returning(address.c.id))


def ref(sha: str) -> dict[str, Any]:
    return {"sha256": sha, "name": "ảnh.jpg", "media_type": "image/jpeg", "size": 5}


def in_a_draft(session: Session, sha: str) -> None:
    groups = [{"caption": "Ảnh “đẹp”", "files": [ref(sha)], "album": ""}]
    someone(session, "draft", {"stack": [{"name": "minhchung", "no": 1, "drafts": {"files": groups}}]})


def in_an_answer_of_a_parked_dialogue(session: Session, sha: str) -> None:
    parked = {
        "name": "minhchung",
        "no": 1,
        "answers": {"files": [{"caption": "", "files": [ref(sha)], "album": ""}]},
    }
    someone(session, "parked", {"stack": [parked, {"name": "dangky", "no": 2}], "is_open": True})


def in_what_a_cancelled_dialogue_was_given(session: Session, sha: str) -> None:
    given = {"files": [{"caption": "", "files": [ref(sha)], "album": ""}]}
    someone(session, "stopped", {"stopped": {"name": "minhchung", "no": 1, "given": given}})


def in_a_fresh_upload(session: Session, sha: str) -> None:
    _who, where = someone(session, "upload", {})
    session.execute(insert(upload).values(token="t", address_id=where, created_at=NOW, **ref(sha)))


def in_an_export(session: Session, sha: str) -> None:
    who, where = someone(session, "export", {})
    made = {"kind": "x", "arguments": {}, "state": "done", "created_at": NOW}
    session.execute(insert(export).values(person_id=who, address_id=where, **made, **ref(sha)))


def in_the_arguments_of_an_export(session: Session, sha: str) -> None:
    who, where = someone(session, "asked", {})
    asked = {"kind": "x", "arguments": {"list": ref(sha)}, "state": "waiting", "created_at": NOW}
    session.execute(insert(export).values(person_id=who, address_id=where, **asked))


def in_a_message_on_its_way(session: Session, sha: str) -> None:
    _who, where = someone(session, "live", {})
    values = {"kind": "answer", "payload": {"screen": {"files": [ref(sha)]}}, "due_at": NOW, "created_at": NOW}
    session.execute(insert(outbox).values(address_id=where, state="sending", **values))


def in_evidence(session: Session, sha: str) -> None:
    grown = Tree(session, dt.date(2027, 3, 1))
    grown.unit("may", "grassroots_union")
    grown.open("may", 2027, "cong-doan-mac-dinh")
    lan = grown.person("unit_officer", "may")
    entry_id = grown.entry(lan, "may", grown.cycles["may", 2027])
    table = metadata.tables["evidence"]
    piece = {"kind": "progress", "text": "", "criteria": [], "created_at": NOW}
    new = insert(table).values(entry_id=entry_id, author_id=lan.person.id, **piece).returning(table.c.id)
    session.execute(insert(evidence_file).values(evidence_id=session.scalar(new), position=0, **ref(sha)))


HOLDERS = [
    in_a_draft,
    in_an_answer_of_a_parked_dialogue,
    in_what_a_cancelled_dialogue_was_given,
    in_a_fresh_upload,
    in_an_export,
    in_the_arguments_of_an_export,
    in_a_message_on_its_way,
    in_evidence,
]


@pytest.mark.parametrize("hold", HOLDERS, ids=[each.__name__ for each in HOLDERS])
def test_a_file_in_use_stays_and_the_others_go(database: Database, tmp_path: Path, hold: Any) -> None:
    store = FileStore(tmp_path)
    used, left = put(store, "used"), put(store, "left")

    def work(session: Session) -> None:
        hold(session, used)
        assert store.sweep(file_references.known(session), older_than=2 * DAY) == 1

    undone(database, work)

    assert store.read(used) == b"used"
    assert not store.path(left).exists()


def test_a_message_that_was_sent_does_not_keep_a_file(database: Database) -> None:
    def work(session: Session) -> None:
        _who, where = someone(session, "sent", {})
        values = {"kind": "answer", "payload": {"files": [ref("ab" * 32)]}, "due_at": NOW, "created_at": NOW}
        session.execute(insert(outbox).values(address_id=where, state="sent", **values))

        assert file_references.known(session) == set()

    undone(database, work)


def test_a_file_that_no_row_names_yet_stays_while_it_is_fresh(database: Database, tmp_path: Path) -> None:
    store = FileStore(tmp_path)
    fresh = put(store, "fresh", age=DAY)

    def work(session: Session) -> None:
        assert store.sweep(file_references.known(session), older_than=2 * DAY) == 0

    undone(database, work)

    assert store.read(fresh) == b"fresh"


def test_an_old_file_that_is_sent_again_is_fresh(tmp_path: Path) -> None:
    store = FileStore(tmp_path)
    old = put(store, "old")

    assert store.put(b"old") == old
    assert store.sweep(set(), older_than=2 * DAY) == 0


def test_a_file_put_again_while_it_is_being_swept_is_never_lost(tmp_path: Path) -> None:
    store, lost = FileStore(tmp_path), []
    ended = threading.Event()

    def sweep_on() -> None:
        while not ended.is_set():
            store.sweep(set(), older_than=2 * DAY)

    sweeping = [threading.Thread(target=sweep_on) for _ in range(2)]
    for thread in sweeping:
        thread.start()
    name = sha256(b"again").hexdigest()
    try:
        for _round in range(150):
            try:
                put(store, "again")  # old, so that a sweep may take it at any moment
                store.put(b"again")
            except FileNotFoundError:
                continue  # whoever put it is told, and tries again
            until = time.monotonic() + 1  # a sweep that was at it puts the file back when its thread goes on
            time.sleep(0.002)
            while not store.path(name).exists() and time.monotonic() < until:
                time.sleep(0.002)
            if not store.path(name).exists():
                lost.append(_round)
    finally:
        ended.set()
        for thread in sweeping:
            thread.join()

    assert lost == []


# Who adds a column that may hold a hash sees here that it is found by its name or its type; a column of neither
# kind must not hold one. A hash that is kept without needing the file is to be called otherwise.
def test_every_column_that_can_name_a_file_is_looked_into() -> None:
    named = {
        f"{table.name}.{column.name}"
        for table in metadata.sorted_tables
        for column in table.columns
        if column.name.endswith("sha256") or isinstance(column.type, JSON)
    }

    assert named >= {
        "conversation.memory", "evidence_file.sha256", "export.arguments", "export.sha256", "outbox.payload",
        "upload.sha256",
    }  # fmt: skip
