"""What members and grassroots officers do: join, register, prove, score, report, ask."""

from conversations.member import (
    deadlines,
    first_contact,
    home,
    language,
    mend,
    my_data,
    my_data_acts,
    register_initiative,
    report_progress,
    report_results,
    rules,
    self_score,
    status,
    unplanned,
)

__all__ = [
    "deadlines",
    "first_contact",
    "home",
    "language",
    "mend",
    "my_data",
    "my_data_acts",
    "register_initiative",
    "report_progress",
    "report_results",
    "rules",
    "self_score",
    "status",
    "unplanned",
]
