"""The chart as a picture for a phone. Its figures are the business of `movement/chart.py`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from locales import _
from movement import chart, exports
from movement.exports import Made
from movement.forms import files
from movement.vietnamese_dates import show_day
from movement.vietnamese_numbers import show_number

if TYPE_CHECKING:
    import datetime as dt

    from movement.chart import Chart
    from movement.context import Context
    from movement.exports import ReadFile

CHART: Final = "chart"  # {unit, year}
MEDIA_TYPE: Final = "image/png"


@exports.maker(CHART)
def make(ctx: Context, arguments: Any, _read: ReadFile) -> Made:
    """The picture; raise DomainError where the person may not summarise the unit."""
    found = chart.of_unit(ctx, arguments["unit"], arguments["year"])
    name = files.slug(_("Chart"), found.unit_name, found.year)
    return Made(f"{name}.png", MEDIA_TYPE, draw(found, ctx.today))


def draw(found: Chart, day: dt.date) -> bytes:
    """The picture as PNG, in the reader's language."""
    from movement.forms import typeset  # few turns need it

    data = {
        "title": _("Registrations and targets {year}").format(year=found.year),
        "unit": found.unit_name,
        "needed": found.needed,
        "percent": min(100, found.percent),
        "targets": targets_line(found),
        "by_area": _("By area: {many} initiatives").format(many=show_number(found.registered)),
        "registered": _("registered").capitalize(),
        "reported": _("reported").capitalize(),
        "day": _("As of {day}").format(day=show_day(day)),
        "bars": [{"label": e.label, "registered": e.registered, "reported": e.reported} for e in found.bars],
    }
    return typeset.png("chart.typ", data)


def targets_line(found: Chart) -> str:
    """How far the targets are reached, in words."""
    return _("Targets: {reached}/{needed} initiatives ({percent} %)").format(
        reached=show_number(found.reached), needed=show_number(found.needed), percent=found.percent
    )
