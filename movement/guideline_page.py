"""A guideline as words to read: the whole page for the command line, the short one for the chat.

Texts of the guideline are shown as they stand; the words around them are translated.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

from locales import N_, _
from movement import channel_names, deadlines
from movement.criteria import sheet
from movement.guideline_rules import AtEvent, InWindow
from movement.unit_kinds import kind_label
from movement.vietnamese_dates import show_date
from movement.vietnamese_numbers import show_number

if TYPE_CHECKING:
    from collections.abc import Iterator

    from movement.guideline import Guideline
    from movement.guideline_parts import Rule, SubjectKind
    from movement.guideline_rules import Criterion, Deadline

COMMON_YEAR = 2023  # where a rule names no year: without a 29 February, so the stricter day is shown
SHORT = 900  # characters: one message on every channel, with room for a heading

DOES = MappingProxyType(
    {
        "register": N_("Register"),
        "submit_list": N_("Send the list"),
        "report": N_("Report results"),
        "appraise": N_("Appraise"),
        "recognise": N_("Recognise"),
        "propose": N_("Propose"),
    },
)
REGISTRATION = MappingProxyType(
    {
        "required": N_("Registration is compulsory."),
        "criterion": N_("Registration earns points; it is one of the criteria."),
    },
)


def page(guideline: Guideline) -> str:
    """Everything an administrator wants to read, in sections; some 10,000 characters."""
    parts = (_head, _areas, _targets, _steps, _deadlines, _criteria, _recognition, _papers, _ambiguities)
    sections = ["\n".join(part(guideline)) for part in parts]
    return "\n\n".join(section for section in sections if section) + "\n"


def rules_in_short(guideline: Guideline, year: int, subject: SubjectKind | None = None) -> str:
    """The rules of one year in at most `SHORT` characters; what does not fit is left out from the end."""
    blocks = [guideline.title, *_short_deadlines(guideline, year), _short_areas(guideline)]
    blocks.append(_short_criteria(guideline, subject or guideline.subjects[0]))
    blocks += _short_targets(guideline, year)
    text = ""
    for block in blocks:
        longer = f"{text}\n{block}" if text else block
        text = longer if len(longer) <= SHORT else text
    return text[:SHORT]


def last_day_rule(deadline: Deadline) -> str:
    """The rule of a deadline without a year: “trước 01/10, ngày cuối còn hợp lệ 30/09”."""
    if isinstance(deadline.when, AtEvent):
        return _("on a day the officer enters ({event})").format(event=deadline.when.label)
    if isinstance(deadline.when, InWindow):
        return _("from {first} to {last}").format(first=_md(deadline.when.from_), last=_md(deadline.when.to))
    day, last = _md(deadline.when.md), deadlines.last_day(deadline, deadline.year or COMMON_YEAR)
    if deadline.bound == "on_or_before" or last is None:
        return _("on {day} at the latest, that day included").format(day=day)
    return _("before {day}, so on {last} at the latest").format(day=day, last=f"{last:%d/%m}")


def _head(guideline: Guideline) -> Iterator[str]:
    yield f"{guideline.title} [{guideline.id}]"
    yield _("Issued by: {name}").format(name=guideline.issuer.name)
    first, last = guideline.valid.from_, guideline.valid.to
    until = f"{last:%d/%m/%Y}" if last is not None else _("no end")
    yield _("In force: {first} – {last}").format(first=f"{first:%d/%m/%Y}", last=until)
    yield _("For: {kinds}").format(kinds=_kinds(guideline.audience.binds))
    yield from (_("Source: {title}").format(title=each.title) for each in guideline.sources)
    yield _(REGISTRATION[guideline.principles.registration])
    if guideline.principles.carry_over_counts:
        yield _("Initiatives continued from earlier years count.")
    else:
        yield _("Initiatives of earlier years do not count.")
    if guideline.principles.unplanned_exempt:
        yield _("Unplanned achievements need no registration.")
    endorsement = guideline.principles.endorsement
    if endorsement is not None:
        yield _("{by} confirms: {on}").format(by=endorsement.by, on=endorsement.on)


def _areas(guideline: Guideline) -> Iterator[str]:
    yield guideline.terms.area.upper()
    yield from (f"- {each.label} [{each.code}]{_clause(guideline, each)}" for each in guideline.areas.items)
    if guideline.areas.open:
        yield "- " + _("Officers may add others.")


def _targets(guideline: Guideline) -> Iterator[str]:
    expected = guideline.audience.expected_units
    if guideline.targets or guideline.mandated or expected:
        yield _("TARGETS")
    for target in guideline.targets:
        soft = "" if target.hard else " " + _("(to be striven for)")
        yield f"- {target.text}{soft}{_clause(guideline, target)}"
    for units in expected:
        words = _("{many} × {kind} are expected to register").format(many=units.count, kind=kind_label(units.kind))
        yield f"- {words}{_clause(guideline, units)}"
    for each in guideline.mandated:
        condition = f" ({each.condition})" if each.condition else ""
        yield "- " + _("Imposed: {name}").format(name=each.name) + condition + _clause(guideline, each)


def _steps(guideline: Guideline) -> Iterator[str]:
    if guideline.steps:
        yield _("STEPS")
    for number, each in enumerate(guideline.steps, 1):
        text = f": {each.text}" if each.text else ""
        yield f"{number}. {each.title}{text}{_clause(guideline, each)}"


def _deadlines(guideline: Guideline) -> Iterator[str]:
    yield _("DEADLINES")
    for each in guideline.deadlines:
        year = f" ({each.year})" if each.year is not None else ""
        yield f"- {_(DOES[each.does])}: {each.what}{year} – {last_day_rule(each)}{_clause(guideline, each)}"
        yield "  " + _("Who: {kinds}").format(kinds=_kinds(each.who))
        if each.to is not None:
            yield "  " + "; ".join(_way(guideline, each, each.to))


def _way(guideline: Guideline, deadline: Deadline, to: str) -> Iterator[str]:
    """To whom, through whom, on which form."""
    yield _("To: {unit}").format(unit=kind_label(to))
    if deadline.through is not None:
        yield _("through the {unit}").format(unit=kind_label(deadline.through))
    if deadline.then_to is not None:
        yield _("which reports to: {unit}").format(unit=kind_label(deadline.then_to))
    for form in guideline.forms:
        if form.id == deadline.form:
            yield _("on the form “{form}”").format(form=form.number or form.title)


def _criteria(guideline: Guideline) -> Iterator[str]:
    yield _("CRITERIA")
    if not guideline.criteria_sets:
        yield _("The criteria are to be issued later.")
    for each in guideline.criteria_sets:
        most = " " + _("({points} points)").format(points=show_number(each.max)) if each.max is not None else ""
        yield f"{each.number} {each.heading}{most}{_clause(guideline, each)}".strip()
        yield from (_criterion(item) for item in each.items)
    if guideline.scoring is not None:
        yield _pass_rule(guideline)


def _criterion(item: Criterion) -> str:
    most = f" [{show_number(item.max)}]" if item.max is not None else ""
    must = " " + _("(must have the maximum)") if item.must_max else ""
    return f"  {item.key}.{most} {item.text}{must}"


def _pass_rule(guideline: Guideline) -> str:
    scoring = guideline.scoring
    if scoring is None:
        return ""
    must = [item.key for item in sheet(guideline, guideline.subjects[0]).counted if item.must_max]
    mark, total = show_number(scoring.pass_mark), show_number(scoring.total)
    if not must:
        return _("Passes with {mark} of {total} points.").format(mark=mark, total=total)
    rule = _("Passes with {mark} of {total} points, if criteria {keys} have their maximum.")
    return rule.format(mark=mark, total=total, keys=", ".join(must))


def _recognition(guideline: Guideline) -> Iterator[str]:
    if guideline.recognition:
        yield _("RECOGNITION")
    for each in guideline.recognition:
        yield f"- {each.label}{_clause(guideline, each)}"
        yield "  " + _("Decides: {kinds}").format(kinds=_kinds(each.decides))
        if each.proposes:
            yield "  " + _("Proposes: {kinds}").format(kinds=_kinds(each.proposes))
        helping = tuple(kind for kind in (each.through, each.advises) if kind is not None)
        if helping:
            yield "  " + _("Through, or on the advice of: {kinds}").format(kinds=_kinds(helping))
        yield from (f"  {words}" for words in (each.scope, each.when, *each.requires, each.then) if words)


def _papers(guideline: Guideline) -> Iterator[str]:
    for dossier in guideline.dossiers:
        yield _("DOSSIER")
        for each in dossier.items:
            copies = " " + _("({copies} copies)").format(copies=each.copies) if each.copies else ""
            yield f"- {each.label}{copies}"
    if guideline.channels:
        yield _("Papers are sent: {ways}").format(ways=channel_names.label(guideline.channels))
    for form in guideline.forms:
        yield _("Form: {title}").format(title=f"{form.number} {form.title}".strip())


def _ambiguities(guideline: Guideline) -> Iterator[str]:
    if guideline.ambiguities:
        yield _("OPEN QUESTIONS AND WHAT IS TAKEN FOR NOW")
    for each in guideline.ambiguities:
        yield f"- {each.text}{_clause(guideline, each)}\n  → {each.default}"


def _short_deadlines(guideline: Guideline, year: int) -> Iterator[str]:
    for due in deadlines.of_year(guideline, year):
        if due.last_day is not None:
            yield "• " + _("{what}: last day {day}").format(what=due.deadline.what, day=show_date(due.last_day))


def _short_targets(guideline: Guideline, year: int) -> Iterator[str]:
    for each in guideline.targets:
        if each.min is not None and each.year in (None, year) and year <= (each.until or year):
            yield f"• {each.text[0].upper()}{each.text[1:]}"


def _short_areas(guideline: Guideline) -> str:
    labels = "; ".join(each.label for each in guideline.areas.items)
    return f"• {guideline.terms.area.capitalize()}: {labels}."


def _short_criteria(guideline: Guideline, subject: SubjectKind) -> str:
    filled = sheet(guideline, subject)
    if not filled.items:
        return "• " + _("The criteria are to be issued later.")
    if filled.counted:
        return "• " + _("{count} criteria. {rule}").format(count=len(filled.items), rule=_pass_rule(guideline))
    return "• " + _("{count} criteria, all must be met.").format(count=len(filled.items))


def _clause(guideline: Guideline, rule: Rule) -> str:
    titles = {each.key: each.title for each in guideline.sources}
    where = f"{titles[rule.source]}, {rule.clause}" if rule.source and len(titles) > 1 else rule.clause
    return f" [{where}]"


def _kinds(kinds: tuple[str, ...]) -> str:
    return ", ".join(_("whoever carries it out") if kind == "subject" else kind_label(kind) for kind in kinds)


def _md(md: str) -> str:
    month, _dash, day = md.partition("-")
    return _("the end of month {month}").format(month=int(month)) if day == "last" else f"{day}/{month}"
