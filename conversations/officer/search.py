"""/timkiem: entries found by a few words, with or without accents; “tìm …” typed does the same."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from conversations.engine.screen import Screen
from conversations.menu import menu
from conversations.registry import command
from locales import N_, _, ngettext
from movement import entry_search, transitions
from movement.matching import fold
from movement.vietnamese_numbers import show_number

if TYPE_CHECKING:
    from movement.context import Context
    from movement.entries import Entry
    from movement.entry_search import Asked, Found

MOST_KEPT: Final = 45  # letters of the words in a button, which has room for 64 bytes
_PAGED: Final = re.compile(r"\+(\d{1,4})\s+(.*)", re.ASCII | re.DOTALL)


@command(
    command="timkiem",
    title=N_("Find an initiative"),
    words=N_("search;find;look up;find an initiative"),
    listed=True,
)
def show(ctx: Context, arguments: str) -> Screen:
    """`/timkiem [+page] words`: one page of what they find; a number opens one."""
    paged = _PAGED.fullmatch(arguments)
    page, words = (max(1, int(paged[1])), paged[2]) if paged else (1, arguments)
    found = entry_search.find(ctx, words, page)
    if found.asked.is_empty:
        return Screen(_how(), title=_("Find an initiative"), options=menu((_("Home"), "/start")))
    if not found.entries:
        return _nothing(found, words)
    first = (page - 1) * entry_search.PAGE
    lines = [_narrowed(found.asked)]
    if found.many > entry_search.PAGE:
        text = _("({first}–{last} of {many})")
        lines.append(text.format(first=first + 1, last=first + len(found.entries), many=show_number(found.many)))
    lines.append(_("Choose one to open it, or write other words."))
    options = [_line(each) for each in found.entries]
    kept = fold(words)[:MOST_KEPT].rstrip()
    if found.many > first + entry_search.PAGE:
        options.append((_("Next page"), f"/timkiem +{page + 1} {kept}", ""))
    if page > 1:
        options.append((_("Previous page"), f"/timkiem +{page - 1} {kept}", ""))
    many = ngettext("{many} initiative", "{many} initiatives", found.many).format(many=show_number(found.many))
    title = _("Search “{words}”: {many}").format(words=words.strip()[:60], many=many)
    text = "\n".join(line for line in lines if line)
    return Screen(text, title=title, options=menu(*options, *_elsewhere(found.asked)))


def _nothing(found: Found, words: str) -> Screen:
    lines = [
        _("No initiative among those you may see has “{words}”.").format(words=words.strip()[:60]),
        _narrowed(found.asked),
        _("Please write fewer words, or only how they begin."),
    ]
    return Screen("\n".join(line for line in lines if line), options=menu(*_elsewhere(found.asked)))


def _how() -> str:
    return _(
        "Write “find” and a few words: of the name, the place, who leads it, the unit, the area, the year or the"
        " state. Accents are not needed.\nFor example: find garment workshop 2026"
    )


def _narrowed(asked: Asked) -> str:
    """What of the words is not looked for in texts, but narrows the search."""
    parts = [_("year {year}").format(year=year) for year in asked.years]
    parts += [_("area “{area}”").format(area=asked.area)] if asked.area else []
    parts += [_("state “{state}”").format(state=transitions.label(asked.state))] if asked.state else []
    return _("Only: {what}").format(what=", ".join(parts)) if parts else ""


def _line(each: Entry) -> tuple[str, str, str]:
    return each.name, f"/mohinh {each.number}", f"{each.unit_name}, {each.year}, {transitions.label(each.state)}"


def _elsewhere(asked: Asked) -> list[tuple[str, str]]:
    """The units that the same words may mean, and home."""
    words = " ".join(asked.words)[:MOST_KEPT]
    units = [(_("Units with these words"), f"/donvi {words}")] if words and not words.isdecimal() else []
    return [*units, (_("Home"), "/start")]
