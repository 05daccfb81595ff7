"""Makes the files that people asked for, one after the other, and queues each for the address it goes to.

A file is made in a reader's snapshot, so that no turn waits for it, and by another process, so that none is slowed
down by it; what a dead process had begun is begun again.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import structlog
from sqlalchemy import bindparam, insert, select, update

from conversations.engine.screen import FileRef, Screen
from locales import _, speaking
from movement import exports
from movement.context import Context, Person
from movement.errors import DomainError
from storage.channel_tables import export, outbox
from storage.people_tables import address, conversation, person

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable

    from bot.export_process import ExportProcess
    from bot.inbox import Desk
    from bot.outbox import Outbox
    from bot.pages import Pages
    from movement.exports import Made
    from storage.database import Database
    from storage.files import FileStore
    from storage.session import Session

LOOK_EVERY = 1.0  # seconds between looks for a request

_log = structlog.get_logger()

_live = export.c.state.in_(["waiting", "working"])
_next = (
    select(
        export.c.id, export.c.person_id, export.c.address_id, export.c.kind, export.c.arguments, address.c.channel,
        address.c.chat, person.c.name, person.c.locale, person.c.consent_version, person.c.deactivated_at,
    )
    .join(address, address.c.id == export.c.address_id)
    .join(person, person.c.id == export.c.person_id)
    .where(export.c.state == "waiting")
    .order_by(export.c.id)
    .limit(1)
    .with_for_update(of=export, skip_locked=True)
)  # fmt: skip
_mark = update(export).where(export.c.id == bindparam("row"))
_lock = select(conversation.c.person_id).where(conversation.c.person_id == bindparam("id")).with_for_update()


@dataclass(frozen=True, slots=True)
class Failed:
    """A file that was not made: what the person is told, and whether that is our fault."""

    sentence: str
    is_ours: bool


def is_asked(session: Session) -> list[int | None]:
    """The processes that work on a request; None stands for one that nobody has taken."""
    return list(session.execute(select(export.c.owner).where(_live).distinct()).scalars())


def claim(session: Session, process: int, dead: list[int]) -> Any:
    """Take the oldest request, be it one that a dead process had begun; None where there is none."""
    if dead:
        session.execute(update(export).where(_live, export.c.owner.in_(dead)).values(state="waiting", owner=None))
    row = session.first(_next)
    if row is not None:
        session.execute(_mark.values(state="working", owner=process), {"row": row.id})
    return row


def make(session: Session, row: Any, desk: Desk, now: dt.datetime, read: exports.ReadFile) -> Made | Failed:
    """Make the file in the name of whoever asked."""
    who = Person(row.person_id, row.name, row.locale, row.consent_version, row.deactivated_at is None)
    ctx = Context(
        session,
        who,
        now,
        now.astimezone(desk.zone).date(),
        row.channel,
        desk.zone,
        public_url=desk.public_url,
        address_id=row.address_id,
        controller=desk.controller,
        ways_in=desk.ways_in,
    )
    with speaking(row.locale):
        try:
            return exports.make(ctx, row.kind, row.arguments, read)
        except DomainError as refusal:
            return Failed(str(refusal), is_ours=False)


def deliver(
    session: Session, row: Any, desk: Desk, now: dt.datetime, made: FileRef | Failed, result: Any = None
) -> int:
    """Write down how it ended and queue the file, or why there is none; give the number of the message."""
    values: dict[str, Any] = {"state": "failed", "owner": None, "done_at": now}
    if isinstance(made, FileRef):
        values |= {"state": "done", "sha256": made.sha256, "name": made.name}
        values |= {"media_type": made.media_type, "size": made.size, "result": result}
    session.execute(_mark.values(**values), {"row": row.id})
    session.execute(_lock, {"id": row.person_id})  # so that rows of one address show up in the order of their ids
    with speaking(row.locale):
        screen = _screen(made).to_json()
    stored = row.channel in desk.stored
    at = now.astimezone(desk.zone).isoformat(timespec="seconds")
    payload = {**screen, "at": at} if stored else {"screen": screen, "locale": row.locale}
    new = insert(outbox).values(
        address_id=row.address_id, kind="notice", payload=payload, state="sent" if stored else "waiting",
        due_at=now, created_at=now,
    )  # fmt: skip
    return int(session.scalar(new.returning(outbox.c.id)))


def _screen(made: FileRef | Failed) -> Screen:
    if isinstance(made, Failed):
        return Screen(made.sentence)
    return Screen(_("Here is the file you asked for: {name}.").format(name=made.name), files=(made,))


class Exporter:
    """Has files made one at a time, by a process of its own where it is given one."""

    def __init__(
        self,
        database: Database,
        store: FileStore,
        outbox: Outbox,
        pages: Pages,
        desk: Desk,
        now: Callable[[], dt.datetime],
    ) -> None:
        self.process: ExportProcess | None = None  # that makes files; without one they are made here
        self._database, self._store, self._outbox, self._pages = database, store, outbox, pages
        self._desk, self._now = desk, now

    async def run(self) -> None:
        """Make what is asked for, until cancelled."""
        while True:
            try:
                worked = await self.make_one()
            except Exception as error:  # the database may be away, the disk be full
                _log.warning("export_failed", error=type(error).__name__)
                worked = False
            if not worked:
                if self.process is not None:
                    await self.process.rest()
                await asyncio.sleep(LOOK_EVERY)

    async def stop(self) -> None:
        """End the process that makes files, if there is one."""
        if self.process is not None:
            await self.process.stop()

    async def make_one(self) -> bool:
        """Make the oldest file asked for; give whether there was one."""
        owners = await self._database.read(is_asked)
        dead = [each for each in owners if each is not None and not await self._database.is_alive(each)]
        if None not in owners and not dead:
            return False
        row = await self._database.write(claim, self._database.process, dead)
        if row is None:
            return False
        made, result = await self._made(row)
        number = await self._database.write(deliver, row, self._desk, self._now(), made, result)
        if row.channel in self._desk.stored:
            self._pages.wake(row.chat, number)
            self._database.wake()
        else:
            self._outbox.look()
        return True

    async def _made(self, row: Any) -> tuple[FileRef | Failed, Any]:
        """The file in our store, or why there is none; and what was found while making it."""
        try:
            if self.process is not None:
                return await self.process.make(row, self._now())
            made = await self._database.read(make, row, self._desk, self._now(), self._store.read)
            if isinstance(made, Failed):
                return made, None
            sha256 = await asyncio.to_thread(self._store.put, made.data)
        except Exception:  # a bug in a maker, or a full disk: the next request goes on
            _log.exception("file_not_made", kind=row.kind)
            with speaking(row.locale):
                sentence = _("The file could not be made. The mistake is ours and was noted.")
                return Failed(sentence, is_ours=True), None
        return FileRef(sha256, made.name, made.media_type, len(made.data)), made.result
