"""What officers of the level above do."""

from conversations.officer import entry_card, summary

__all__ = ["entry_card", "summary"]
