"""The questions about an entry itself: shared by registering one and by reporting an unplanned achievement."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conversations.choices import Choice, YesNo
from conversations.engine.question import Change
from conversations.engine.screen import Option
from locales import _
from movement import access, entries, people, units
from movement.access import Thing
from movement.errors import DomainError

if TYPE_CHECKING:
    from conversations.engine.dialogue import Dialogue
    from conversations.engine.question import Again, Answered
    from conversations.engine.screen import Json, Reply
    from movement.context import Context
    from movement.cycles import Cycle
    from movement.entries import Entry
    from movement.guideline import Guideline
    from movement.guideline_parts import SubjectKind
    from movement.units import Unit


def labels(found: Entry) -> dict[str, str]:
    """The lines of a registration that can be changed, and of its report, by the names of their fields."""
    terms = found.guideline.terms
    shown = {
        "area": terms.area.capitalize(),
        "name": _("Name"),
        "place": terms.place.capitalize(),
        "lead": terms.lead.capitalize(),
        "scale": terms.scale.capitalize(),
    }
    return shown | ({"result": _("Results")} if found.reported_at else {})


def unit(d: Dialogue, ctx: Context) -> Unit:
    """The unit that registers: the person's own, or the one chosen among theirs."""
    own = [
        each for each in units.several(ctx, people.units_of(ctx)) if access.may(ctx, "register", Thing(each.path))
    ]
    if not own:
        raise DomainError(
            _("Your role does not register initiatives. Grassroots units do; see /tonghop for theirs.")
        )
    if len(own) == 1:
        return own[0]
    options = [Option(str(each.id), each.name) for each in own]
    chosen = d.ask("unit", Choice(_("Which unit registers it?"), options), _("Unit"))
    return next(each for each in own if str(each.id) == chosen)


def subject(d: Dialogue, held: Cycle) -> SubjectKind:
    """Whether a collective or an individual carries it out, in the guideline's words."""
    terms = held.guideline.terms
    labels = {"collective": terms.collective, "individual": terms.individual}
    options = [Option(kind, labels[kind].capitalize()) for kind in held.guideline.subjects]
    asked = Choice(_("Is it a collective's or an individual's?"), options)
    chosen = d.ask("subject", asked, terms.subject.capitalize())
    return "collective" if chosen == "collective" else "individual"


def area(d: Dialogue, guideline: Guideline) -> str:
    """The guideline's area it belongs to."""
    options = [Option(each.code, each.label) for each in guideline.areas.items]
    asked = Choice(_("Which {area} is it in?").format(area=guideline.terms.area), options)
    return d.ask("area", asked, guideline.terms.area.capitalize())


def distinct(d: Dialogue, ctx: Context, held: Cycle, home: Unit, given: str) -> str:
    """Give the name; one much like another of the unit and year is asked about once more."""
    like = entries.like(ctx, home, held.year, given)
    if like:
        text = _("Your unit has already registered “{like}” this year. Is this another one?").format(like=like)
        d.ask("another", _AnotherOne(text, _("Yes, another one"), _("No, change the name")))
    return given


class _AnotherOne(YesNo):
    """No leads back to the name."""

    __slots__ = ()

    def receive(self, draft: Json, reply: Reply) -> Answered[str] | Again | Change:  # type: ignore[override]  # a question may give Change
        result = super().receive(draft, reply)
        return Change("name") if getattr(result, "value", "") == "no" else result
