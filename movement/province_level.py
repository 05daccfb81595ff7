"""Which initiatives an upper union chooses to register at province level.

What is recognised there is not its business. Source:
“lựa chọn ít nhất 01 mô hình để đăng ký thực hiện ở cấp tỉnh”.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from locales import _
from movement import audit, entries, transitions
from movement.errors import DomainError

if TYPE_CHECKING:
    from movement.context import Context
    from movement.entries import Entry


def against(found: Entry) -> str:
    """Why the entry cannot be chosen; nothing where it can."""
    if not any(each.scope == "province" for each in found.guideline.targets):
        return _("The guideline of this initiative has no registration at province level.")
    if found.state in {"withdrawn", "lapsed"}:
        return transitions.closed(found.state)
    return ""


def choose(ctx: Context, entry_id: int, *, chosen: bool) -> None:
    """Choose the entry, or take the choice back; raise DomainError where the person or the guideline does not."""
    found = entries.demand(ctx, "choose", entries.find(ctx, entry_id))
    if reason := against(found):
        raise DomainError(reason)
    entries.move(ctx, found, found.state, for_province=chosen)
    audit.write(ctx, "choose", f"entry:{entry_id}", {"chosen": chosen})
