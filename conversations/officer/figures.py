"""How the figures of a summary are called, and the menu of the lists behind them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from locales import N_, _, ngettext
from movement.vietnamese_numbers import show_number

if TYPE_CHECKING:
    from collections.abc import Mapping

    from movement.summary import Figure, Figures

FIGURES: Final[Mapping[Figure, str]] = {
    "registered": N_("registered"),
    "unplanned": N_("of these unplanned achievements"),
    "confirmed": N_("confirmed"),
    "reported": N_("reported"),
    "unreported": N_("not reported yet"),
    "scored": N_("self-scored"),
    "passed": N_("pass by own score"),
    "reached": N_("units that reached their target"),
    "missing": N_("units below their target"),
    "unregistered": N_("units without any registration"),
}
_RARE: Final = frozenset({"unplanned"})  # not said where there are none
_ENTRIES: Final = ("registered", "unplanned", "confirmed", "reported", "unreported", "scored", "passed")


def label(what: Figure) -> str:
    """What a figure is called, as the beginning of a line."""
    text = _(FIGURES[what])
    return text[:1].upper() + text[1:]


def lines(figures: Figures, *, only_entries: bool = False) -> list[str]:
    """Every figure with its name, one a line; without those of units where none were counted."""
    return [f"{label(what)}: {show_number(many)}" for what, many in shown(figures, only_entries=only_entries)]


def shown(figures: Figures, *, only_entries: bool = False) -> list[tuple[Figure, int]]:
    """The figures that are said, in their order."""
    all_of_them = [(what, getattr(figures, what)) for what in FIGURES]
    return [
        (what, many)
        for what, many in all_of_them
        if (many or what not in _RARE) and (what in _ENTRIES or not only_entries)
    ]


def one_line(figures: Figures) -> str:
    """The figures of a branch or of a slice in one line."""
    text = _("{registered} registered, {reported} reported, {passed} pass")
    line = text.format(
        registered=show_number(figures.registered),
        reported=show_number(figures.reported),
        passed=show_number(figures.passed),
    )
    if figures.missing:
        missing = ngettext("{many} unit below target", "{many} units below target", figures.missing)
        line += "; " + missing.format(many=show_number(figures.missing))
    return line


def compared(total: Figures, before: Figures, year: int) -> str:
    """What has changed since the whole year before; nothing where that year has nothing."""
    if not before.registered:
        return ""
    return _("Against all of {year}: registered {registered}, reported {reported}, pass {passed}").format(
        year=year - 1,
        registered=_change(total.registered - before.registered),
        reported=_change(total.reported - before.reported),
        passed=_change(total.passed - before.passed),
    )


def _change(many: int) -> str:
    """A difference with its sign: +3, −2, 0."""
    sign = {True: "+", False: "−"}[many > 0] if many else ""
    return f"{sign}{show_number(abs(many))}"
