"""The states of an entry and the one table of how it moves between them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from locales import N_, _
from movement.course import Course
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
_DECIDED = ("proposed", "recognised", "not_recognised")  # by one level; another may still
_ANY_COURSE = Course()

# act: the states it may begin in, and the state it leads to (none: the same)
_MOVES: Final[Mapping[str, tuple[tuple[str, ...], Mapping[str, str]]]] = {
    "prove": (_OPEN, {}),
    "score": ((*_OPEN, "endorsed"), {"reported": "self_scored"}),
    "report": (_OPEN, {"submitted": "reported", "confirmed": "reported"}),
    "confirm": (("submitted",), {"submitted": "confirmed"}),
    "return": (
        ("submitted", "confirmed", "reported", "self_scored", "endorsed"),
        dict.fromkeys(("submitted", "confirmed", "reported", "self_scored", "endorsed"), "returned"),
    ),
    "mend": (("returned",), {}),  # where it goes back to depends on how far it had come
    "endorse": (("reported", "self_scored"), {"reported": "endorsed", "self_scored": "endorsed"}),
    "refuse": (("reported", "self_scored"), {"reported": "returned", "self_scored": "returned"}),
    "appraise": (
        ("self_scored", "endorsed", "appraised"),
        {"self_scored": "appraised", "endorsed": "appraised"},
    ),
    "propose": (
        ("reported", "endorsed", "appraised", *_DECIDED),
        dict.fromkeys(("reported", "endorsed", "appraised", *_DECIDED), "proposed"),
    ),
    "recognise": (("reported", "endorsed", "appraised", *_DECIDED), {}),  # what all levels said together
}


def open_states() -> tuple[str, ...]:
    """The states in which the author still has something to do."""
    return _OPEN


def label(state: str) -> str:
    """What a state is called."""
    return _(STATES[state])


def after(state: str, act: str, course: Course = _ANY_COURSE) -> str:
    """The state that the act leads to; raise DomainError where it is not possible in this one."""
    if reason := against(state, act, course):
        raise DomainError(reason)
    return _MOVES[act][1].get(state, state)


def against(state: str, act: str, course: Course = _ANY_COURSE) -> str:
    """Why the act is not possible in this state on this course; nothing where it is."""
    if act in {"endorse", "refuse"} and not course.is_endorsed:
        return _("This guideline asks for no confirmation by the party committee.")
    if act in {"score", "appraise"} and not course.is_scored:
        return _("This guideline has no criteria yet: the issuer will send them, so nothing is scored.")
    if act == "appraise" and course.is_endorsed and state == "self_scored":
        return _("The party committee has to confirm the report first: /xacnhan")
    if act in {"propose", "recognise"} and state not in {course.last, *_DECIDED}:
        text = _("This initiative is “{state}”. Before that it must be “{needed}”.")
        return text.format(state=label(state), needed=label(course.last))
    if state in _MOVES[act][0]:
        return ""
    return closed(state) if act in {"prove", "score", "report"} else _not_now(state)


def sources(act: str, course: Course = _ANY_COURSE) -> tuple[str, ...]:
    """The states in which the act is possible on this course."""
    return tuple(state for state in STATES if not against(state, act, course))


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


def _not_now(state: str) -> str:
    text = _("This initiative is “{state}”: this step cannot be taken now. Use /trangthai to see it.")
    return text.format(state=label(state))
