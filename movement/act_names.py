"""What the acts in the record are called. The order is for ever: searches name an act by its place in it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from locales import N_, _

if TYPE_CHECKING:
    from collections.abc import Mapping

ACTS: Final[Mapping[str, str]] = {
    "submit": N_("registered an initiative"),
    "prove": N_("sent evidence"),
    "score": N_("scored it themselves"),
    "report": N_("reported results"),
    "mend": N_("completed what was returned"),
    "confirm": N_("confirmed it"),
    "return": N_("returned"),
    "endorse": N_("endorsed"),
    "refuse": N_("did not endorse"),
    "appraise": N_("appraised it"),
    "propose": N_("proposed"),
    "recognise": N_("wrote down a decision"),
    "exemplar": N_("named an exemplar"),
    "choose": N_("chose for province level"),
    "attest": N_("marked as done"),
    "schedule": N_("entered a day"),
    "join": N_("joined"),
    "consent_given": N_("gave consent"),
    "consent_withdrawn": N_("withdrew consent"),
    "correct": N_("corrected own data"),
    "ask_data": N_("made a request about data"),
    "answer_request": N_("answered a request"),
    "extend_request": N_("extended a request"),
    "refuse_request": N_("refused a request"),
    "do_request": N_("did a request"),
    "erase": N_("deleted a person’s data"),
    "lift_restriction": N_("lifted a restriction"),
    "term_over": N_("removed, its term being over"),
    "view": N_("looked at"),
    "export": N_("had a file made"),
    "refused": N_("tried and was refused"),
    "make_code": N_("made a code"),
    "revoke_code": N_("revoked a code"),
    "link_code": N_("made a link code"),
    "cut_channel": N_("unlinked a channel"),
    "merge": N_("merged two records"),
    "appoint": N_("gave a role"),
    "remove": N_("took a role away"),
    "hand_over": N_("handed duties over"),
    "lock": N_("locked an account"),
    "import_units": N_("imported units"),
    "chase": N_("reminded people"),
    "answer_chase": N_("answered a reminder"),
    "unlock": N_("opened an account again"),
    "prefer_channel": N_("chose a channel for reminders"),
    "enter_person": N_("entered a member without a smartphone"),
    "confirm_entered": N_("confirmed what was entered for them"),
    "open": N_("opened a year"),
    "found_unit": N_("added a unit"),
    "describe_unit": N_("changed a unit’s short or other names"),
    "rename_unit": N_("renamed a unit"),
    "move_unit": N_("moved a unit"),
    "kind_unit": N_("changed a unit’s kind"),
    "merge_unit": N_("merged a unit into another"),
    "split_unit": N_("split a unit"),
    "close_unit": N_("closed a unit"),
    "dissolve_unit": N_("dissolved a unit"),
    "conclude": N_("wrote down minutes"),
    "undo": N_("took a decision back"),
    "share": N_("shared with others"),
    "unshare": N_("stopped sharing"),
    "ask": N_("asked the author"),
    "answer": N_("answered a question"),
    "choose_reminders": N_("chose what to be reminded of"),
    "snooze_reminders": N_("put reminders off"),
    "stop_reminders": N_("stopped reminders"),
    "lift_reminders": N_("let reminders go out again"),
    "step_day": N_("moved the day of the demo"),
    "send_again": N_("sent failed messages again"),
}


def label(act: str) -> str:
    """What an act is called; the bare word for one that has no name here."""
    return _(ACTS[act]) if act in ACTS else act.replace("_", " ")
