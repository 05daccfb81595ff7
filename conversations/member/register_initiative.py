"""/dangky: register an initiative, new or continued from last year."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conversations.choices import Choice
from conversations.engine.screen import Option
from conversations.member import fields
from conversations.member.description import description
from conversations.menu import menu
from conversations.questions import Date, Optionally
from conversations.registry import dialogue
from conversations.time_left import until
from locales import N_, _
from movement import access, cycles, entries, sharing, targets
from movement.access import Thing
from movement.entries import EntryDraft
from movement.vietnamese_dates import show_date, show_time

if TYPE_CHECKING:
    from conversations.engine.dialogue import Dialogue
    from conversations.engine.screen import Json
    from movement.context import Context
    from movement.cycles import Cycle
    from movement.entries import Sibling
    from movement.guideline_rules import Mandated
    from movement.units import Unit


@dialogue(
    command="dangky",
    title=N_("Register an initiative"),
    words=N_("register;register an initiative;new initiative"),
    listed=True,
    arguments=("source",),
)
def register_initiative(d: Dialogue, ctx: Context) -> None:
    """Register an initiative under the guideline in force for the person's unit."""
    d.expect(9)
    unit = fields.unit(d, ctx)
    held = cycles.to_register(ctx, unit)
    d.say(_headline(ctx, held, unit))
    before, imposed = _origin(d, ctx, held, unit)
    source = sharing.find(ctx, str(d.given("source", "")))
    like = before or source
    if source:
        d.say(_("You begin from “{name}” of {unit}.").format(name=source.name, unit=source.unit_name))
    d.expect(8)
    subject = fields.subject(d, held)
    area = fields.area(d, held.guideline)
    first_day = Optionally(Date(_("On which day does it start?"), ctx.today, prefer=held.year))
    likely = {"lead": unit.name, "place": before.place if before else ""}
    if like:
        likely |= {"name": like.name, "scale": like.scale}
    said = description(d, ctx, likely, first_day, is_named=imposed is not None)
    name = imposed.name if imposed else fields.distinct(d, ctx, held, unit, said.ask("name"))
    place, lead, scale, starts = (said.ask(key) for key in ("place", "lead", "scale", "starts"))
    d.review("check", _("Please check what will be sent:"))
    mandate = imposed.id if imposed else before.mandate if before else ""
    kept = (held.id, unit.id, subject, area, name, place, lead, scale, starts, before.id if before else None)
    draft = EntryDraft(*kept, mandate, source.initiative_id if source and not before else None)
    sent = d.once("submit", entries.submit, ctx, draft)
    _done(d, ctx, held, sent)


def _headline(ctx: Context, held: Cycle, unit: Unit) -> str:
    """The year, the unit and how much time is left."""
    lines = [_("Registration for {year} · {unit}.").format(year=held.year, unit=unit.name)]
    last = cycles.last_day(held, "register", unit.kind)
    if last is not None:
        late = _("The last day was {day}: it will be taken and marked late.").format(day=show_date(last))
        lines.append(until(last, ctx.today) or late)
    return "\n".join(lines)


def _origin(d: Dialogue, ctx: Context, held: Cycle, unit: Unit) -> tuple[Sibling | None, Mandated | None]:
    """Last year's entry that is continued, or what the level above imposed; neither for the unit's own new one."""
    known = entries.siblings(ctx, unit, held.year)
    taken = {each.continues_id for each in known}
    begun = {each.mandate for each in known if each.year == held.year and each.state != "withdrawn"}
    before = [
        each
        for each in known
        if each.year < held.year and each.id not in taken and each.state != "withdrawn"
        if access.may(ctx, "see", Thing(unit.path, each.author_id))
    ]
    imposed = [each for each in targets.imposed(held, unit.kind, ctx.today) if each.id not in begun]
    if not before and not imposed:
        return None, None
    options = [Option("new", _("A new initiative"))]
    options += [Option(str(each.id), _("Continue: {name}").format(name=each.name)) for each in before]
    options += [Option(_key(each), _("Imposed: {name}").format(name=each.name)) for each in imposed]
    text = _("Is it new, or continued from {year}?").format(year=held.year - 1)
    if imposed:
        text = _("Is it new, continued from {year}, or imposed by the level above?").format(year=held.year - 1)
    chosen = d.ask("origin", Choice(text, options), _("New or continued"))
    return (
        next((each for each in before if str(each.id) == chosen), None),
        next((each for each in imposed if _key(each) == chosen), None),
    )


def _key(imposed: Mandated) -> str:
    return f"imposed-{imposed.id}"


def _done(d: Dialogue, ctx: Context, held: Cycle, sent: dict[str, Json]) -> None:
    """The receipt, and what comes next."""
    at = show_time(ctx.now, ctx.zone)
    lines = [_("✅ Registered. Number: {number}, {at}.").format(number=sent["number"], at=at)]
    if sent["is_late"]:
        lines.append(_("It came after the last day and is marked late; the level above decides on it."))
    report = cycles.last_day(held, "report")
    if report is not None:
        lines.append(
            _("Next: carry it out, send evidence, and report results by {day}.").format(day=show_date(report))
        )
    offers = menu(
        (_("Send evidence"), f"/minhchung {sent['number']}"),
        (_("See its state"), f"/trangthai {sent['number']}"),
        (_("Register another"), "/dangky"),
    )
    d.say("\n".join(lines), offers=offers)
