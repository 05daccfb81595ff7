"""How a verdict reads: the total, whether it passes, and every reason where it does not."""

from __future__ import annotations

from typing import TYPE_CHECKING

from locales import _
from movement.reasons import reason_text
from movement.vietnamese_numbers import show_number

if TYPE_CHECKING:
    from movement.criteria import Sheet, Verdict


def verdict_lines(judged: Verdict, sheet: Sheet) -> list[str]:
    """One line for the total where points are counted, one for the verdict, one for each reason."""
    lines = []
    if sheet.total:
        lines.append(
            _("Total: {total}/{most} points (needed: {needed}).").format(
                total=show_number(judged.total), most=show_number(sheet.total), needed=show_number(sheet.pass_mark)
            ),
        )
    if judged.passes:
        return [*lines, _("By this score it passes. The level above has the final word.")]
    lines.append(_("By this score it does not pass yet, because:"))
    return lines + [f"• {reason_text(reason)}" for reason in judged.reasons]
