"""Files that people ask for: asked for in a turn, made in the background, sent when they are ready.

What is in each file is the business of its maker; running the makers is that of `bot/exporter.py`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import insert, select, update

from locales import _
from movement import audit
from movement.errors import DomainError
from storage.channel_tables import export
from storage.people_tables import address

if TYPE_CHECKING:
    from movement.context import Context

Json = Any


@dataclass(frozen=True, slots=True)
class Made:
    """A finished file."""

    name: str
    media_type: str
    data: bytes
    result: Json = None  # what was found while making it, kept for the dialogue that asked


ReadFile = Callable[[str], bytes]  # a stored file by its hash
Maker = Callable[["Context", Json, ReadFile], Made]

_makers: dict[str, Maker] = {}


def maker(kind: str) -> Callable[[Maker], Maker]:
    """Declare the function that makes files of this kind, from the context of whoever asked and JSON arguments.

    It runs in a reader's snapshot, some time after it was asked for: it must ask for the rights itself, and
    raises DomainError with what the person is to be told where there is no such file for them.
    """

    def declare(make: Maker) -> Maker:
        if kind in _makers:
            message = f"two makers of {kind}"
            raise ValueError(message)
        _makers[kind] = make
        return make

    return declare


def make(ctx: Context, kind: str, arguments: Json, read: ReadFile) -> Made:
    """The file of this kind; raise DomainError where there is none for this person."""
    if not ctx.person.is_active:
        raise DomainError(_("That file cannot be made: the account it was asked for with is locked."))
    return _makers[kind](ctx, arguments, read)


def ask(ctx: Context, kind: str, arguments: Json) -> int:
    """Ask for a file, to be sent where the person is talking now; give the number of the request."""
    if kind not in _makers:
        message = f"nobody makes {kind}"
        raise ValueError(message)
    where = ctx.address_id or ctx.session.scalar(_newest_address(ctx))
    if where is None:
        raise DomainError(_("There is no address to send a file to. Please write to me first."))
    new = insert(export).values(
        person_id=ctx.person.id,
        address_id=where,
        kind=kind,
        arguments=arguments,
        state="waiting",
        created_at=ctx.now,
    )
    number = int(ctx.session.scalar(new.returning(export.c.id)))
    audit.write(ctx, "export", f"export:{number}", {"kind": kind})
    return number


def state(ctx: Context, number: int) -> str:
    """How far a request of this person is: waiting, working, done, failed; failed where there is none."""
    query = select(export.c.state).where(export.c.id == number, export.c.person_id == ctx.person.id)
    return str(ctx.session.scalar(query) or "failed")


def result(ctx: Context, number: int) -> Json:
    """What was found while making a file for this person; None where nothing was kept."""
    query = select(export.c.result).where(export.c.id == number, export.c.person_id == ctx.person.id)
    return ctx.session.scalar(query)


def forget_result(ctx: Context, number: int) -> None:
    """Keep no longer what was found: it has been used."""
    mine = update(export).where(export.c.id == number, export.c.person_id == ctx.person.id)
    ctx.session.execute(mine.values(result=None))


def file_name(ctx: Context, sha256: str) -> tuple[str, str] | None:
    """The name and media type of a file that was made for this person, or None."""
    if not ctx.person.is_active:
        return None
    query = select(export.c.name, export.c.media_type).where(
        export.c.sha256 == sha256, export.c.person_id == ctx.person.id
    )
    row = ctx.session.first(query.limit(1))
    return (row.name, row.media_type) if row else None


def take_back(ctx: Context, person_id: int) -> None:
    """Let no file that was made for the person be opened any more: a role it was asked for with has ended.

    What was asked for and is not made yet asks for the rights by itself; their own data they may ask for again.
    """
    ctx.session.execute(
        update(export).where(export.c.person_id == person_id, export.c.state == "done").values(sha256="")
    )


def _newest_address(ctx: Context) -> Any:
    found = select(address.c.id).where(address.c.person_id == ctx.person.id, address.c.reachable)
    return found.order_by((address.c.channel == ctx.channel).desc(), address.c.id.desc()).limit(1)
