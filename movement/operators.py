"""Whoever works at the command line: nobody in the tree, with an administrator's rights over all of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from movement.access import Held
from movement.context import Context, Person

if TYPE_CHECKING:
    import datetime as dt

    from storage.session import Session

NOBODY = Person(0, "", "vi", "")


def operator(session: Session, now: dt.datetime, zone: dt.tzinfo) -> Context:
    """The context of a command: every path begins with "/", so the one role reaches everywhere."""
    everywhere = (Held("admin", 0, "/"),)
    return Context(session, NOBODY, now, now.astimezone(zone).date(), "command", zone, memo={"roles": everywhere})
