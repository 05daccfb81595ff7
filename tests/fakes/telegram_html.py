"""Telegram's HTML, read as its server reads it: few tags, all closed, four named entities.

Source: https://core.telegram.org/bots/api#html-style
"""

from __future__ import annotations

import re

_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9-]*)((?:\s[^<>]*)?)>")
_TOKEN = re.compile(r"<|&(?:(lt|gt|amp|quot)|#(\d+)|#x([0-9a-fA-F]+));")
_NAMED = {"lt": "<", "gt": ">", "amp": "&", "quot": '"'}
_PLAIN = {"b", "strong", "i", "em", "u", "ins", "s", "strike", "del", "code", "pre", "tg-spoiler", "blockquote"}
_WITH_ATTRIBUTES = {
    "a": re.compile(r'\s+href=("[^"]*"|\'[^\']*\'|\S+)\s*'),
    "span": re.compile(r'\s+class="tg-spoiler"\s*'),
    "tg-emoji": re.compile(r'\s+emoji-id="\d+"\s*'),
    "code": re.compile(r'\s+class="language-[^"]+"\s*'),
    "blockquote": re.compile(r"\s+expandable\s*"),
}


class CannotParse(Exception):  # noqa: N818 - Telegram's own words
    """The text is not Telegram's HTML; the message is what Telegram's server says of it."""


def plain(html: str) -> str:
    """The text that people see, without blank ends; raise CannotParse."""
    text: list[str] = []
    opened: list[str] = []
    position = 0
    while token := _TOKEN.search(html, position):
        text.append(html[position : token.start()])
        if token[0] == "<":
            position = _tag(html, token.start(), opened)
        else:
            text.append(_NAMED[token[1]] if token[1] else chr(int(token[2] or token[3], 10 if token[2] else 16)))
            position = token.end()
    if opened:
        message = f'Can\'t find end tag corresponding to start tag "{opened[-1]}"'
        raise CannotParse(message)
    return ("".join(text) + html[position:]).strip()


def _tag(html: str, at: int, opened: list[str]) -> int:
    offset = len(html[:at].encode())
    found = _TAG.match(html, at)
    if not found:
        message = f"Unsupported start tag at byte offset {offset}"
        raise CannotParse(message)
    name = found[2].lower()
    if found[1]:
        if not opened or opened.pop() != name:
            message = f'Unmatched end tag at byte offset {offset}, found "{found[0]}"'
            raise CannotParse(message)
    elif not _known(name, found[3]):
        message = f'Unsupported start tag "{name}" at byte offset {offset}'
        raise CannotParse(message)
    else:
        opened.append(name)
    return found.end()


def _known(name: str, attributes: str) -> bool:
    if not attributes.strip():
        return name in _PLAIN
    return name in _WITH_ATTRIBUTES and bool(_WITH_ATTRIBUTES[name].fullmatch(attributes))
