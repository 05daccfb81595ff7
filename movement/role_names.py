"""What the roles are called. What they may do is `access`' business."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from locales import N_, _

if TYPE_CHECKING:
    from collections.abc import Mapping

ROLES: Final[Mapping[str, str]] = {
    "member": N_("member"),
    "group_head": N_("head of a union group"),
    "unit_officer": N_("officer of the unit"),
    "unit_head": N_("head of the unit"),
    "upper_officer": N_("officer of the level above"),
    "standing_committee": N_("standing committee"),
    "endorser": N_("party committee"),
    "appraiser": N_("appraiser"),
    "admin": N_("administrator"),
    "data_officer": N_("data protection officer"),
}


def label(role: str) -> str:
    """What a role is called."""
    return _(ROLES[role])
