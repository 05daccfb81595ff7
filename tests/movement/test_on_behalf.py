"""Writing for a member without a smartphone, and codes for one very person: who may, for whom, and what stays."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sqlalchemy import insert, select, update

from movement import access, entries, join_codes, on_behalf, people, reclaiming
from movement.context import Context, Person
from movement.errors import DomainError
from storage.people_tables import address, consent, conversation, person
from storage.tables import audit, entry
from tests.movement.test_join_codes import NOW, ZONE, newcomer, tree

if TYPE_CHECKING:
    from storage.database import Database
    from storage.session import Session
    from tests.movement.trees import Tree


def entered(built: Tree, home: str = "may") -> tuple[Context, int]:
    """An officer, and a member whom they entered."""
    officer = built.person("unit_officer", home)
    return officer, on_behalf.enter(officer, built.units[home].id, "Trần Văn Bảy", "Lời báo")


def reachable(session: Session, person_id: int) -> None:
    values = {"person_id": person_id, "channel": "web", "account": "t", "chat": f"r{person_id}", "created_at": NOW}
    session.execute(insert(address).values(**values))


def talking(session: Session, person_id: int) -> None:
    session.execute(insert(conversation).values(person_id=person_id, memory={}, updated_at=NOW))


@pytest.mark.parametrize(
    ("role", "home", "may"),
    [
        ("unit_officer", "may", True),
        ("unit_head", "may", True),
        ("member", "may", False),
        ("group_head", "may", False),  # it is no union group
        ("group_head", "tổ", True),
        ("unit_officer", "điện", False),
        ("upper_officer", "phường", False),
        ("admin", "tỉnh", False),
    ],
)
async def test_only_officers_of_the_unit_write_for_its_members(
    database: Database, role: str, home: str, *, may: bool
) -> None:
    def work(session: Session) -> None:
        built = tree(session)
        built.unit("tổ", "union_group", "may")
        where = "tổ" if home == "tổ" else "may"
        _officer, member = entered(built, where if where == "may" else "may")
        who = built.person(role, home)
        if where == "tổ":
            member = on_behalf.enter(who, built.units["tổ"].id, "Lê Thị Tám", "Lời báo")

        if may:
            assert on_behalf.as_member(who, member).person.id == member
            assert member in {each.id for each in on_behalf.members(who, built.units[where].id)}
            return
        assert on_behalf.members(who, built.units["may"].id) == []
        for refused in (
            lambda: on_behalf.as_member(who, member),
            lambda: on_behalf.enter(who, built.units["may"].id, "Lê Thị Tám", ""),
        ):
            with pytest.raises(DomainError, match="Không tìm thấy"):
                refused()

    await database.write(work)


async def test_what_is_written_is_the_members_and_says_who_wrote_it(database: Database) -> None:
    def work(session: Session) -> None:
        built = tree(session)
        officer, member = entered(built)
        guideline = "cong-doan-mac-dinh"
        built.open("tỉnh", 2027, guideline)

        acting = on_behalf.as_member(officer, member)
        cycle_id = built.cycles["tỉnh", 2027]
        draft = entries.EntryDraft(cycle_id, built.units["may"].id, "individual", "kt", "Vườn rau", "", "", "")
        sent = entries.submit(acting, draft)

        row = session.first(select(entry).where(entry.c.id == sent["id"]))
        assert (row.author_id, row.entered_by_id, row.author_confirmed_at) == (member, officer.person.id, None)
        done = session.first(select(audit).where(audit.c.act == "submit"))
        assert (done.person_id, done.details["for"]) == (officer.person.id, member)
        agreed = session.first(select(consent).where(consent.c.person_id == member))
        assert (agreed.channel, agreed.text, agreed.act) == ("paper", "Lời báo", "given")
        assert session.first(select(person.c.entered_by_id).where(person.c.id == member))[0] == officer.person.id

    await database.write(work)


async def test_nobody_writes_for_who_writes_themself_or_has_more_to_say(database: Database) -> None:
    def work(session: Session) -> None:
        built = tree(session)
        officer, member = entered(built)
        head = built.person("unit_head", "may")
        locked = on_behalf.enter(officer, built.units["may"].id, "Lê Thị Tám", "")
        session.execute(update(person).where(person.c.id == locked).values(deactivated_at=NOW))
        reachable(session, member)

        for other in (member, head.person.id, locked, 999):
            with pytest.raises(DomainError, match="Không tìm thấy"):
                on_behalf.as_member(officer, other)

    await database.write(work)


async def test_a_code_for_a_person_reaches_nobody_with_a_role_above(database: Database) -> None:
    def work(session: Session) -> None:
        built = tree(session)
        officer = built.person("unit_officer", "may")
        upper = built.person("upper_officer", "phường")
        people.join(upper, built.units["may"].id, "member")  # one person, two roles
        colleague = built.person("unit_officer", "may")
        admin = built.person("admin", "tỉnh")
        member = built.person("member", "may")
        elsewhere = built.person("member", "điện")

        assert {each.id for each in reclaiming.find(officer, "")} == {member.person.id}
        for other in (upper, colleague, admin, elsewhere, officer):
            assert reclaiming.get(officer, other.person.id) is None
            with pytest.raises(DomainError, match="Không tìm thấy"):
                reclaiming.make(officer, other.person.id, cuts_others=False)
        assert reclaiming.get(admin, upper.person.id) is not None

    await database.write(work)


async def test_a_code_for_a_person_ends_when_they_rise_above_its_maker(database: Database) -> None:
    def work(session: Session) -> None:
        built = tree(session)
        officer, member = built.person("unit_officer", "may"), built.person("member", "may")
        code = reclaiming.make(officer, member.person.id, cuts_others=False)
        assert join_codes.invitation(newcomer(session), code) is not None

        built.join(member, "unit_head", "may")

        assert join_codes.invitation(newcomer(session), code) is None

    await database.write(work)


async def test_whoever_uses_the_code_becomes_the_person_and_the_old_channels_are_cut(database: Database) -> None:
    def work(session: Session) -> None:
        built = tree(session)
        officer, member = built.person("unit_officer", "may"), built.person("member", "may")
        reachable(session, member.person.id)
        talking(session, member.person.id)
        code = reclaiming.make(officer, member.person.id, cuts_others=True)
        phone = newcomer(session, "telegram")
        talking(session, phone.person.id)

        assert reclaiming.take(phone, code, confirms=False) == member.person.name

        rows = session.rows(select(address).where(address.c.person_id == member.person.id).order_by(address.c.id))
        assert [(row.channel, row.reachable, row.chat.startswith("cut:")) for row in rows] == [
            ("web", False, True),
            ("telegram", True, False),
        ]
        again = newcomer(session)
        talking(session, again.person.id)
        with pytest.raises(DomainError, match="không còn dùng được"):
            reclaiming.take(again, code, confirms=False)
        assert access.roles_of(again, member.person.id)
        assert (
            access.roles(Context(session, Person(phone.person.id, "", "vi", ""), NOW, NOW.date(), "web", ZONE))
            == ()
        )

    await database.write(work)
