"""One message, one transaction: claim it, know the person, answer, keep the memory, queue the screens."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from sqlalchemy import bindparam, case, exists, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite

from bot import groups, notices, platform_events, reach, refused, router, typed
from bot.fallbacks import apologised, locked
from bot.live_rows import is_live, is_sending, is_waiting
from bot.payloads import payloads
from bot.state import State
from locales import speaking
from movement import merging, quota, refusals, upload_links, views
from movement.context import Context, Person, nowhere
from movement.controller import Controller
from movement.ways_out import only_web
from storage.channel_tables import inbox, outbox
from storage.people_tables import address, conversation, person

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Mapping

    from bot.channels.base import Inbound
    from conversations.engine.screen import Reply, Screen
    from movement.errors import DomainError
    from movement.ways_in import WayIn
    from movement.ways_out import WayOut
    from storage.session import Session

FAILURES_BEFORE_PARKING = 3

_claims = {
    name: dialect.insert(inbox).on_conflict_do_nothing().returning(inbox.c.id)
    for name, dialect in (("sqlite", sqlite), ("postgresql", postgresql))
}
_others = outbox.alias("others")
_is_not_ours = _others.c.owner != bindparam("process")
_recognise = (
    select(
        address.c.id.label("address_id"),
        address.c.person_id,
        address.c.reachable,
        address.c.last,
        person.c.name,
        person.c.locale,
        person.c.consent_version,
        person.c.deactivated_at,
        conversation.c.memory,
        conversation.c.updated_at,
        exists()
        .where(
            _others.c.address_id == address.c.id,
            is_live(_others),
            # Only what turns of this process queued is surely in the hands of its sender, in this order.
            # It passes what nobody waits for, unless another process is about to send that.
            case(
                (_others.c.kind == "answer", is_waiting(_others) | _is_not_ours | (_others.c.attempts > 0)),
                else_=is_sending(_others) & _is_not_ours,
            ),
        )
        .label("busy"),
    )
    .join(person, person.c.id == address.c.person_id)
    .join(conversation, conversation.c.person_id == person.c.id)
    .where(
        address.c.channel == bindparam("channel"),
        address.c.account == bindparam("account"),
        address.c.chat == bindparam("chat"),
    )
    .with_for_update(of=conversation)  # one message of one person at a time, whichever process took it
)
_remember = (
    update(conversation)
    .where(conversation.c.person_id == bindparam("id"))
    .values(memory=bindparam("state"), updated_at=bindparam("now"))
)
_queue = insert(outbox).returning(outbox.c.id)


@dataclass(frozen=True, slots=True)
class Desk:
    """What a turn must know of the deployment."""

    process: int
    zone: dt.tzinfo
    locale: str = "vi"  # of people who have not chosen
    open_joining: bool = False
    public_url: str = ""
    is_local: bool = False  # that address opens on this machine only
    controller: Controller = field(default_factory=Controller)
    frugal: frozenset[str] = frozenset()  # channels whose messages are counted and have no buttons
    stored: frozenset[str] = frozenset({"web"})  # channels whose messages are delivered by being stored
    ways_in: Callable[[], tuple[WayIn, ...]] = nowhere  # the platforms people may come in by, besides the web page
    ways_out: Mapping[str, WayOut] = field(default_factory=only_web)  # what writing first costs on a channel


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A row of the outbox, as its sender needs it."""

    id: int
    address_id: int
    channel: str
    account: str
    chat: str
    kind: str
    payload: dict[str, Any]
    attempts: int = 0
    created_at: dt.datetime | None = None  # None: just now
    gathered: tuple[int, ...] = ()  # further rows that are sent with it, as one message


@dataclass(frozen=True, slots=True)
class Taken:
    """What a turn left to be sent by this process. `repeated`: the message had been taken before."""

    outgoing: tuple[Outgoing, ...] = ()
    repeated: bool = False
    notices: tuple[Outgoing, ...] = ()  # to other people; whichever process is free sends them


def take_turn(session: Session, desk: Desk, inbound: Inbound, reply: Reply, now: dt.datetime) -> Taken:
    """Take one message wholly, or not at all; a message seen before does nothing."""

    def respond(ctx: Context, state: State) -> Screen:
        if inbound.event:
            return platform_events.answer(ctx, state, inbound)
        return groups.answer(ctx, reply) if inbound.group else router.answer(ctx, state, reply)

    return _turn(session, desk, inbound, now, respond, reply)


def explain(session: Session, desk: Desk, inbound: Inbound, refusal: DomainError, now: dt.datetime) -> Taken:
    """Answer a message that a rule refused: the reason, and the same question, unless that is refused as well."""

    def refuse(ctx: Context, state: State) -> Screen:
        refusals.keep(ctx, refusal)
        return refused.answer(ctx, state, str(refusal))

    return _turn(session, desk, inbound, now, refuse)


def apologise(session: Session, desk: Desk, inbound: Inbound, now: dt.datetime) -> Taken:
    """Answer a message that failed on our side; after three in a row the dialogue is parked."""

    def apology(ctx: Context, state: State) -> Screen:
        state.failures += 1
        if state.failures >= FAILURES_BEFORE_PARKING or not state.is_open:
            parked = state.is_open
            state.failures = 0
            router.park(state)
            screen = apologised(None, parked=parked)
            router.offer(state, screen)
            return screen
        return apologised(router.resume(ctx, state), parked=False)

    return _turn(session, desk, inbound, now, apology)


def apologise_only(session: Session, desk: Desk, inbound: Inbound, now: dt.datetime) -> Taken:
    """Answer where even showing the question again failed: park it, and say so."""

    def apology(_ctx: Context, state: State) -> Screen:
        router.park(state)
        screen = apologised(None, parked=True)
        router.offer(state, screen)
        return screen

    return _turn(session, desk, inbound, now, apology)


def _turn(
    session: Session,
    desk: Desk,
    inbound: Inbound,
    now: dt.datetime,
    respond: Callable[[Context, State], Screen],
    echo: Reply | None = None,
) -> Taken:
    if not _claim(session, inbound, now):
        return Taken(repeated=True)
    if inbound.upload_link:
        upload_links.use_up(session, inbound.upload_link, now)
    known = _known(session, desk, inbound, now)
    if not reach.goes_on(session, known, inbound, now):
        return Taken()
    is_active = known.deactivated_at is None
    who = Person(known.person_id, known.name, known.locale, known.consent_version, is_active)
    local = now.astimezone(desk.zone)
    ctx = Context(
        session,
        who,
        now,
        local.date(),
        inbound.channel,
        desk.zone,
        desk.open_joining,
        desk.public_url,
        known.address_id,
        desk.controller,
        frugal=inbound.channel in desk.frugal,
        ways_in=desk.ways_in,
        ways_out=desk.ways_out,
    )
    state = State.from_json(known.memory)
    failures, state.is_stale = state.failures, typed.is_stale(state, known.address_id, known.updated_at, now)
    with speaking(who.locale):
        screen = respond(ctx, state) if is_active else locked()
    state.failures = 0 if state.failures == failures else state.failures
    views.keep(ctx)
    state.at = known.address_id
    session.execute(_remember, {"id": merging.speaker(ctx).id, "state": state.to_json(), "now": now})
    taken = _queued(session, desk, inbound, known, payloads(ctx, desk, inbound, known, screen, echo), now)
    others = told(ctx, desk)
    return replace(taken, notices=others) if others else taken


def told(ctx: Context, desk: Desk, kind: str = "notice") -> tuple[Outgoing, ...]:
    """Queue what others are to be told of this turn; a "reminder" that may have arrived is not sent again."""
    rows = []
    for where, payload in notices.addressed(ctx, desk.stored):
        state = "sent" if where.channel in desk.stored else "waiting"
        values = {"address_id": where.id, "kind": kind, "payload": payload, "state": state, "owner": None}
        # Where messages are counted, it waits a little for more to be told at once.
        due_at = ctx.now + quota.GATHERED_FOR if quota.limit_of((where.channel, where.account)) else ctx.now
        number = ctx.session.scalar(_queue, {**values, "due_at": due_at, "created_at": ctx.now})
        rows.append(Outgoing(number, where.id, where.channel, where.account, where.chat, kind, payload))
    return tuple(rows)


def _claim(session: Session, inbound: Inbound, now: dt.datetime) -> bool:
    values = {"channel": inbound.channel, "account": inbound.account, "external_id": inbound.external_id}
    return session.first(_claims[session.connection.dialect.name], {**values, "received_at": now}) is not None


def _known(session: Session, desk: Desk, inbound: Inbound, now: dt.datetime) -> Any:
    where: dict[str, Any] = {"channel": inbound.channel, "account": inbound.account, "chat": inbound.chat}
    where["process"] = desk.process
    # Whoever was made one with somebody else while we waited for the lock is seen by a second look only.
    row = session.first(_recognise, where) or session.first(_recognise, where)
    if row is not None:
        return row
    new = insert(person).values(created_at=now, locale=desk.locale).returning(person.c.id)
    person_id = session.scalar(new)
    session.execute(
        insert(address).values(
            person_id=person_id,
            channel=inbound.channel,
            account=inbound.account,
            chat=inbound.chat,
            is_group=inbound.group,
            created_at=now,
        ),
    )
    session.execute(insert(conversation).values(person_id=person_id, memory={}, updated_at=now))
    row = session.first(_recognise, where)
    assert row is not None  # noqa: S101 - it was just written
    return row


def _queued(
    session: Session,
    desk: Desk,
    inbound: Inbound,
    known: Any,
    payloads: list[tuple[str, dict[str, Any]]],
    now: dt.datetime,
) -> Taken:
    """Write the rows: already ours to send, unless older ones of this address still wait."""
    stored = inbound.channel in desk.stored
    state = "sent" if stored else "waiting" if known.busy else "sending"
    values = [
        {
            "address_id": known.address_id,
            "kind": kind,
            "payload": payload,
            "state": state,
            "owner": desk.process if state == "sending" else None,
            "due_at": now,
            "created_at": now,
        }
        for kind, payload in payloads
    ]
    ids = [session.scalar(_queue, each) for each in values]
    if state == "waiting":
        return Taken()
    return Taken(
        tuple(
            Outgoing(number, known.address_id, inbound.channel, inbound.account, inbound.chat, kind, payload)
            for number, (kind, payload) in zip(ids, payloads, strict=True)
        ),
    )
