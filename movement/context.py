"""Who is asking, when and through what: the first argument of every service."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from movement.controller import Controller
from movement.ways_out import only_web

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Mapping

    from movement.ways_in import WayIn
    from movement.ways_out import WayOut
    from storage.session import Session


@dataclass(frozen=True, slots=True)
class Person:
    """The person who speaks, on whatever channel."""

    id: int
    name: str
    locale: str
    consent_version: str
    is_active: bool = True  # a locked account has no rights


def nowhere() -> tuple[WayIn, ...]:
    """No platform but the web page."""
    return ()


@dataclass(frozen=True, slots=True)
class Context:
    """One unit of work on behalf of one person. `today` is the day in the deployment's time zone."""

    session: Session
    person: Person
    now: dt.datetime  # aware, UTC
    today: dt.date
    channel: str
    zone: dt.tzinfo
    open_joining: bool = False  # people may choose their unit without a code, as in the demo
    public_url: str = ""  # where people reach this deployment, without a slash at the end
    address_id: int = 0  # where the person is talking; 0: nowhere, as on the command line
    controller: Controller = field(default_factory=Controller)  # who answers for the data
    frugal: bool = False  # messages are counted there, and there are no buttons: ask several things in one
    memo: dict[str, Any] = field(default_factory=dict)  # what was read in this unit of work already
    by: Person | None = None  # the officer who writes down what `person` says, where that is another one
    ways_in: Callable[[], tuple[WayIn, ...]] = nowhere  # the platforms people may come in by, besides the web page
    ways_out: Mapping[str, WayOut] = field(default_factory=only_web)  # what writing first costs
