"""How a verdict reads: the total, whether it passes, and every reason where it does not."""

from __future__ import annotations

from typing import TYPE_CHECKING

from locales import _
from movement import transitions
from movement.reasons import reason_text
from movement.rulings import paper_text
from movement.vietnamese_numbers import show_number

if TYPE_CHECKING:
    from collections.abc import Sequence

    from movement.criteria import Sheet, Verdict
    from movement.recognition import Standing


def verdict_lines(judged: Verdict, sheet: Sheet) -> list[str]:
    """A self-score's: a line for the total where points are counted, for the verdict, and for each reason."""
    if sheet.total:
        passes = _("By this score it passes. The level above has the final word.")
        fails = _("By this score it does not pass yet, because:")
    else:
        passes = _("By your own account it meets all criteria. The level above has the final word.")
        fails = _("By your own account it does not pass yet, because:")
    return _lines(judged, sheet, passes, fails)


def appraisal_lines(judged: Verdict, sheet: Sheet) -> list[str]:
    """An appraisal's, which prevails."""
    return _lines(
        judged, sheet, _("By the appraisal it passes."), _("By the appraisal it does not pass, because:")
    )


def _lines(judged: Verdict, sheet: Sheet, passes: str, fails: str) -> list[str]:
    lines = []
    if sheet.total:
        lines.append(
            _("Total: {total}/{most} points (needed: {needed}).").format(
                total=show_number(judged.total), most=show_number(sheet.total), needed=show_number(sheet.pass_mark)
            ),
        )
    if judged.passes:
        return [*lines, passes]
    return [*lines, fails, *(f"• {reason_text(reason)}" for reason in judged.reasons)]


def level_lines(held: Sequence[Standing]) -> list[str]:
    """A line for each level that was asked or has decided."""
    lines = []
    for each in held:
        if each.decision is not None:
            outcome = transitions.label(each.decision.outcome)
            paper = paper_text(each.decision.number, each.decision.day)
            lines.append(f"• {each.rule.label}: {outcome} ({paper})")
        elif each.is_proposed:
            lines.append(_("• {level}: proposed, not decided yet").format(level=each.rule.label))
        if each.is_exemplar:
            lines.append(_("• {level}: named an exemplar").format(level=each.rule.label))
    return lines
