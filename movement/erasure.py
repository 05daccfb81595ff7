"""Deleting a person's data at their wish, but for what the official record has to keep; and saying what that is.

Source: Law 91/2025/QH15 (deletion), Law 33/2024/QH15 (archives): the papers of recognised initiatives are kept
under the archive term, the record of who did what by number only.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import delete, select, update

from movement import audit, codes, removal
from storage.people_tables import address, data_request, join_code, person, role
from storage.tables import cycle, entry

if TYPE_CHECKING:
    from movement.context import Context
    from storage.session import Session

KEEP_ADDRESS = dt.timedelta(days=7)  # so that the person can still be told that it was done


@dataclass(frozen=True, slots=True)
class Fate:
    """What would become of the entries that a person is the author of, by their numbers."""

    official: tuple[str, ...]  # stay: recognised, or proposed for it
    individual: tuple[str, ...]  # go: one's own, not recognised
    collective: tuple[str, ...]  # the unit's, not recognised: go where those who decide say so
    ids: dict[str, int]

    def going(self, *, collective: bool) -> tuple[str, ...]:
        """Those that go."""
        return (*self.individual, *(self.collective if collective else ()))

    def staying(self, *, collective: bool) -> tuple[str, ...]:
        """Those that stay."""
        return (*self.official, *(() if collective else self.collective))


def fate(ctx: Context, person_id: int) -> Fate:
    """What deleting this person's data would do to their entries."""
    official = removal.is_official().label("official")
    query = select(entry.c.id, cycle.c.year, entry.c.subject_kind, official).join(cycle)
    rows = ctx.session.rows(query.where(entry.c.author_id.in_(_all_of(person_id))).order_by(entry.c.id))
    sorted_out: dict[str, list[str]] = {"official": [], "individual": [], "collective": []}
    ids = {}
    for row in rows:
        number = codes.code(codes.ENTRY, row.year, row.id)
        ids[number] = row.id
        sorted_out["official" if row.official else row.subject_kind].append(number)
    return Fate(**{kind: tuple(numbers) for kind, numbers in sorted_out.items()}, ids=ids)


def erase(ctx: Context, person_id: int, *, collective: bool) -> dict[str, Any]:
    """Delete name, phone, talk, uploads, roles and what of the entries may go: {removed, kept} by their numbers.

    The addresses follow a week later, once the person was told (`finish`). Rights are the caller's business.
    """
    found = fate(ctx, person_id)
    going, staying = found.going(collective=collective), found.staying(collective=collective)
    removal.entries(ctx.session, [found.ids[number] for number in going])
    people = [row.id for row in ctx.session.rows(_all_of(person_id))]
    removal.talk(ctx.session, people)
    ctx.session.execute(delete(role).where(role.c.person_id.in_(people)))
    codes_for = join_code.c.for_person_id.in_(people)
    ctx.session.execute(update(join_code).where(codes_for).values(for_person_id=None, revoked_at=ctx.now))
    ctx.session.execute(update(data_request).where(data_request.c.person_id.in_(people)).values(note=""))
    blank = {"name": "", "phone": None, "preferred_channel": "", "consent_version": "", "consent_channel": ""}
    ctx.session.execute(
        update(person).where(person.c.id.in_(people)).values(**blank, consent_at=None, erased_at=ctx.now),
    )
    details = {"removed": len(going), "kept": len(staying)}
    audit.write(ctx, "erase", f"person:{person_id}", details, right="answer_data")
    return {"removed": list(going), "kept": list(staying)}


def finish(session: Session, now: dt.datetime) -> int:
    """Remove the addresses of those whose data was deleted a week ago; give how many people that were."""
    over = select(person.c.id).where(person.c.erased_at < now - KEEP_ADDRESS, person.c.id.in_(_reachable()))
    people = [row.id for row in session.rows(over.limit(100))]
    removal.addresses(session, people)
    return len(people)


def _all_of(person_id: int) -> Any:
    """The person and whoever was found to be the same one."""
    return select(person.c.id).where((person.c.id == person_id) | (person.c.merged_into_id == person_id))


def _reachable() -> Any:
    return select(address.c.person_id)
