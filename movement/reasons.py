"""Why a sheet does not pass: one small class per reason, and the sentence for it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from locales import _
from movement.vietnamese_numbers import show_number

if TYPE_CHECKING:
    from decimal import Decimal


@dataclass(frozen=True, slots=True)
class UnknownCriterion:
    """An answer to a criterion that this sheet does not have."""

    key: str


@dataclass(frozen=True, slots=True)
class OutOfRange:
    """Points below 0 or above the maximum."""

    key: str
    got: Decimal
    maximum: Decimal


@dataclass(frozen=True, slots=True)
class OffStep:
    """Points between two steps."""

    key: str
    got: Decimal
    step: Decimal


@dataclass(frozen=True, slots=True)
class Missing:
    """A criterion without an answer."""

    key: str
    short: str


@dataclass(frozen=True, slots=True)
class TotalTooLow:
    """A total below the mark."""

    total: Decimal
    pass_mark: Decimal

    @property
    def short_by(self) -> Decimal:
        """How many points are wanting."""
        return self.pass_mark - self.total


@dataclass(frozen=True, slots=True)
class NotAtMaximum:
    """A criterion that must have its maximum and has less."""

    key: str
    got: Decimal
    maximum: Decimal


@dataclass(frozen=True, slots=True)
class NotMet:
    """A criterion of a checklist that was answered with no."""

    key: str
    short: str


Reason: TypeAlias = UnknownCriterion | OutOfRange | OffStep | Missing | TotalTooLow | NotAtMaximum | NotMet


def reason_text(reason: Reason) -> str:
    """The reason in the reader's language, as a clause without a full stop: “tiêu chí 7 đạt 9/10 điểm, …”."""
    match reason:
        case UnknownCriterion(key):
            return _("criterion {key} is not on this sheet").format(key=key)
        case OutOfRange(key, got, maximum):
            return _("criterion {key} has {got} points; it takes 0 to {maximum}").format(
                key=key, got=show_number(got), maximum=show_number(maximum)
            )
        case OffStep(key, got, step):
            return _("criterion {key} has {got} points; points go in steps of {step}").format(
                key=key, got=show_number(got), step=show_number(step)
            )
        case Missing(key, short):
            return _("criterion {key} ({short}) is not answered yet").format(key=key, short=short)
        case TotalTooLow(total, pass_mark):
            return _("the total is {total} points, {short_by} below the {pass_mark} needed").format(
                total=show_number(total), short_by=show_number(reason.short_by), pass_mark=show_number(pass_mark)
            )
        case NotAtMaximum(key, got, maximum):
            return _("criterion {key} has {got}/{maximum} points and must have the maximum").format(
                key=key, got=show_number(got), maximum=show_number(maximum)
            )
        case NotMet(key, short):
            return _("criterion {key} ({short}) is not met").format(key=key, short=short)
