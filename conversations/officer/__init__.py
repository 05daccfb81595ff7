"""What officers of a unit and of the level above do."""

from conversations.officer import (
    appraise,
    data_requests,
    dossier,
    endorse,
    entry_card,
    event_days,
    exemplar,
    forms,
    propose,
    province_level,
    recognise,
    review,
    summary,
    targets,
    unit_deeds,
)

__all__ = [
    "appraise",
    "data_requests",
    "dossier",
    "endorse",
    "entry_card",
    "event_days",
    "exemplar",
    "forms",
    "propose",
    "province_level",
    "recognise",
    "review",
    "summary",
    "targets",
    "unit_deeds",
]
