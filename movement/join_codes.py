"""Join codes: made for a unit and a role, told once, stored as a digest, used up, over or revoked.

What is typed is compared without case, accents, blanks and hyphens. Who may give which role is `access`' business.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import re
import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import bindparam, insert, or_, select, update

from locales import _
from movement import access, audit, code_tries, people
from movement.errors import DomainError
from movement.matching import fold
from storage.people_tables import join_code, person
from storage.unit_tables import unit

if TYPE_CHECKING:
    from collections.abc import Sequence

    from movement.access import Held
    from movement.context import Context
    from storage.session import Session

# Nothing that looks like something else (0 O, 1 I L, 2 Z ...), and no vowel, W or D: in Telex those and the
# letters beside them turn into others ("dd" is đ), and beside a vowel digits become marks in VNI.
LETTERS: Final = "CFHJKMNPRTVX"
ALPHABET: Final = LETTERS + "23456789"
LENGTH: Final = 10  # 43 bits
HINT: Final = 3  # last characters, by which codes are told apart
_KEY: Final = 16  # hexadecimal digits: enough to tell codes apart, and to fit a button
LONGEST_TYPED: Final = 30
SHORTEST: Final = 4
_LED: Final = re.compile(r"^((so )?ma( so)?( tham gia)?( cua toi)?( la)?|(my )?(join )?code( is)?) ")  # folded


@dataclass(frozen=True, slots=True)
class CodeDraft:
    """What a code shall open. `uses` None: any number of people; `person_id`: only for this person."""

    unit_id: int
    role: str
    uses: int | None = 1
    days: int = 30
    person_id: int | None = None
    cuts_others: bool = False  # the person's other channels are let go when it is used


@dataclass(frozen=True, slots=True)
class Invitation:
    """What a join code opens."""

    unit_id: int
    unit_name: str
    role: str
    person_id: int | None = None
    person_name: str = ""
    cuts_others: bool = False
    maker_id: int | None = None
    expires_at: dt.datetime | None = None


@dataclass(frozen=True, slots=True)
class Issued:
    """A code as its maker sees it later."""

    key: str  # the beginning of its digest
    hint: str
    unit_name: str
    role: str
    used: int
    uses_left: int | None
    expires_at: dt.datetime | None
    person_name: str


_of_unit = (unit.c.name.label("unit_name"), unit.c.path, unit.c.valid_to)
_found = (
    select(
        join_code, unit.c.name.label("unit_name"), unit.c.path, unit.c.valid_to, person.c.name.label("person_name")
    )
    .join(unit, unit.c.id == join_code.c.unit_id)
    .outerjoin(person, person.c.id == join_code.c.for_person_id)
    .where(join_code.c.digest == bindparam("digest"))
)
_use = (
    update(join_code)
    .where(
        join_code.c.digest == bindparam("used_digest"),
        join_code.c.revoked_at.is_(None),
        or_(join_code.c.uses_left.is_(None), join_code.c.uses_left > 0),
    )
    .values(uses_left=join_code.c.uses_left - 1, used=join_code.c.used + 1)
)


def bare(typed: str) -> str:
    """The code alone, without blanks or hyphens, of what people write: "Mã tham gia: abcde-12345"."""
    return _LED.sub("", fold(typed)).replace(" ", "")


def digest(code: str) -> str:
    """What is stored of a join code: codes are read without accents, case or blanks."""
    return hashlib.sha256(fold(code).replace(" ", "").encode()).hexdigest()


def looks_like_one(typed: str) -> bool:
    """Whether this may be a code, rather than words of somebody who has none."""
    squeezed = bare(typed).upper()
    if not SHORTEST <= len(squeezed) <= LONGEST_TYPED:
        return False
    return any(each.isdecimal() for each in squeezed) or is_one(typed)


def is_one(typed: str) -> bool:
    """Whether this has the very form of our codes, which no word has."""
    squeezed = bare(typed).upper()
    return len(squeezed) == LENGTH and set(squeezed) <= set(ALPHABET)


def spelled(code: str) -> str:
    """The code as it is read out and printed, in two halves."""
    half = len(code) // 2
    return f"{code[:half]}-{code[half:]}"


def fresh() -> str:
    """A new code. It begins with a letter, so that it is never taken for a number of a list."""
    return secrets.choice(LETTERS) + "".join(secrets.choice(ALPHABET) for _each in range(LENGTH - 1))


def last_day(ctx: Context, days: int) -> dt.date:
    """The day on which a code made now for so many days ends."""
    return (ctx.now + dt.timedelta(days=days)).astimezone(ctx.zone).date()


def make(ctx: Context, draft: CodeDraft) -> str:
    """Make a code and give it, for the only time; raise DomainError where the person may not give this role."""
    home = ctx.session.first(select(unit.c.path).where(unit.c.id == draft.unit_id))
    if home is None or not access.may_give(ctx, draft.role, home.path):
        raise DomainError(_("You cannot give this role in this unit."))
    code = fresh()
    keep(ctx.session, code, draft, ctx.now, created_by_id=ctx.person.id)
    details = {"role": draft.role, "uses": draft.uses, "hint": code[-HINT:]}
    audit.write(ctx, "make_code", f"unit:{draft.unit_id}", details)
    return code


def keep(
    session: Session, code: str, draft: CodeDraft, now: dt.datetime, created_by_id: int | None = None
) -> None:
    """Store a code; the caller saw to the rights."""
    values = {
        "digest": digest(code),
        "hint": code[-HINT:],
        "unit_id": draft.unit_id,
        "role": draft.role,
        "uses_left": draft.uses,
        "expires_at": now + dt.timedelta(days=draft.days),
        "created_at": now,
        "created_by_id": created_by_id,
        "for_person_id": draft.person_id,
        "cuts_others": draft.cuts_others,
    }
    session.execute(insert(join_code).values(**values))


def invite(ctx: Context, code: str, unit_id: int, role_name: str, until: dt.datetime | None = None) -> None:
    """Store a given code that any number of people may use until then: for the demo, benchmarks and tests."""
    values = {"digest": digest(code), "unit_id": unit_id, "role": role_name, "expires_at": until}
    ctx.session.execute(insert(join_code).values(**values))


def invitation(ctx: Context, code: str) -> Invitation | None:
    """What a join code opens, or None.

    Unknown, used up, over, revoked and no longer its maker's to give are alike.
    """
    row = ctx.session.first(_found, {"digest": digest(code)})
    if row is None or row.uses_left == 0 or row.revoked_at or (row.expires_at and row.expires_at < ctx.now):
        return None
    if (row.valid_to and row.valid_to < ctx.today) or not _still_given(ctx, row):
        return None
    return Invitation(
        row.unit_id, row.unit_name, row.role, row.for_person_id, row.person_name or "", bool(row.cuts_others),
        row.created_by_id, row.expires_at,
    )  # fmt: skip


def tried(ctx: Context, code: str) -> Invitation | None:
    """The same for a code that was just typed: a wrong one counts; raise DomainError after too many."""
    code_tries.demand(ctx, "join")
    found = invitation(ctx, code)
    if found is None:
        code_tries.wrong(ctx, "join")
    return found


def gives_all(mine: Sequence[Held], theirs: Sequence[Held]) -> bool:
    """Whether somebody with the first roles may give every one of the others, of which there is one at least."""
    return bool(theirs) and all(access.gives(mine, held.role, held.path) for held in theirs)


def join_by_code(ctx: Context, code: str) -> Invitation:
    """Take the role that the code gives; raise DomainError where it is no longer good."""
    invited = invitation(ctx, code)
    if invited is None:
        raise DomainError(_("This code is not valid any more. Please ask your union officer for a new one."))
    if people.has_role(ctx, invited.unit_id, invited.role):
        return invited  # nothing is used up
    use(ctx, code)
    people.join(ctx, invited.unit_id, invited.role)
    return invited


def use(ctx: Context, code: str) -> None:
    """Use a code up by one; raise DomainError where somebody else was faster."""
    if ctx.session.execute(_use, {"used_digest": digest(code)}).rowcount != 1:
        raise DomainError(_("This code is not valid any more. Please ask your union officer for a new one."))


def issued(ctx: Context) -> list[Issued]:
    """The codes that the person made and that still open something, the newest first."""
    query = (
        select(join_code, unit.c.name.label("unit_name"), person.c.name.label("person_name"))
        .join(unit, unit.c.id == join_code.c.unit_id)
        .outerjoin(person, person.c.id == join_code.c.for_person_id)
        .where(
            join_code.c.created_by_id == ctx.person.id,
            join_code.c.revoked_at.is_(None),
            or_(join_code.c.uses_left.is_(None), join_code.c.uses_left > 0),
            or_(join_code.c.expires_at.is_(None), join_code.c.expires_at >= ctx.now),
        )
        .order_by(join_code.c.created_at.desc(), join_code.c.digest)
    )
    return [
        Issued(
            row.digest[:_KEY], row.hint, row.unit_name, row.role, row.used, row.uses_left, row.expires_at,
            row.person_name or "",
        )
        for row in ctx.session.rows(query)
    ]  # fmt: skip


def revoke(ctx: Context, key: str) -> None:
    """Take back a code of one's own; raise DomainError where there is none in force."""
    found = next((each for each in issued(ctx) if each.key == key), None)
    if found is None:
        raise DomainError(_("There is no such code of yours in force any more."))
    mine = (join_code.c.created_by_id == ctx.person.id) & join_code.c.digest.startswith(key, autoescape=True)
    ctx.session.execute(update(join_code).where(mine).values(revoked_at=ctx.now))
    audit.write(ctx, "revoke_code", "code", {"hint": found.hint})


def _still_given(ctx: Context, row: Any) -> bool:
    """Whether its maker may still give what it gives. What members were invited with outlives a term of office."""
    if row.for_person_id is not None:
        theirs = access.roles_of(ctx, row.for_person_id)
        return row.created_by_id is None or gives_all(access.roles_of(ctx, row.created_by_id), theirs)
    if row.created_by_id is None or row.role == "member":
        return True
    return access.gives(access.roles_of(ctx, row.created_by_id), row.role, row.path)
