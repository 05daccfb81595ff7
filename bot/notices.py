"""What one person's act makes others know: a screen for each of their addresses, in their own language."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from conversations.engine.screen import Option, Screen
from locales import _, speaking
from movement import addresses, notices, people_data
from movement.addresses import chosen
from storage.people_tables import address, conversation, person

if TYPE_CHECKING:
    from collections.abc import Container, Iterator, Sequence

    from movement.context import Context
    from movement.notices import Notice


def addressed(ctx: Context, stored: Container[str]) -> Iterator[tuple[Any, dict[str, Any]]]:
    """The addresses at which this turn tells people something, each with the payload of its outbox row.

    No statement where there is nothing to tell. The conversation is locked, so that rows of one address become
    visible in the order of their ids: an open page asks for what is above the last one it has.
    """
    told = notices.of(ctx)
    if not told:
        return
    columns = [address.c[name] for name in ("id", "person_id", "channel", "account", "chat")]
    more = (person.c.locale, person.c.preferred_channel, people_data.may_be_written_to().label("willing"))
    query = (
        select(*columns, *more, addresses.last_answer().label("used"))
        .join(person, person.c.id == address.c.person_id)
        .join(conversation, conversation.c.person_id == person.c.id)
        .where(address.c.person_id.in_({each.person_id for each in told}), address.c.reachable)
        .order_by(address.c.id)
        .with_for_update(of=conversation)
    )
    found = ctx.session.rows(query)
    at = ctx.now.astimezone(ctx.zone).isoformat(timespec="seconds")
    for each in told:
        theirs = [row for row in found if row.person_id == each.person_id and (row.willing or each.is_answer)]
        for row in _others(theirs, each.not_at) if each.not_at else chosen(theirs, stored):
            screen = shown(each, row.locale).to_json()
            yield row, {**screen, "at": at} if row.channel in stored else payload(each, screen, row.locale, at)


def _others(theirs: Sequence[Any], not_at: int) -> list[Any]:
    return [row for row in theirs if row.id != not_at]


def payload(each: Notice, screen: dict[str, Any], locale: str, at: str) -> dict[str, Any]:
    """What the sender is given; of a letter also its day, and when it was written."""
    given: dict[str, Any] = {"screen": screen} if locale == "vi" else {"screen": screen, "locale": locale}
    return given | ({"letter": {"on": each.letter_on.isoformat(), "at": at}} if each.letter_on else {})


def shown(each: Notice, locale: str) -> Screen:
    """The notice in the reader's language.

    Its button has no number: numbers count for the last question or list, and this is neither.
    """
    with speaking(locale):
        ways = [(_(label), command) for command, label in ((each.command, each.label), *each.more)]
        text = "\n".join([each.text(), *(f"{label}: {command}" for label, command in ways)])
        keys = ("see", "second", "third", "fourth", "fifth")
        return Screen(
            text, options=tuple(Option(key, *way[:1], tap=way[1]) for key, way in zip(keys, ways, strict=False))
        )
