"""A poster for a unit: one A4 page with a large QR code, three steps, the code and the other ways in."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any, Final

import segno

from locales import _
from movement import exports, join_codes, join_papers, role_names, units, ways_in
from movement.exports import Made
from movement.forms import typeset
from movement.vietnamese_dates import show_date

if TYPE_CHECKING:
    from movement.context import Context
    from movement.exports import Json, ReadFile
    from movement.join_codes import Invitation

POSTER: Final = "join_poster"
_TEMPLATE: Final = "poster.typ"


@exports.maker(POSTER)
def _made(ctx: Context, arguments: Json, read: ReadFile) -> Made:  # noqa: ARG001 - every maker takes a reader
    code, invited = join_papers.in_force(ctx, arguments)
    name = _("Poster {unit}").format(unit=invited.unit_name)[:100]
    return Made(f"{name}.pdf", "application/pdf", page(ctx, code, invited))


def page(ctx: Context, code: str, invited: Invitation) -> bytes:
    """The poster as a PDF."""
    return typeset.pdf(_TEMPLATE, _data(ctx, code, invited))


def _data(ctx: Context, code: str, invited: Invitation) -> dict[str, Any]:
    first = ways_in.web(ctx.public_url)
    return {
        "title": _("“Dân vận khéo” assistant"),
        "above": _above(ctx, invited.unit_id),
        "unit": invited.unit_name,
        "lead": _("Register, prove, score and report on your phone"),
        "qr": _svg(first.with_code(code)),
        "link": first.with_code(code).partition("://")[2],
        "code_label": _("Join code"),
        "code": join_codes.spelled(code),
        "steps": [
            _("Open the camera of your phone, point it at the square above and tap the link that appears."),
            _("Read what is kept about you, choose “I agree” and write your full name."),
            _("Choose “Register an initiative” and answer the questions. You can stop and go on at any time."),
        ],
        "ways": [
            {"name": way.name, "qr": _svg(way.with_code(code)), "text": _how(takes_code=way.takes_code)}
            for way in ctx.ways_in()[: ways_in.MOST_PRINTED]
        ],
        "foot": _foot(ctx, invited),
    }


def _above(ctx: Context, unit_id: int) -> str:
    home = units.get(ctx, unit_id)
    parent = units.get(ctx, home.parent_id) if home and home.parent_id else None
    return parent.name if parent else ""


def _how(*, takes_code: bool) -> str:
    return _("Scan this code to come in.") if takes_code else _("Scan this code, then write the join code.")


def _foot(ctx: Context, invited: Invitation) -> str:
    role = _("Role: {role}").format(role=role_names.label(invited.role))
    until = invited.expires_at
    last = _("good to {day}").format(day=show_date(until.astimezone(ctx.zone).date())) if until else ""
    return " · ".join(part for part in (role, last, _("Questions? Ask your union officer")) if part)


def _svg(text: str) -> str:
    """A QR code as a drawing, without its quiet zone, which the page leaves around it."""
    buffer = io.BytesIO()
    segno.make(text, error="m", micro=False).save(buffer, kind="svg", border=0, scale=4, xmldecl=False)
    return buffer.getvalue().decode()
