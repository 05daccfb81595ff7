"""What officers of the level above do."""

from conversations.officer import entry_card, event_days, province_level, summary, targets, unit_deeds

__all__ = ["entry_card", "event_days", "province_level", "summary", "targets", "unit_deeds"]
