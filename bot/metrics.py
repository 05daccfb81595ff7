"""What /metrics counts. Labels are channels and endings, never people."""

from __future__ import annotations

from typing import Final

from prometheus_client import Counter, Gauge, Histogram

TAKEN: Final = Counter("kheo_messages_taken", "Messages taken for good", ["channel", "how"])  # new, repeated
TROUBLE: Final = Counter("kheo_turns_in_trouble", "Turns that a rule refused or that failed", ["channel", "why"])
REFUSED: Final = Counter("kheo_refused", "What people asked for without the right to it", ["channel", "act"])
SENT: Final = Counter("kheo_messages_sent", "Messages by how their sending ended", ["channel", "ending"])
SECONDS: Final = Histogram("kheo_turn_seconds", "From a message's arrival to its commit", ["channel"])
ZALO_OA_EVENTS: Final = Counter("kheo_zalo_oa_events", "Events of the Official Account by fate", ["how"])
ZALO_OA_PAID: Final = Counter(
    "kheo_zalo_oa_messages",
    "Messages of the Official Account by quota; none: paid for",
    ["to"],
)

QUOTA: Final = Gauge(
    "kheo_quota_messages", "Messages of this month on channels that count them", ["channel", "account", "way"]
)
QUOTA_LIMIT: Final = Gauge("kheo_quota_limit", "Messages that a month may have", ["channel", "account"])
QUOTA_PEOPLE: Final = Gauge("kheo_quota_people", "People who write to a bot", ["channel", "account"])
