"""A dry run as words to read: who would pass, fail, be late or miss a target, by name and reason.

What would change stands first in each section, behind a “+”.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from locales import N_, _
from movement.guideline_rules import Target
from movement.reasons import reason_text
from movement.unit_kinds import kind_label
from movement.vietnamese_dates import show_day
from movement.vietnamese_numbers import show_number

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from movement.dry_run import DryRun, Judged, Late, Tried
    from movement.targets import Standing

MOST_REASONS = 5
LATE = {
    "register": N_("registered on {came}, last day {last}"),
    "report": N_("reported on {came}, last day {last}"),
}


def page(tried: DryRun) -> str:
    """The whole report; its length grows with the entries of the cycle."""
    sections = [_head(tried), *(list(section(tried)) for section in _SECTIONS)]
    return "\n\n".join("\n".join(section) for section in sections if section) + "\n"


def _head(tried: DryRun) -> list[str]:
    held = tried.held
    where = _("On {year} of {unit} (cycle {number}, which goes by {code}): {many} initiatives.").format(
        year=held.year, unit=tried.unit.name, number=held.id, code=held.guideline.id, many=len(tried.entries)
    )
    return [
        _("Tried: {title} [{code}]").format(title=tried.guideline.title, code=tried.guideline.id),
        where,
        _("Nothing has been changed. A “+” marks what would be different."),
    ]


def _passing(tried: DryRun) -> Iterator[str]:
    found = [each for each in tried.entries if _passes(each.after)]
    yield from _section(
        _("WOULD PASS"), [(not _passes(each.before), _named(each) + _points(each)) for each in found]
    )


def _failing(tried: DryRun) -> Iterator[str]:
    found = [each for each in tried.entries if each.after.verdict is not None and not _passes(each.after)]
    lines = [(_passes(each.before), f"{_named(each)}{_points(each)}: {_reasons(each)}") for each in found]
    yield from _section(_("WOULD NOT PASS"), lines)


def _unscored(tried: DryRun) -> Iterator[str]:
    found = [each for each in tried.entries if each.after.verdict is None]
    lines = [(each.before.verdict is not None, _named(each)) for each in found]
    yield from _section(_("WITHOUT A VERDICT (not scored by any of its criteria)"), lines)


def _late(tried: DryRun) -> Iterator[str]:
    lines = [
        (late.does not in {each.does for each in one.before.late}, f"{_named(one)}: {_lateness(late)}")
        for one in tried.entries
        for late in one.after.late
    ]
    yield from _section(_("WOULD BE LATE"), lines)


def _no_longer_late(tried: DryRun) -> Iterator[str]:
    lines = [
        (True, f"{_named(one)}: {_lateness(late)}")
        for one in tried.entries
        for late in one.before.late
        if late.does not in {each.does for each in one.after.late}
    ]
    yield from _section(_("NO LONGER LATE"), lines)


def _missing(tried: DryRun) -> Iterator[str]:
    short = {_of(each) for each in tried.before if each.missing}
    found = [(_of(each) not in short, each) for each in tried.after if each.missing]
    yield from _by_target(_("WOULD MISS A TARGET"), found)


def _no_longer_missing(tried: DryRun) -> Iterator[str]:
    short = {_of(each) for each in tried.after if each.missing}
    found = [(True, each) for each in tried.before if each.missing and _of(each) not in short]
    yield from _by_target(_("NO LONGER MISSES A TARGET"), found)


def _by_target(heading: str, found: list[tuple[bool, Standing]]) -> Iterator[str]:
    """A section for each target, whose words are long."""
    for words in dict.fromkeys(_target(each) for _different, each in found):
        lines = [
            (is_different, f"{each.unit.name}: {each.reached}/{each.need}")
            for is_different, each in found
            if _target(each) == words
        ]
        yield from _section(f"{heading} ({words})", lines)


def _unfit(tried: DryRun) -> Iterator[str]:
    lines = [(True, f"{_named(each)}: {'; '.join(each.unfit)}") for each in tried.entries if each.unfit]
    yield from _section(_("NOT KNOWN TO THIS GUIDELINE"), lines)


_SECTIONS: tuple[Callable[[DryRun], Iterator[str]], ...] = (
    _passing,
    _failing,
    _unscored,
    _late,
    _no_longer_late,
    _missing,
    _no_longer_missing,
    _unfit,
)


def _section(heading: str, lines: list[tuple[bool, str]]) -> Iterator[str]:
    """A heading with figures, then what is different, then the rest; nothing where there are no lines."""
    if not lines:
        return
    different = [line for is_different, line in lines if is_different]
    figures = _("{many}, of them {different} different").format(many=len(lines), different=len(different))
    yield f"{heading}: {figures}"
    yield from (f"+ {line}" for line in different)
    yield from (f"  {line}" for is_different, line in lines if not is_different)


def _passes(judged: Judged) -> bool:
    return judged.verdict is not None and judged.verdict.passes


def _named(tried: Tried) -> str:
    return f"{tried.entry.number} “{tried.entry.name}” · {tried.entry.unit_name}"


def _points(tried: Tried) -> str:
    verdict = tried.after.verdict
    if verdict is None or not verdict.total:
        return ""
    return " " + _("({points} points)").format(points=show_number(verdict.total))


def _reasons(tried: Tried) -> str:
    reasons = [reason_text(each) for each in tried.after.verdict.reasons] if tried.after.verdict else []
    told = "; ".join(reasons[:MOST_REASONS])
    if len(reasons) <= MOST_REASONS:
        return told
    return told + "; " + _("and {more} more reasons").format(more=len(reasons) - MOST_REASONS)


def _lateness(late: Late) -> str:
    return _(LATE[late.does]).format(came=show_day(late.came), last=show_day(late.last_day))


def _of(standing: Standing) -> tuple[int, str]:
    rule = standing.rule
    return standing.unit.id, rule.id if isinstance(rule, Target) else rule.kind


def _target(standing: Standing) -> str:
    rule = standing.rule
    words = rule.text.rstrip(".") if isinstance(rule, Target) else kind_label(rule.kind)
    return words if standing.is_hard else words + " " + _("(to be striven for)")
