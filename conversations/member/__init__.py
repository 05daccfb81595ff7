"""What members and grassroots officers do: join, register, prove, score, report, ask."""

from conversations.member import (
    deadlines,
    find_unit,
    first_contact,
    home,
    language,
    mend,
    register_initiative,
    report_progress,
    report_results,
    rules,
    self_score,
    send_files,
    status,
    unplanned,
    your_data,
    your_data_acts,
)

__all__ = [
    "deadlines",
    "find_unit",
    "first_contact",
    "home",
    "language",
    "mend",
    "register_initiative",
    "report_progress",
    "report_results",
    "rules",
    "self_score",
    "send_files",
    "status",
    "unplanned",
    "your_data",
    "your_data_acts",
]
