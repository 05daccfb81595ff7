"""Pictures for a join code: a QR code for each way in that takes one along.

They are asked for while the code is still known, and made a moment later; in between the code is kept sealed.
"""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Final

import segno

from locales import _
from movement import exports, join_codes, ways_in
from movement.errors import DomainError
from movement.exports import Made
from storage import sealed

if TYPE_CHECKING:
    from movement.context import Context
    from movement.exports import Json, ReadFile
    from movement.ways_in import WayIn

QR: Final = "join_qr"
_PIXELS: Final = 12  # of one module: some 500 pixels in all, sharp on paper at 5 cm


def every_way(ctx: Context) -> tuple[WayIn, ...]:
    """The web page first, then the platforms."""
    return (ways_in.web(ctx.public_url), *ctx.ways_in())


def ways_with(ctx: Context, code: str) -> list[str]:
    """A line for each way in, with the code where it can be brought along."""
    links = [(way, f"{way.name}: {way.with_code(code)}") for way in every_way(ctx)]
    return [link if way.takes_code else _("{link} (then write the code)").format(link=link) for way, link in links]


def ask_for_pictures(ctx: Context, code: str) -> None:
    """Ask for a QR picture of each way in that takes the code along."""
    for way in every_way(ctx):
        if way.takes_code:
            exports.ask(ctx, QR, {"code": sealed.seal(code), "way": way.name})


def ask_for_one(ctx: Context, kind: str, code: str) -> None:
    """Ask for one paper that shows the code."""
    exports.ask(ctx, kind, {"code": sealed.seal(code)})


@exports.maker(QR)
def _picture(ctx: Context, arguments: Json, read: ReadFile) -> Made:  # noqa: ARG001 - every maker takes a reader
    code, invited = in_force(ctx, arguments)
    way = next((each for each in every_way(ctx) if each.name == arguments["way"]), ways_in.web(ctx.public_url))
    name = f"QR {way.name} {invited.unit_name}"[:100]
    return Made(f"{name}.png", "image/png", qr_png(way.with_code(code)))


def in_force(ctx: Context, arguments: Json) -> tuple[str, join_codes.Invitation]:
    """The code that was asked for and what it opens; raise DomainError where it opens nothing any more."""
    code = sealed.unseal(arguments["code"])
    invited = join_codes.invitation(ctx, code)
    if invited is None:
        raise DomainError(_("This code is not valid any more. Please ask your union officer for a new one."))
    return code, invited


def qr_png(text: str) -> bytes:
    """A QR code, with its quiet zone of four modules (ISO/IEC 18004)."""
    buffer = io.BytesIO()
    segno.make(text, error="m", micro=False).save(buffer, kind="png", scale=_PIXELS, border=4)
    return buffer.getvalue()
