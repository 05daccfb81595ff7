"""/nhanrong: read recognised initiatives of others in the federation, and begin one's own from them."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from conversations.choices import Search
from conversations.engine.screen import Option
from conversations.menu import menu
from conversations.registry import dialogue
from locales import N_, _
from movement import sharing

if TYPE_CHECKING:
    from conversations.engine.dialogue import Dialogue
    from movement.context import Context
    from movement.sharing import Shared


@dialogue(
    command="nhanrong",
    title=N_("Initiatives to follow"),
    words=N_("initiatives to follow;good examples;replicate"),
    arguments=("number",),
)
def follow(d: Dialogue, ctx: Context) -> None:
    """Find one by a few words, read it, and be led to begin from it."""
    named = sharing.find(ctx, str(d.given("number", "")))
    if named is None and not sharing.search(ctx):
        text = _("No initiative has been shared in your federation yet; officers share recognised ones.")
        d.say(text, offers=menu((_("Register an initiative"), "/dangky"), (_("Home"), "/start")))
        return
    if named is None:
        text = _("Which one do you want to read? Choose one, or write a few words of its name or unit.")
        nothing = _("No shared initiative matches “{text}”. Please write one or two other words.")
        chosen = d.ask("which", Search(text, partial(_find, ctx), partial(_get, ctx), nothing=nothing))
        named = sharing.find(ctx, chosen)
    if named is None:
        d.say(_("It is no longer shared."), offers=menu((_("Initiatives to follow"), "/nhanrong")))
        return
    offers = menu(
        (_("Begin from this one"), f"/dangky {named.number}"),
        (_("Another one"), "/nhanrong"),
        (_("Home"), "/start"),
    )
    d.say("\n".join(lines(named)), offers=offers)


def lines(shared: Shared) -> list[str]:
    """What others may read of it."""
    told = [
        (_("Unit"), f"{shared.unit_name}, {shared.year}"),
        (_("Place"), shared.place),
        (_("Scale"), shared.scale),
        (_("Results"), shared.result),
    ]
    return [shared.name, *(f"{label}: {value}" for label, value in told if value)]


def _find(ctx: Context, words: str) -> list[Option]:
    return [_option(each) for each in sharing.search(ctx, words)]


def _get(ctx: Context, key: str) -> Option | None:
    found = sharing.find(ctx, key)
    return _option(found) if found else None


def _option(shared: Shared) -> Option:
    return Option(shared.number, shared.name, hint=f"{shared.unit_name}, {shared.year}")
