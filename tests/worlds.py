"""The little worlds that chats happen in: a tree of units, the cast with their roles, and what seeds add.

lan is a new member, minh an officer of a grassroots union, hoa an officer and appraiser of the level above,
quan an administrator. The first three units are one below the other.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import insert

from movement import cycles, entries, people, units
from movement.context import Context, Person
from movement.entries import EntryDraft
from storage.tables import address, conversation, person

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable

    from movement.units import Unit
    from storage.session import Session

GUIDELINE = "cong-doan-mac-dinh"
CODE = "MAY27"  # opens the grassroots union to members
CAST = {
    "lan": "Nguyễn Thị Lan",
    "minh": "Trương Văn Minh",
    "hoa": "Võ Thị Thanh Hoa",
    "quan": "Đỗ Anh Quân",
}


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
    people.invite(world.of("quan"), CODE, world.units["may"].id, "member")
    for seed in seeds:
        SEEDS[seed](world)


def lan_joined(world: World) -> None:
    """Lan is a member of the grassroots union already."""
    world.enter("lan")
    people.join(world.of("lan"), world.units["may"].id, "member")


def registered(world: World) -> None:
    """Minh has registered an initiative this year."""
    ctx = world.of("minh")
    may = world.units["may"]
    held = cycles.to_register(ctx, may)
    entries.submit(
        ctx,
        EntryDraft(
            cycle_id=held.id,
            unit_id=may.id,
            subject_kind="collective",
            area=held.guideline.areas.items[0].code,
            name="Tổ tự quản an toàn lao động",
            place="Xưởng may số 2",
            lead="Tổ công đoàn xưởng may số 2",
            scale="120 công nhân, 3 chuyền may",
        ),
    )


SEEDS: dict[str, Callable[[World], None]] = {"lan_joined": lan_joined, "registered": registered}


def _unit(world: World, kind: str, name: str, short_name: str, parent: Unit | None) -> Unit:
    world.units[short_name] = units.add(world.session, kind, name, short_name, parent)
    return world.units[short_name]
