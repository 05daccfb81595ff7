"""Dialogues and commands: what Khéo says, asks and gathers. Channels and SQL are not its business."""
