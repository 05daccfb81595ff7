"""What is said in a group: what anybody may know, and an invitation to talk in private. Nothing of a person, ever.

The platform hands us only what is addressed to us; there the name of the bot stands before the words, and nobody
says how long it is.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from conversations import registry
from conversations.engine.screen import Screen
from locales import _

if TYPE_CHECKING:
    from collections.abc import Iterator

    from conversations.engine.screen import Reply
    from conversations.registry import Entrance
    from movement.context import Context

LONGEST_NAME = 8  # words of a bot's name


def answer(ctx: Context, reply: Reply) -> Screen:
    """The screen of a public command, without its options, which are a person's; else the invitation."""
    entrance = asked(reply.text, ctx.person.locale)
    if entrance is None or entrance.show is None:
        return Screen(_invitation())
    with ctx.session.reading_only():
        screen = entrance.show(ctx, "")
    return Screen(f"{screen.text}\n\n{_privately()}", title=screen.title)


def asked(text: str, locale: str) -> Entrance | None:
    """The public command that the words name, with the bot's name before them or not."""
    for words in _without_name(text):
        entrance = registry.entrances().get(words[1:].lower()) if words.startswith("/") else None
        entrance = entrance or registry.by_words(words, locale)
        if entrance is not None:
            return entrance if entrance.public else None
    return None


def _without_name(text: str) -> Iterator[str]:
    words = text.split()
    most = LONGEST_NAME if text.startswith("@") else 0
    for count in range(min(most, len(words)) + 1):
        yield " ".join(words[count:])


def _invitation() -> str:
    titles = [_(entrance.title) for entrance in registry.entrances().values() if entrance.public]
    listed = "\n".join(f"• {title}" for title in titles)
    text = _("In a group I only tell what anybody may know. Call me by name and write:\n{listed}")
    return f"{text.format(listed=listed)}\n\n{_privately()}"


def _privately() -> str:
    return _("For anything of your own, such as registering or your scores, please write to me in private.")
