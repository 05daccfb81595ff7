"""Consent to the keeping of personal data, asked before the first personal field and again for a newer text.

Source: Law 91/2025/QH15 and Decree 356/2025/NĐ-CP: clear, provable, bound to a purpose; silence is not consent.
A change of these texts that changes what is agreed to takes a new `people.CONSENT_VERSION`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from conversations.choices import Choice
from conversations.engine.screen import Option
from conversations.menu import menu
from locales import _
from movement import people

if TYPE_CHECKING:
    from conversations.engine.dialogue import Dialogue
    from movement.context import Context
    from movement.controller import Controller

_ASKED = f"consent-{people.CONSENT_VERSION}"  # a newer text is a question of its own


def given(d: Dialogue, ctx: Context) -> bool:
    """Whether the person agrees to the text in force; refusing says what can still be done."""
    if people.has_consented(ctx):
        return True
    text = _short(ctx)
    answers = [Option("yes", _("I agree")), Option("no", _("I do not agree"))]
    answer = d.ask(_ASKED, Choice(text, [*answers, Option("details", _("Read the details"))]))
    if answer == "details":
        details = _details(ctx.controller)
        answer, text = d.ask(f"{_ASKED}-details", Choice(details, answers)), f"{text}\n\n{details}"
    if answer == "yes":
        d.once(_ASKED, people.consent, ctx, text)
        return True
    _say_what_is_left(d, ctx)
    return False


def _say_what_is_left(d: Dialogue, ctx: Context) -> None:
    """What somebody who does not agree can still do; of one known already, that nothing more is done with it."""
    text = _(
        "Understood: neither your name nor your unit is kept. You can still read the rules and the deadlines."
    )
    mine = []
    if people.name(ctx):
        text = _(
            "Understood: nothing more is done with your data. You can still read the rules and the deadlines."
        )
        mine = [(_("My data"), "/dulieu")]
    rules, due = (_("The rules in short"), "/huongdan"), (_("Deadlines"), "/hanchot")
    d.say(text, offers=menu(rules, due, *mine, (_("Join"), "/batdau")))


def was_all_that_lacked(d: Dialogue, ctx: Context) -> bool:
    """Whether somebody known already was only asked for consent: to a newer text, or after withdrawing it."""
    then = d.given("then", "")
    is_asked_to_join = d.given("code", "") or not then
    return not is_asked_to_join and bool(people.name(ctx) and people.units_of(ctx))


def _short(ctx: Context) -> str:
    lead = _("Hello. I am the “Dân vận khéo” assistant of {body}.")
    if ctx.person.consent_version:
        lead = _(
            "What the “Dân vận khéo” assistant of {body} tells about your data has changed; please read it again."
        )
    return "\n\n".join(
        (
            lead.format(body=ctx.controller.name or _("the trade union")),
            _(
                "To register and follow initiatives I keep: your full name, your unit, your phone number (if you"
                " like), your account on this channel and what you send. Officers of your unit and of the levels"
                " above can see it. You can see, correct, copy or have it deleted, and withdraw your consent, at"
                " any time: “My data” (/dulieu)."
            ),
            _("Do you agree?"),
        ),
    )


def _details(controller: Controller) -> str:
    where = _("The messages, the web page and its files stay on this server.")
    if controller.abroad:
        where = _(
            "{platforms} keeps its messages on servers outside Viet Nam; the web page and its files stay here."
        )
    return "\n".join(
        (
            _(
                "Purpose: to register, follow, appraise and recognise initiatives, and to write the reports the"
                " guideline asks for."
            ),
            _kept(controller.archive_years),
            _(
                "Not asked for: identity papers, birth dates, ethnicity, religion. Please do not send such"
                " pictures, nor pictures of patients or children."
            ),
            where.format(platforms=", ".join(controller.abroad)),
            _(
                "Your rights: to see, correct, delete, get a copy, restrict, object and withdraw; we answer within"
                " two working days. Withdrawal does not undo what was done before it."
            ),
            _("Contact: {contact}.").format(contact=controller.contact or _("the officer of your unit")),
            _("Basis: Law 91/2025/QH15 and Decree 356/2025/NĐ-CP.") + "\n",
            _("Do you agree?"),
        ),
    )


def _kept(years: int) -> str:
    if not years:
        return _("Kept: until the end of the cycle; papers of recognised initiatives in the archive for ever.")
    return _(
        "Kept: until the end of the cycle; papers of recognised initiatives as long as the archive rules demand"
        " ({years} years)."
    ).format(years=years)
