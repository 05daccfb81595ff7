"""What the levels decide in the demo world: each move of `demo.toml`, through the service for it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from movement import audit, entries, recognition, rulings, scores
from movement.recognition import Paper

if TYPE_CHECKING:
    from collections.abc import Mapping

    from movement.context import Context
    from movement.entries import Entry
    from movement.scores import Answers


def carry_out(ctx: Context, entry_id: int, move: Mapping[str, Any], answers: Answers) -> None:
    """Bring an entry to the state of the move; `answers` are what an appraiser would say to each criterion."""
    found = entries.demand(ctx, "see", entries.find(ctx, entry_id))
    match move["state"]:
        case "confirmed":
            rulings.confirm(ctx, entry_id)
        case "returned":
            rulings.send_back(ctx, entry_id, move["reason"])
        case "appraised":
            scores.appraise(ctx, entry_id, answers)
        case "proposed":
            level = _level(ctx, found, "propose")
            recognition.propose(ctx, entry_id, level, f"{entry_id:02}/TTr-CĐCS", ctx.today)
        case "recognised" | "not_recognised" as outcome:
            paper = Paper(f"{entry_id:02}/QĐ-CĐ", ctx.today)
            level = _level(ctx, found, "decide")
            recognition.decide(ctx, entry_id, level, outcome, paper, move.get("reason", ""))
        case state:  # withdrawn, lapsed, and endorsed where the guideline does not ask for it
            entries.move(ctx, found, state)
            audit.write(ctx, move["act"], f"entry:{entry_id}", {"state": state})


def _level(ctx: Context, found: Entry, act: str) -> str:
    """The first level at which this person may do it."""
    open_to = recognition.proposer if act == "propose" else recognition.decider
    return next(each.rule.level for each in recognition.standings(ctx, found) if open_to(ctx, each))
