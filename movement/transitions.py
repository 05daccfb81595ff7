"""The states of an entry and the one table of how it moves between them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from locales import N_, _
from movement.errors import DomainError

if TYPE_CHECKING:
    from collections.abc import Mapping

STATES: Final[Mapping[str, str]] = {
    "submitted": N_("registered, waiting to be confirmed"),
    "returned": N_("returned to be completed"),
    "confirmed": N_("confirmed, being carried out"),
    "reported": N_("results reported"),
    "self_scored": N_("self-scored"),
    "endorsed": N_("endorsed by the party committee"),
    "appraised": N_("appraised"),
    "proposed": N_("proposed for recognition"),
    "recognised": N_("recognised"),
    "not_recognised": N_("not recognised this year"),
    "withdrawn": N_("withdrawn"),
    "lapsed": N_("not carried out"),
}

_OPEN = ("submitted", "returned", "confirmed", "reported", "self_scored")

# act: the states it may begin in, and the state it leads to (None: the same)
_MOVES: Final[Mapping[str, tuple[tuple[str, ...], Mapping[str, str]]]] = {
    "prove": (_OPEN, {}),
    "score": (_OPEN, {"reported": "self_scored"}),
    "report": (_OPEN, {"submitted": "reported", "confirmed": "reported", "returned": "returned"}),
}


def label(state: str) -> str:
    """What a state is called."""
    return _(STATES[state])


def after(state: str, act: str) -> str:
    """The state that the act leads to; raise DomainError where it is not possible in this one."""
    sources, leads = _MOVES[act]
    if state not in sources:
        raise DomainError(closed(state))
    return leads.get(state, state)


def closed(state: str) -> str:
    """Why nothing more can be sent for an entry in this state."""
    text = _("This initiative is “{state}”: nothing more can be sent for it. Use /trangthai to see it.")
    return text.format(state=label(state))


def is_open(state: str) -> bool:
    """Whether its people can still send something for it."""
    return state in _OPEN


def changed_meanwhile() -> DomainError:
    """Somebody else changed the same thing at the same moment."""
    return DomainError(_("Somebody else has just changed this initiative. Please look at it again: /trangthai"))
