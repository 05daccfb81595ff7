"""The little worlds that chats happen in: a tree of units, the cast with their roles, and what seeds add.

lan is a new member, minh an officer of a grassroots union, hoa an officer and appraiser of the level above,
quan an administrator; thao, whom one seed lets in, an officer of another union of the same ward. The first three
units are one below the other. binh, of a standing committee, and phuc, of a party committee, are in years.toml.
"""

from __future__ import annotations

import datetime as dt
import tomllib
from dataclasses import dataclass, replace
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import delete, insert, select, update

from conversations.engine.screen import Screen
from movement import cycles, entries, evidence, join_codes, people, people_data, rulings, scores, units
from movement.context import Context, Person
from movement.entries import EntryDraft
from movement.reminders import choices, planning, stops
from movement.scores import Answers
from storage.channel_tables import outbox
from storage.people_tables import address, conversation, person
from storage.tables import entry

if TYPE_CHECKING:
    from collections.abc import Callable

    from movement.entries import Entry
    from movement.guideline_parts import SubjectKind
    from movement.units import Unit
    from storage.session import Session

GUIDELINE = "cong-doan-mac-dinh"
CODE = "MAY27"  # opens the grassroots union to members
CAST = {
    "lan": "Nguyễn Thị Lan",
    "minh": "Trương Văn Minh",
    "hoa": "Võ Thị Thanh Hoa",
    "quan": "Đỗ Anh Quân",
    "thao": "Phạm Thu Thảo",
    "binh": "Lê Thanh Bình",
    "phuc": "Ngô Văn Phúc",
}
YEARS = tomllib.loads(Path(__file__).with_name("years.toml").read_text(encoding="utf-8"))


@dataclass(frozen=True, slots=True)
class World:
    """What a seed builds on. `units` are by short name, `people` are ids by the cast's names."""

    session: Session
    now: dt.datetime
    zone: dt.tzinfo
    channel: str
    account: str
    units: dict[str, Unit]
    people: dict[str, int]

    def of(self, name: str) -> Context:
        """The context in which this person of the cast acts."""
        who = Person(self.people[name], CAST[name], "vi", people.CONSENT_VERSION)
        return Context(self.session, who, self.now, self.now.astimezone(self.zone).date(), self.channel, self.zone)

    def enter(self, name: str) -> None:
        """Let this person of the cast have come before, and have agreed to the consent text."""
        values = {"name": CAST[name], "consent_version": people.CONSENT_VERSION, "created_at": self.now}
        person_id = self.session.scalar(insert(person).values(**values, locale="vi").returning(person.c.id))
        at = {"channel": self.channel, "account": self.account, "chat": name, "created_at": self.now}
        self.session.execute(insert(address).values(person_id=person_id, **at))
        self.session.execute(insert(conversation).values(person_id=person_id, memory={}, updated_at=self.now))
        self.people[name] = person_id


def build(world: World, seeds: list[str]) -> None:
    """Build the tree, the cycles and the cast, then what the seeds add; raise KeyError for an unknown seed."""
    province = _unit(world, "federation_province", "Liên đoàn Lao động tỉnh Sông Lam", "tỉnh", None)
    ward = _unit(world, "ward_union", "Công đoàn phường Bình Minh", "phường", province)
    _unit(world, "grassroots_union", "Công đoàn cơ sở Công ty May Sông Hồng", "may", ward)
    _unit(world, "grassroots_union", "Công đoàn cơ sở Trường THCS Nguyễn Du", "trường", ward)
    _unit(world, "grassroots_union", "Công đoàn cơ sở Công ty Điện tử Sao Mai", "điện tử", province)
    for year in (world.now.year - 1, world.now.year):
        cycles.begin(world.session, province.id, year, GUIDELINE)
    for name, unit, roles in (
        ("minh", "may", ["unit_officer"]),
        ("hoa", "phường", ["upper_officer", "appraiser"]),
        ("quan", "tỉnh", ["admin"]),
    ):
        world.enter(name)
        for role in roles:
            people.join(world.of(name), world.units[unit].id, role)
    join_codes.invite(world.of("quan"), CODE, world.units["may"].id, "member")
    for seed in seeds:
        SEEDS[seed](world)


def build_for(world: World, guideline_id: str) -> None:
    """Build the tree and the cast of `years.toml` for a guideline, which holds for the year of the world."""
    told = YEARS[guideline_id]
    for each in told["unit"]:
        above = world.units[each["under"]] if "under" in each else None
        _unit(world, each["kind"], each["name"], each["short"], above)
    root = world.units[told["unit"][0]["short"]]
    cycles.begin(world.session, root.id, world.now.year, guideline_id)
    for name, roles in told["cast"].items():
        world.enter(name)
        for role, short in roles.items():
            people.join(world.of(name), world.units[short].id, role)


def lan_came(world: World) -> None:
    """Lan has agreed to the consent text, and has said nothing else."""
    world.enter("lan")
    world.session.execute(update(person).where(person.c.id == world.people["lan"]).values(name=""))


def lan_joined(world: World) -> None:
    """Lan is a member of the grassroots union already."""
    world.enter("lan")
    people.join(world.of("lan"), world.units["may"].id, "member")


def lan_agreed_earlier(world: World) -> None:
    """Lan is a member, and has agreed to an earlier consent text."""
    lan_joined(world)
    values = {"consent_version": "2025-01"}
    world.session.execute(update(person).where(person.c.id == world.people["lan"]).values(**values))


def asked_to_delete(world: World) -> None:
    """Lan, who has joined, has asked to have her data deleted."""
    people_data.request(world.of("lan"), "delete", "")


def registered(world: World) -> None:
    """Minh has registered an initiative of a collective this year."""
    _submit(world, "minh", "may", "kt", "Tổ tự quản an toàn lao động")


def individual(world: World) -> None:
    """Minh has registered an initiative of an individual this year."""
    _submit(world, "minh", "may", "vhxh", "Người bạn của công nhân xa quê", "individual")


def second_officer(world: World) -> None:
    """Bình is an officer of the province, above everybody else."""
    world.enter("binh")
    people.join(world.of("binh"), world.units["tỉnh"].id, "upper_officer")


def neighbour(world: World) -> None:
    """Thảo has registered an initiative of another union of the ward, which Minh and Lan may not see."""
    world.enter("thao")
    people.join(world.of("thao"), world.units["trường"].id, "unit_officer")
    _submit(world, "thao", "trường", "vhxh", "Thư viện xanh")


def school(world: World) -> None:
    """Thảo is an officer of another union of the ward, which has not registered anything."""
    world.enter("thao")
    people.join(world.of("thao"), world.units["trường"].id, "unit_officer")


def unreached(world: World) -> None:
    """Phúc, the head of that union, has never written to us; his phone number is known."""
    world.enter("phuc")
    people.join(world.of("phuc"), world.units["trường"].id, "unit_head")
    is_his = person.c.id == world.people["phuc"]
    world.session.execute(update(person).where(is_his).values(phone="0912345678", consent_version=""))
    world.session.execute(delete(address).where(address.c.person_id == world.people["phuc"]))


def confirmed(world: World) -> None:
    """Minh's newest initiative was confirmed."""
    _ctx, found = _newest(world)
    world.session.execute(update(entry).where(entry.c.id == found.id).values(state="confirmed"))


def returned(world: World) -> None:
    """Hoa has returned Minh's newest initiative."""
    _ctx, found = _newest(world)
    rulings.send_back(world.of("hoa"), found.id, "Chưa rõ quy mô.", (), found.version)


def proven(world: World) -> None:
    """Minh has sent evidence for his newest initiative, for criteria 1 and 5."""
    ctx, found = _newest(world)
    evidence.submit(ctx, found.id, "progress", "Ra mắt tổ tự quản, 120 công nhân dự.", [], ("1", "5"))


def reported(world: World) -> None:
    """Minh has reported the results of his newest initiative."""
    ctx, found = _newest(world)
    entries.report(ctx, found.id, "Không còn tai nạn lao động; 120 công nhân tham gia.")


def scored(world: World) -> None:
    """Minh has scored his newest initiative: 99 points, and yet it does not pass."""
    ctx, found = _newest(world)
    sheet = scores.sheet_of(found)
    points = {item.key: Decimal(9) if item.key == "7" else item.max or Decimal(1) for item in sheet.items}
    scores.submit(ctx, found.id, Answers(points, notes={"5": "120 người dự"}))


def appraised(world: World) -> None:
    """Hoa has appraised Minh's newest initiative: it passes, with eight points for criterion 3."""
    _appraise(world, "hoa", "3", Decimal(8))


def appraised_twice(world: World) -> None:
    """Bình, a second appraiser of the ward, gives that criterion nine points."""
    world.enter("binh")
    people.join(world.of("binh"), world.units["phường"].id, "appraiser")
    _appraise(world, "binh", "3", Decimal(9))


def failed(world: World) -> None:
    """Hoa has appraised Minh's newest initiative: criterion 7 is not at the maximum it must have."""
    _appraise(world, "hoa", "7", Decimal(9))


def committee(world: World) -> None:
    """Bình is of the standing committee of the ward."""
    world.enter("binh")
    people.join(world.of("binh"), world.units["phường"].id, "standing_committee")


def blocked(world: World) -> None:
    """Thảo has blocked us: nothing can be sent to her."""
    hers = address.c.person_id == world.people["thao"]
    world.session.execute(update(address).where(hers).values(reachable=False))


def planned(world: World) -> None:
    """The reminders of the next days are planned."""
    for part in planning.plan(world.of("quan")).parts():
        planning.carry_out(world.session, part)


def stopped(world: World) -> None:
    """Quân has stopped all reminders of registering."""
    stops.stop(world.of("quan"), world.now.year, "dang-ky", None)


def switched_off(world: World) -> None:
    """Minh wants no reminders of registering."""
    choices.switch(world.of("minh"), "register", on=False)


def last_year(world: World) -> None:
    """An initiative of Minh's was recognised last year."""
    before = replace(world, now=world.now - dt.timedelta(days=365))
    _submit(before, "minh", "may", "xdcd", "Bữa cơm công đoàn")
    reported(before)
    scored(before)
    _ctx, found = _newest(before)
    world.session.execute(update(entry).where(entry.c.id == found.id).values(state="recognised"))


def messages_failed(world: World) -> None:
    """Yesterday three messages failed: one to Minh, one to Hoa, and one to somebody of no unit."""
    at = world.now - dt.timedelta(days=1)
    world.enter("binh")
    for who, kind, state, why in (
        ("minh", "notice", "refused", "Message text is odd"),
        ("hoa", "reminder", "unknown", ""),
        ("binh", "notice", "refused", "given up"),
    ):
        where = select(address.c.id).where(address.c.person_id == world.people[who])
        said = Screen("Lời chỉ người nhận được biết.").to_json()
        values = {"kind": kind, "state": state, "why": why, "payload": {"screen": said}}
        world.session.execute(
            insert(outbox).values(address_id=where.scalar_subquery(), **values, due_at=at, created_at=at)
        )


def _submit(world: World, who: str, home: str, area: str, name: str, kind: SubjectKind = "collective") -> None:
    ctx, unit = world.of(who), world.units[home]
    held = cycles.to_register(ctx, unit)
    place, lead, scale = "Xưởng may số 2", "Tổ công đoàn xưởng may số 2", "120 công nhân, 3 chuyền may"
    entries.submit(ctx, EntryDraft(held.id, unit.id, kind, area, name, place, lead, scale))


def _appraise(world: World, who: str, criterion: str, given: Decimal) -> None:
    _ctx, found = _newest(world)
    sheet = scores.sheet_of(found)
    points = {item.key: given if item.key == criterion else item.max or Decimal(1) for item in sheet.items}
    scores.appraise(world.of(who), found.id, Answers(points))


def _newest(world: World) -> tuple[Context, Entry]:
    ctx = world.of("minh")
    return ctx, entries.visible(ctx, years=(world.now.year,), act="report")[0]


SEEDS: dict[str, Callable[[World], None]] = {
    seed.__name__: seed
    for seed in (
        lan_came,
        lan_joined,
        lan_agreed_earlier,
        asked_to_delete,
        registered,
        individual,
        second_officer,
        neighbour,
        school,
        unreached,
        confirmed,
        returned,
        proven,
        reported,
        scored,
        appraised,
        appraised_twice,
        failed,
        committee,
        blocked,
        planned,
        stopped,
        switched_off,
        last_year,
        messages_failed,
    )
}


def _unit(world: World, kind: str, name: str, short_name: str, parent: Unit | None) -> Unit:
    world.units[short_name] = units.add(world.session, kind, name, short_name, parent)
    return world.units[short_name]
