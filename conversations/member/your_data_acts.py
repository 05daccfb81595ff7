"""What a person does about their own data: correct it, get a copy, withdraw consent, ask for the rest."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from conversations.choices import Choice, YesNo
from conversations.engine.screen import Option
from conversations.member.first_contact import LONGEST_NAME, looks_like_a_name
from conversations.menu import menu
from conversations.phone import Phone
from conversations.questions import Optionally, Text
from conversations.registry import dialogue
from locales import N_, _
from movement import exports, my_data, my_data_copy, people, people_data
from movement.vietnamese_dates import show_date

if TYPE_CHECKING:
    from conversations.engine.dialogue import Dialogue
    from movement.context import Context

LONGEST_NOTE = 500


@dialogue(
    command="suadulieu",
    title=N_("Correct my data"),
    words=N_("correct my data;change my name;my phone number"),
    needs="consent",
)
def correct(d: Dialogue, ctx: Context) -> None:
    """The name and the phone number at once; anything else is asked of the data officer."""
    fields = (
        Option("name", _("My name")),
        Option("phone", _("My phone number")),
        Option("other", _("Something else")),
    )
    match d.ask("field", Choice(_("What is to be corrected?"), fields)):
        case "name":
            name = d.ask("name", Text(_("What is your full name?"), LONGEST_NAME, check=looks_like_a_name))
            d.once("rename", people_data.rename, ctx, name)
            d.say(_("✅ Your name is now: {name}.").format(name=name), offers=_back())
        case "phone":
            text = _("What is your phone number? It is kept encrypted; officers of your unit may call you.")
            number = d.ask("phone", Phone(text, is_kept=bool(my_data.kept(ctx).phone)))
            d.once("keep", people_data.keep_phone, ctx, number)
            d.say(
                _("✅ Your phone number is kept.") if number else _("✅ Your number was deleted."), offers=_back()
            )
        case _other:
            note = d.ask("note", Text(_("What is wrong, and how should it be?"), LONGEST_NOTE), _("Request"))
            asked = d.once("request", people_data.request, ctx, "correct", note)
            _asked(d, "correct", asked)


@dialogue(
    command="bansao",
    title=N_("A copy of my data"),
    words=N_("copy of my data;download my data"),
    needs="nothing",
)
def copy(d: Dialogue, ctx: Context) -> None:
    """One ZIP file with everything, sent where it was asked for."""
    text = _("The copy holds all that is kept of you, with your files, as one ZIP file. Make it?")
    if ctx.controller.is_abroad(ctx.channel):
        warning = _(
            "Sent here it goes through servers outside Viet Nam; you can ask for it on the web page instead."
        )
        text = f"{text}\n{warning}"
    if d.ask("sure", YesNo(text)) != "yes":
        d.say(_("Nothing was made."), offers=_back())
        return
    d.once("ask", exports.ask, ctx, my_data_copy.KIND, {})
    d.say(_("The copy is being made and is sent here in a moment."), offers=_back())


@dialogue(
    command="rutdongy",
    title=N_("Withdraw consent"),
    words=N_("withdraw consent;withdraw my consent"),
    needs="nothing",
)
def withdraw(d: Dialogue, ctx: Context) -> None:
    """Say what follows, and do it at once."""
    if not people.has_consented(ctx):
        d.say(_("You have not given your consent, so there is nothing to withdraw."), offers=_back())
        return
    text = _(
        "If you withdraw your consent:\n"
        "• nothing is asked of you or sent to you any more, but answers to what you write;\n"
        "• what you have begun and not sent is deleted;\n"
        "• initiatives, evidence and scores that you sent stay as papers of your unit: what was done before stays"
        " valid. To have your data deleted, ask for it afterwards: /quyendulieu\n\n"
        "Withdraw it?"
    )
    if d.ask("sure", YesNo(text, _("Withdraw consent"), _("Keep it as it is"))) != "yes":
        d.say(_("Your consent stays as it is."), offers=_back())
        return
    d.once("withdraw", people_data.withdraw, ctx, text)
    again = menu((_("The rules in short"), "/huongdan"), (_("Deadlines"), "/hanchot"), (_("My data"), "/dulieu"))
    d.say(
        _("✅ Your consent is withdrawn. You can read the rules and deadlines, and join again at any time."),
        offers=again,
    )


@dialogue(
    command="quyendulieu",
    title=N_("Requests about my data"),
    words=N_("delete my data;restrict my data;object;delete me"),
    needs="nothing",
    arguments=("kind",),
)
def ask(d: Dialogue, ctx: Context) -> None:
    """Ask the data officer to delete, restrict, or stop using what is kept."""
    d.expect(3)
    kinds = (
        Option("delete", _("Delete my data"), _("name, phone, messages, what was not recognised; within 20 days")),
        Option("restrict", _("Restrict the use"), _("it stays, and nothing is sent to you; within 15 days")),
        Option("object", _("Object to the use"), _("you say to what, and why; within 15 days")),
    )
    kind = d.ask("kind", Choice(_("What do you ask for?"), kinds), _("Request"))
    if people_data.is_open(ctx, kind):
        d.say(_("You have asked for this already, and it is being looked after."), offers=_back())
        return
    if kind == "delete":
        d.say(
            _(
                "Recognised initiatives and their evidence stay without your name, as the archive rules demand;"
                " so do initiatives of the collective, unless the data officer deletes them."
            )
        )
    note = d.ask("note", Optionally(Text(_("Anything to add? You can skip this."), LONGEST_NOTE)), _("Note"))
    d.review("check", _("Please check what will be sent:"))
    _asked(d, kind, d.once("request", people_data.request, ctx, kind, note or ""))


@dialogue(command="chophep", title=N_("Let me be written to again"), needs="nothing")
def allow(d: Dialogue, ctx: Context) -> None:
    """Lift a restriction that the person had asked for."""
    d.once("lift", people_data.lift, ctx)
    d.say(_("✅ You are told of deadlines and decisions again."), offers=_back())


def _asked(d: Dialogue, kind: str, asked: dict[str, str]) -> None:
    text = _("✅ Sent to the data officer: {kind}. A first answer comes by {answer_by}; it is done by {due_on}.")
    days = {name: show_date(dt.date.fromisoformat(asked[name])) for name in ("answer_by", "due_on")}
    d.say(text.format(kind=people_data.label(kind), **days), offers=_back())


def _back() -> tuple[Option, ...]:
    return menu((_("My data"), "/dulieu"), (_("Home"), "/start"))
