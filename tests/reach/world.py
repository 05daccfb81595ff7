"""A random world in which everything has a mark of its own, and who may come to see each mark.

The rule is written here once more, in another way than in `movement/access.py`: what that one gets wrong shows.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final
from zoneinfo import ZoneInfo

from sqlalchemy import insert, select

from movement import cycles, people, units
from movement.role_names import ROLES
from storage.channel_tables import export, outbox, upload
from storage.decision_tables import recognition, ruling
from storage.people_tables import address, conversation, person, role
from storage.reminder_tables import reminder
from storage.tables import cycle, entry, evidence, evidence_file, initiative, score, score_sheet
from storage.unit_tables import unit

if TYPE_CHECKING:
    from random import Random

    from storage.session import Session

NOW: Final = dt.datetime(2027, 11, 20, 2, tzinfo=dt.UTC)
ZONE: Final = ZoneInfo("Asia/Ho_Chi_Minh")
GUIDELINE: Final = "cong-doan-mac-dinh"
DEADLINE: Final = "bao-cao"
SEEING_DOWN: Final = {
    "unit_officer", "unit_head", "upper_officer", "standing_committee", "endorser", "appraiser", "admin",
    "data_officer",
}  # fmt: skip
STATES: Final = (
    "submitted", "returned", "confirmed", "reported", "self_scored", "endorsed", "appraised", "proposed",
    "recognised", "not_recognised", "withdrawn",
)  # fmt: skip


@dataclass(slots=True)
class World:
    """Ids of everything, and the marks: by what they are of."""

    session: Session
    random: Random
    units: list[int] = field(default_factory=list)
    people: list[int] = field(default_factory=list)
    entries: list[int] = field(default_factory=list)
    evidence: list[int] = field(default_factory=list)
    exports: list[int] = field(default_factory=list)
    files: dict[str, tuple[str, int]] = field(default_factory=dict)  # by hash: "entry" or "export", and its id
    uploads: dict[str, int] = field(default_factory=dict)  # by token: whose
    marks: dict[str, tuple[str, int]] = field(default_factory=dict)  # "unit", "person" or "entry", and its id
    seeds: Counter[str] = field(default_factory=Counter)

    def mark(self, kind: str, number: int) -> str:
        """A word that stands nowhere else."""
        self.seeds["marks"] += 1
        word = f"Zq{self.seeds['marks']:03}xw"
        self.marks[word] = (kind, number)
        return word


def build(session: Session, random: Random) -> World:
    """A tree, people with roles anywhere in it, entries in every state, files and exports."""
    world = World(session, random)
    _tree(world)
    for _ in range(random.randint(3, 6)):
        _person(world)
    for _ in range(random.randint(3, 6)):
        _entry(world)
    for who in world.people:
        _export(world, who)
        _upload(world, who)
        _reminders(world, who)
    return world


def _tree(world: World) -> None:
    session, random = world.session, world.random
    kinds = ["federation_province", "ward_union", "grassroots_union", "union_group"]
    top: list[units.Unit] = []
    levels: list[list[units.Unit]] = [top]
    for _ in range(random.randint(1, 2)):
        made = units.add(session, kinds[0], "?", "", None)
        top.append(made)
        for year in (NOW.year - 1, NOW.year):
            cycles.begin(session, made.id, year, GUIDELINE)
    for kind in kinds[1:]:
        below = [units.add(session, kind, "?", "", random.choice(levels[-1])) for _ in range(random.randint(1, 3))]
        levels.append(below)
    for each in (each for level in levels for each in level):
        world.units.append(each.id)
        name = f"Đơn vị {world.mark('unit', each.id)}"
        session.execute(unit.update().where(unit.c.id == each.id).values(name=name, folded=name.lower()))


def _person(world: World) -> None:
    session, random = world.session, world.random
    agreed = {"consent_version": people.CONSENT_VERSION, "consent_at": NOW, "consent_channel": "web"}
    number = session.scalar(insert(person).values(created_at=NOW, **agreed).returning(person.c.id))
    world.people.append(number)
    session.execute(person.update().where(person.c.id == number).values(name=f"Bà {world.mark('person', number)}"))
    at = {"channel": "web", "account": "web", "chat": f"p{number}", "created_at": NOW}
    session.execute(insert(address).values(person_id=number, **at))
    session.execute(insert(conversation).values(person_id=number, memory={}, updated_at=NOW))
    words = {"screen": {"text": world.mark("person", number)}}
    state, kind = random.choice(["refused", "unknown"]), random.choice(["answer", "notice", "reminder"])
    where = select(address.c.id).where(address.c.person_id == number).scalar_subquery()
    failed = {"kind": kind, "state": state, "payload": words, "due_at": NOW, "created_at": NOW}
    session.execute(insert(outbox).values(address_id=where, **failed))
    held = {(random.choice(world.units), random.choice(tuple(ROLES))) for _ in range(random.randint(0, 2))}
    for unit_id, name in held:
        session.execute(insert(role).values(person_id=number, unit_id=unit_id, role=name, since=NOW))


def _entry(world: World) -> None:
    session, random = world.session, world.random
    rows = session.rows(select(unit.c.id, unit.c.kind, unit.c.path))
    home = random.choice([row for row in rows if row.kind in units.GRASSROOTS])
    root = units.ancestors(home.path)[0]
    year = random.choice([NOW.year - 1, NOW.year, NOW.year])
    held = session.scalar(select(cycle.c.id).where(cycle.c.unit_id == root, cycle.c.year == year))
    author = random.choice(world.people)
    made = session.scalar(
        insert(initiative).values(unit_id=home.id, name="?", folded="", created_at=NOW).returning(initiative.c.id)
    )
    values = {
        "initiative_id": made, "cycle_id": held, "unit_id": home.id, "author_id": author,
        "guideline_id": GUIDELINE, "state": random.choice(STATES), "subject_kind": "collective", "area": "kt",
        "name": "?", "folded": "", "place": "?", "lead": "?", "scale": "?", "submitted_at": NOW,
        "updated_at": NOW, "reported_at": NOW,
    }  # fmt: skip
    number = session.scalar(insert(entry).values(**values).returning(entry.c.id))
    world.entries.append(number)
    words = {key: f"{key} {world.mark('entry', number)}" for key in ("name", "place", "lead", "scale", "result")}
    folded = words["name"].lower()
    session.execute(entry.update().where(entry.c.id == number).values(**words, folded=folded))
    named = {"name": words["name"], "folded": folded}
    session.execute(initiative.update().where(initiative.c.id == made).values(**named))
    _evidence(world, number, author)
    _judged(world, number, author)


def _evidence(world: World, number: int, author: int) -> None:
    values = {"entry_id": number, "author_id": author, "kind": "progress", "criteria": ["1"], "created_at": NOW}
    made = world.session.scalar(
        insert(evidence).values(**values, text=world.mark("entry", number)).returning(evidence.c.id)
    )
    world.evidence.append(made)
    file = _stored(world, "entry", number)
    world.session.execute(
        insert(evidence_file).values(
            evidence_id=made, position=0, **file, size=1, caption=world.mark("entry", number)
        )
    )


def _judged(world: World, number: int, author: int) -> None:
    session = world.session
    by = {"entry_id": number, "person_id": author}
    for act in ("return", "propose"):
        reason = world.mark("entry", number)
        session.execute(insert(ruling).values(**by, act=act, state_before="submitted", reason=reason, at=NOW))
    for kind in ("self", "appraisal"):
        sheet = {"entry_id": number, "author_id": author, "kind": kind, "hundredths": 7550, "passes": False}
        made = session.scalar(insert(score_sheet).values(**sheet, created_at=NOW).returning(score_sheet.c.id))
        said = {"criterion": "1", "hundredths": 100, "note": world.mark("entry", number)}
        session.execute(insert(score).values(sheet_id=made, **said))
    home = session.scalar(select(entry.c.unit_id).where(entry.c.id == number))
    decided = {"level": "x", "outcome": "recognised", "number": "1", "day": NOW.date(), "unit_id": home, "at": NOW}
    session.execute(insert(recognition).values(**by, **decided, reason=world.mark("entry", number)))


def _export(world: World, who: int) -> None:
    session = world.session
    where = session.scalar(select(address.c.id).where(address.c.person_id == who))
    file = _stored(world, "export", who)
    at = {"person_id": who, "address_id": where, "kind": "old", "arguments": {}, "created_at": NOW}
    made = insert(export).values(**at, **file, state="done", size=1).returning(export.c.id)
    world.exports.append(session.scalar(made))


def _upload(world: World, who: int) -> None:
    where = world.session.scalar(select(address.c.id).where(address.c.person_id == who))
    token = hashlib.sha256(f"token {who}".encode()).hexdigest()[:32]
    world.uploads[token] = who
    file = _stored(world, "upload", who)
    world.session.execute(insert(upload).values(token=token, address_id=where, **file, size=1, created_at=NOW))


def _reminders(world: World, who: int) -> None:
    """Something that waits for the coming days, and something that found no way; of any unit, as roles change."""
    for state, after in (("waiting", 2), ("waiting", 3), ("nowhere", -1)):
        day = NOW.date() + dt.timedelta(days=after)
        values = {"person_id": who, "unit_id": world.random.choice(world.units), "act": "report", "state": state}
        values |= {"deadline": DEADLINE, "year": NOW.year, "last_day": NOW.date() + dt.timedelta(days=5)}
        own = [number for number in world.entries if number % 2]
        values["subject"] = f"entry:{world.random.choice(own or world.entries)}"
        at = dt.datetime.combine(day, dt.time(8), ZONE)
        told = {"letter_on": day, "ended_at": at} if state == "nowhere" else {}
        world.session.execute(insert(reminder).values(**values, days_before=5 - after, due_at=at, **told))


def _stored(world: World, kind: str, number: int) -> dict[str, Any]:
    """A file of its own: its hash and its name are marks too."""
    world.seeds["files"] += 1
    sha256 = hashlib.sha256(f"file {world.seeds['files']}".encode()).hexdigest()
    world.files[sha256] = (kind, number)
    of = ("person", number) if kind != "entry" else ("entry", number)
    world.marks[sha256] = of
    return {"sha256": sha256, "name": f"{world.mark(*of)}.jpg", "media_type": "image/jpeg"}
