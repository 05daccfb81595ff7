"""The engine's own texts, and the words that stand for its controls."""

from __future__ import annotations

from functools import cache, partial
from typing import TYPE_CHECKING

from conversations.engine.memory import Words
from locales import N_, _, speaking
from movement.matching import command_words, fold

if TYPE_CHECKING:
    from collections.abc import Callable

    from movement.context import Context

LONGEST_KEPT = 24  # characters of an answer that a button shows

# What may be typed for each control, in the person's language, split by ";".
_CONTROLS = {
    "~back": N_("back;go back"),
    "~cancel": N_("cancel;stop;quit"),
    "~later": N_("later;pause;keep for later"),
    "~skip": N_("skip;none"),
    "~done": N_("done;finished"),
    "~keep": N_("keep;unchanged"),
    "~confirm": N_("confirm;send;correct"),
    "~more": N_("next page;more"),
    "~previous": N_("previous page"),
    "~all": N_("show all;all"),
}

_UNSUPPORTED = {
    "sticker": N_("This step cannot use stickers. Please answer in words, or choose below."),
    "voice": N_("This step cannot use voice messages. Please write the answer in words."),
    "location": N_("This step cannot use a location. Please write the place in words."),
    "contact": N_("This step cannot use a contact card. Please write the answer in words."),
    "video": N_("Videos cannot be kept yet. Please send photos or a document instead."),
    "other": N_("This kind of message cannot be used here. Please answer in words, or choose below."),
}


def when_frugal(ctx: Context) -> Callable[[str], str] | None:
    """What finds a control in words, where several things are asked in one message; else None."""
    return words(ctx.person.locale).control if ctx.frugal else None


@cache
def words(locale: str) -> Words:
    """The engine's texts in this language."""
    with speaking(locale):
        spoken = {
            form: control
            for control, phrases in _CONTROLS.items()
            for phrase in _(phrases).split(";")
            for form in (*command_words(phrase), fold(phrase))
        }
        unsupported = {kind: _(text) for kind, text in _UNSUPPORTED.items()}
        return Words(
            back=_("Back"),
            cancel=_("Cancel"),
            keep=partial(_keep, _("Keep: {answer}")),
            confirm=_("Send"),
            outdated=_("That button belongs to an earlier question. Here is where we are now:"),
            not_taken=_("That could not be used as an answer here. Please choose or write once more."),
            way_out=_("To stop, send “cancel”; to change the answer before, send “back”. For help: /trogiup"),
            which_to_change=_("To change a line, choose its number."),
            unsupported=lambda kind: unsupported.get(kind, unsupported["other"]),
            no_files=_("This question needs an answer in words. To send photos or files use /minhchung."),
            control=lambda text: next((spoken[form] for form in command_words(text) if form in spoken), ""),
        )


def _keep(text: str, answer: str) -> str:
    shown = answer if len(answer) <= LONGEST_KEPT else answer[: LONGEST_KEPT - 1].rstrip() + "…"
    return text.format(answer=shown)
