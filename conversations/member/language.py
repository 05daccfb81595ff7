"""/ngonngu: the language of the talk."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conversations.choices import Choice
from conversations.engine.screen import Option
from conversations.menu import menu
from conversations.registry import dialogue
from locales import N_, _, speaking
from movement import people

if TYPE_CHECKING:
    from conversations.engine.dialogue import Dialogue
    from movement.context import Context


@dialogue(command="ngonngu", title=N_("Language"), words=N_("language"), needs="nothing")
def language(d: Dialogue, ctx: Context) -> None:
    """Choose Vietnamese or English."""
    options = [Option("vi", "Tiếng Việt"), Option("en", "English")]
    chosen = d.ask("locale", Choice(_("Which language shall we use?"), options))
    d.once("speak", people.speak, ctx, chosen)
    with speaking(chosen):
        d.say(_("From now on we use this language."), offers=menu((_("Home"), "/start")))
