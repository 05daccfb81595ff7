"""/bieudo: registrations against targets, by area: in words at once, and as a picture in a moment."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from conversations.menu import menu
from conversations.officer.summary import own_root
from conversations.registry import dialogue
from locales import N_, _
from movement import chart, exports
from movement.forms import chart_picture
from movement.vietnamese_numbers import show_number

if TYPE_CHECKING:
    from conversations.engine.dialogue import Dialogue
    from movement.chart import Chart
    from movement.context import Context


YEARS = re.compile(r"20\d\d")


@dialogue(
    command="bieudo",
    title=N_("Chart"),
    words=N_("chart;graph;diagram"),
    arguments=("unit", "year"),
)
def show(d: Dialogue, ctx: Context) -> None:
    """`/bieudo [unit [year]]`: the first of the person's own units where none is named, this year."""
    unit, year = str(d.given("unit", "")), str(d.given("year", ""))
    unit_id = int(unit) if unit.isdecimal() else own_root(ctx)
    found = chart.of_unit(ctx, unit_id, int(year) if YEARS.fullmatch(year) else ctx.today.year)
    d.once("ask", exports.ask, ctx, chart_picture.CHART, {"unit": unit_id, "year": found.year})
    summary = (_("Summary per unit"), f"/tonghop {unit_id} {found.year}")
    d.say("\n".join(_table(found)), offers=menu(summary, (_("Home"), "/start")))


def _table(found: Chart) -> list[str]:
    """The chart as a table in words, one line each, as a screen reader reads it."""
    lines = [_("Chart {year} · {unit}").format(year=found.year, unit=found.unit_name)]
    if found.needed:
        lines.append(chart_picture.targets_line(found))
    lines.append(_("By area: {many} initiatives").format(many=show_number(found.registered)))
    text = _("• {area}: {registered} registered, {reported} reported")
    lines += [text.format(area=e.label, registered=e.registered, reported=e.reported) for e in found.bars]
    return [*lines, "", _("The same as a picture follows in a moment.")]
