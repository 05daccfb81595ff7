"""The emulation movement itself: guidelines, units, people, entries, scores, deadlines."""
