"""Makers of forms as files; each asks for the rights itself. Forms are in Vietnamese, whoever asks for them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from locales import speaking
from movement import exports
from movement.forms import files, rollup, rollup_page

if TYPE_CHECKING:
    from movement.context import Context
    from movement.exports import Made, ReadFile


ROLLUP: Final = "rollup"


@exports.maker(ROLLUP)
def make_rollup(ctx: Context, arguments: Any, _read: ReadFile) -> Made:
    """The roll-up {purpose: register | results, unit, year, format} of a subtree.

    Raise DomainError where the person may not summarise the unit, or there is nothing.
    """
    found = rollup.read(ctx, arguments["unit"], arguments["year"], arguments["purpose"])
    with speaking("vi"):
        page = rollup_page.page(found)
        return files.made(page, arguments["format"], found.form.number or found.form.id, found.home, found.year)
