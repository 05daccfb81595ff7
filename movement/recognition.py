"""Recognition level by level, as the guideline says: who proposes, who decides, what stands against it.

Naming an exemplar is another act, see `exemplars`. Where the body that decides is not in the tree of units, the
unit that proposes writes its decision down.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

from sqlalchemy import BindParameter, bindparam, insert, select

from locales import _
from movement import access, audit, course, entries, notices, rulings, scores, transitions, units
from movement.errors import DomainError
from movement.reasons import reason_text
from storage.decision_tables import exemplar, recognition, ruling

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence

    from movement.context import Context
    from movement.entries import Entry
    from movement.guideline_rules import Recognition
    from movement.scores import Filled
    from movement.units import Unit

Outcome = Literal["recognised", "not_recognised"]

_Units: TypeAlias = "tuple[Unit, ...]"
_ids: BindParameter[Any] = bindparam("ids", expanding=True)
_proposals = select(ruling.c.entry_id, ruling.c.level).where(
    ruling.c.act == "propose", ruling.c.entry_id.in_(_ids)
)
_exemplars = select(exemplar.c.entry_id, exemplar.c.level).where(exemplar.c.entry_id.in_(_ids))


@dataclass(frozen=True, slots=True)
class Paper:
    """A decision on paper."""

    number: str
    day: dt.date


@dataclass(frozen=True, slots=True)
class Decision:
    """What one level decided."""

    level: str
    outcome: Outcome
    number: str
    day: dt.date
    reason: str
    at: dt.datetime


@dataclass(frozen=True, slots=True)
class Standing:
    """How an entry stands at one level: proposed, decided, an exemplar."""

    rule: Recognition
    deciders: tuple[Unit, ...]  # from the root down; where an outside body decides, the units that propose
    proposers: tuple[Unit, ...]
    is_outside: bool  # the deciding body is not in the tree
    is_proposed: bool
    decision: Decision | None
    is_exemplar: bool

    def proposers_below(self, decider: Unit) -> tuple[Unit, ...]:
        """Those who must propose before this unit decides; none where it decides of its own accord."""
        if self.is_outside:
            return self.proposers
        return tuple(each for each in self.proposers if len(each.path) > len(decider.path))


_decisions = (
    select(recognition.c.entry_id, *[recognition.c[name] for name in Decision.__slots__])
    .where(recognition.c.entry_id.in_(_ids))
    .order_by(recognition.c.id)
)


def standings(ctx: Context, found: Entry) -> list[Standing]:
    """The levels that can come to recognise this entry, in the order of the guideline."""
    return of_entries(ctx, [found])[found.id]


def of_entries(ctx: Context, found: Sequence[Entry]) -> dict[int, list[Standing]]:
    """The same for each of these entries, with four statements at most. They are visible: services gave them."""
    ids = [each.id for each in found]
    lines = {each.id: units.ancestors(each.unit_path) for each in found}
    known = {each.id: each for each in units.several(ctx, sorted({at for line in lines.values() for at in line}))}
    proposed = {(row.entry_id, row.level) for row in ctx.session.rows(_proposals, {"ids": ids})}
    named = {(row.entry_id, row.level) for row in ctx.session.rows(_exemplars, {"ids": ids})}
    decided = {(row[0], row.level): Decision(*row[1:]) for row in ctx.session.rows(_decisions, {"ids": ids})}
    return {
        each.id: [
            Standing(
                *_bodies(rule, [known[at] for at in lines[each.id]]),
                is_proposed=(each.id, rule.level) in proposed,
                decision=decided.get((each.id, rule.level)),
                is_exemplar=(each.id, rule.level) in named,
            )
            for rule in each.guideline.recognition
            if any(known[at].kind in {*rule.decides, *rule.proposes} for at in lines[each.id])
        ]
        for each in found
    }


def _bodies(rule: Recognition, line: Sequence[Unit]) -> tuple[Recognition, _Units, _Units, bool]:
    """The rule, its deciding and proposing units in the line, and whether the deciding body is outside."""
    inside = tuple(each for each in line if each.kind in rule.decides)
    proposers = tuple(each for each in line if each.kind in rule.proposes)
    return rule, inside or proposers, proposers, not inside


def proposer(ctx: Context, standing: Standing) -> Unit | None:
    """The unit in whose name this person may propose for the level, while that is still open."""
    if standing.is_proposed or standing.decision:
        return None
    mine = (each for each in standing.proposers if access.in_the_name_of(ctx, "propose", each.id))
    highest = len(standing.deciders[0].path)
    return next((each for each in mine if standing.is_outside or len(each.path) > highest), None)


def decider(ctx: Context, standing: Standing) -> Unit | None:
    """The unit in whose name this person may decide at the level, be it already decided or not."""
    mine = (each for each in standing.deciders if access.in_the_name_of(ctx, "recognise", each.id))
    return next((each for each in mine if standing.is_proposed or not standing.proposers_below(each)), None)


def may_decide(ctx: Context, standing: Standing) -> bool:
    """Whether this person may decide on the initiative at the level, and it has not been decided yet."""
    is_open = standing.decision is None and "initiative" in standing.rule.objects
    return is_open and decider(ctx, standing) is not None


def why_not(ctx: Context, held: Sequence[Standing]) -> str:
    """Why this person may do nothing at any of these levels now."""
    mine = [
        each for each in held if any(access.in_the_name_of(ctx, "recognise", unit.id) for unit in each.deciders)
    ]
    if any(each.decision for each in mine):
        return _("This level has already decided on this initiative.")
    if mine:
        return _("It has to be proposed to this level first: /denghi")
    return _("Proposals and decisions are written down by the officers of the unit that makes them.")


def obstacles(ctx: Context, found: Entry) -> list[str]:
    """What stands against recognising it: the appraisal does not pass, with every reason; nothing where it may be.

    Source: the last line of the score sheet (`scoring.footnote`); a checklist wants all its criteria met.
    """
    if not course.of(found).is_scored:
        return []
    return against_appraisal(found, scores.newest(ctx, [found.id], "appraisal").get(found.id))


def against_appraisal(found: Entry, filled: Filled | None) -> list[str]:
    """The same, of an entry that is scored, from its appraisal."""
    if filled is None:
        return [_("it has not been appraised yet")]
    return [reason_text(reason) for reason in scores.verdict_of(found, filled.answers).reasons]


def is_recognised(ctx: Context, found: Entry) -> bool:
    """Whether any level has recognised it."""
    decided = (each.decision for each in standings(ctx, found))
    return any(each is not None and each.outcome == "recognised" for each in decided)


def propose(ctx: Context, entry_id: int, level: str, number: str, day: dt.date) -> str:
    """Propose an entry to a level, with the number and day of the request; give the new state.

    Raise DomainError where the person, the state or the guideline does not allow it.
    """
    found, standing = at_level(ctx, entry_id, level)
    if proposer(ctx, standing) is None:
        raise DomainError(_("Your unit has nothing to propose to this level for this initiative."))
    state = transitions.after(found.state, "propose", course.of(found))
    entries.move(ctx, found, state)
    rulings.keep(ctx, found, "propose", level=level, number=number, day=day)
    return state


def decide(ctx: Context, entry_id: int, level: str, outcome: Outcome, paper: Paper, reason: str = "") -> str:
    """Keep what a level decided and give the new state; an entry one level declined another may still recognise.

    Raise DomainError where person, state or guideline do not allow it, or where the appraisal does not pass.
    """
    found, standing = at_level(ctx, entry_id, level)
    unit = deciding(ctx, standing)
    if "initiative" not in standing.rule.objects:
        raise DomainError(_("This level recognises exemplars only."))
    if standing.decision is not None:
        raise DomainError(_("This level has already decided on this initiative."))
    transitions.after(found.state, "recognise", course.of(found))
    against = obstacles(ctx, found) if outcome == "recognised" else []
    if against:
        text = _("It cannot be recognised, because:")
        raise DomainError("\n".join([text, *(f"• {each}" for each in against)]))
    ctx.session.execute(
        insert(recognition).values(
            entry_id=found.id,
            level=level,
            outcome=outcome,
            number=paper.number,
            day=paper.day,
            reason=reason,
            unit_id=unit.id,
            person_id=ctx.person.id,
            at=ctx.now,
        ),
    )
    state = _state(ctx, found)
    entries.move(ctx, found, state)
    audit.write(ctx, "recognise", f"entry:{found.id}", {"level": level, "outcome": outcome}, right="recognise")
    told = partial(_decided, found, standing.rule, outcome, paper, reason)
    notices.add(ctx, found.author_id, told, f"/trangthai {found.number}")
    return state


def at_level(ctx: Context, entry_id: int, level: str) -> tuple[Entry, Standing]:
    """The entry and how it stands at the level; raise DomainError where either cannot be seen."""
    found = entries.demand(ctx, "see", entries.find(ctx, entry_id))
    standing = next((each for each in standings(ctx, found) if each.rule.level == level), None)
    if standing is None:
        raise DomainError(_("The guideline knows no such level for this unit."))
    return found, standing


def deciding(ctx: Context, standing: Standing) -> Unit:
    """The unit in whose name this person decides; raise DomainError where there is none, or no proposal."""
    unit = decider(ctx, standing)
    if unit is not None:
        return unit
    raise DomainError(why_not(ctx, [standing]))


def _state(ctx: Context, found: Entry) -> str:
    """What all levels said together: proposed while one has yet to decide, else recognised if any did."""
    held = standings(ctx, found)
    if any(each.is_proposed and each.decision is None for each in held):
        return "proposed"
    outcomes = {each.decision.outcome for each in held if each.decision}
    return "recognised" if "recognised" in outcomes else "not_recognised"


def _decided(found: Entry, rule: Recognition, outcome: Outcome, paper: Paper, reason: str) -> str:
    """What the author is told; a refusal names the reason and what can be done."""
    if outcome == "recognised":
        text = _(
            "“{name}” ({number}) has been recognised: {level}, decision {paper}."
            " Thank you and everybody who carried it out."
        )
    else:
        text = _(
            "“{name}” ({number}) has not been recognised at this level ({level}, {paper}).{why}"
            " Another level may still recognise it, and it can be continued and registered again next year."
            " Thank you and everybody who carried it out."
        )
    why = " " + _("Reason: {reason}.").format(reason=reason.rstrip(".")) if reason else ""
    shown = rulings.paper_text(paper.number, paper.day)
    return text.format(name=found.name, number=found.number, level=rule.label, paper=shown, why=why)
