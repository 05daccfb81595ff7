"""Lay a screen out for what a channel can do: buttons or numbers, and parts no longer than it takes."""

from __future__ import annotations

import unicodedata
from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING

from bot.channels.base import Button, Message, Photo
from bot.few_buttons import few, listed
from locales import _
from movement.vietnamese_numbers import show_number
from movement.vietnamese_text import utf16_length

if TYPE_CHECKING:
    from bot.channels.base import Capabilities
    from bot.urls import Urls
    from conversations.engine.screen import FileRef, Option, Screen

Link = tuple[str, str]  # label, URL
NUMBERS_A_ROW = 4
CONTROLS_A_ROW = 3
SHORT_ROW = 6  # options without a number are short, such as points

ENOUGH = 20  # buttons: with fewer they must be chosen
MARGIN = 200  # what the title, the progress and a channel's markup add

COUNTED = frozenset({"number", "score"})  # what questions expect where 0 is an answer like any other
_BREAKS = ("\n\n", "\n", ". ", " ")
_JOINER = "\u200d"
_FLAG_LETTERS = "".join(map(chr, range(0x1F1E6, 0x1F200)))


def render(screen: Screen, can: Capabilities, urls: Urls | None = None) -> list[Message]:
    """The messages of a screen, in order; only the last has buttons and files.

    Files that the channel cannot send go as links, which `urls` makes.
    """
    progress = ""
    if screen.progress:
        progress = _("Step {step} of {many}").format(step=screen.progress[0], many=screen.progress[1])
    files, photos, links = _files(screen.files, can, urls) if urls else (screen.files, (), ())
    linked = _joined(_lines(links), _upload(screen, can, urls)) if urls else ""
    whole = replace(screen, text=_joined(screen.text, linked))
    text, rows = _buttons(whole, can) if can.buttons else _numbers(whole, can)
    parts, rest = split(text, can.text - MARGIN), ""
    if can.parts and len(parts) > can.parts:
        parts, rest = _shortened(screen, can, linked), text
    *before, last = parts
    messages = [
        *(Message(part) for part in before),
        Message(last, "", rows, files, photos, links, expects=screen.expects, place=screen.place, rest=rest),
    ]
    messages[0] = replace(messages[0], title=screen.title, progress=progress)
    return messages


def _files(
    files: tuple[FileRef, ...], can: Capabilities, urls: Urls
) -> tuple[tuple[FileRef, ...], tuple[Photo, ...], tuple[Link, ...]]:
    """What the channel sends itself, the pictures it has fetched, and links to all else."""
    photos = [file for file in files if file.media_type in can.photo_urls]
    sent = [file for file in files if file not in photos and _is_sent(file, can)]
    return (
        tuple(sent),
        tuple(Photo(file.name, urls.photo(file)) for file in photos),
        tuple((_label(file), urls.file(file)) for file in files if file not in photos and file not in sent),
    )


def _is_sent(file: FileRef, can: Capabilities) -> bool:
    return file.size <= can.files_out and (not can.types_out or file.media_type in can.types_out)


def _label(file: FileRef) -> str:
    kilobytes = max(1, round(file.size / 1024))
    size = f"{show_number(round(Decimal(kilobytes) / 1024, 1))} MB" if kilobytes >= 1024 else f"{kilobytes} KB"  # noqa: PLR2004 - one MB
    return f"{file.name} ({size})"


def _upload(screen: Screen, can: Capabilities, urls: Urls) -> str:
    """Where the question for files can be answered if the chat itself does not take every file.

    Not once more where some have come: by then there is a control to end, and the first link still holds.
    """
    has_come = any(control.key == "~done" for control in screen.controls)
    if screen.expects != "files" or has_come or not (can.upload_page or not can.files_in):
        return ""
    url = urls.upload()
    return _("To send photos or files, open: {url}\n(once, within 24 hours)").format(url=url) if url else ""


def _lines(links: tuple[Link, ...]) -> str:
    return "\n".join(_("File: {label}: {url}").format(label=label, url=url) for label, url in links)


def _shortened(screen: Screen, can: Capabilities, links: str) -> list[str]:
    """As many parts as are allowed, the last with all that may be chosen or opened, and where the whole is."""
    parts = split(_joined(screen.notice, screen.text), can.text - MARGIN)[: can.parts - 1]
    choices = ("", "") if can.buttons else _choices(screen, can)
    return [*parts, _joined(*choices, links, _("That is not all; the whole is here:"))]


def _numbers(screen: Screen, can: Capabilities) -> tuple[str, tuple[tuple[Button, ...], ...]]:
    """All in words: what may be typed stands in the text."""
    return _joined(screen.notice, screen.text, *_choices(screen, can)), ()


def _choices(screen: Screen, can: Capabilities) -> tuple[str, str]:
    """The numbered options and the words of the controls. 0, where shown, is back at a question, else home."""
    lines = [listed(option) for option in screen.options if option.number]
    zero = can.zero and screen.expects not in COUNTED
    controls = [f"[{_control(option, zero=zero)}]" for option in screen.controls]
    if can.zero and lines and not screen.place and not _has_home(screen):
        lines.append(_("0. Home"))
    return "\n".join(lines), " ".join(controls)


def _has_home(screen: Screen) -> bool:
    return screen.expects == "home" or any(option.tap == "/start" for option in screen.options)


def _control(option: Option, *, zero: bool) -> str:
    word = option.label[:1].lower() + option.label[1:]
    return f"0 {word}" if zero and option.key in {"~back", "~home"} else word


def _buttons(screen: Screen, can: Capabilities) -> tuple[str, tuple[tuple[Button, ...], ...]]:
    """A button for each option; a list in the text where labels are too long to be seen on one."""
    if can.buttons < ENOUGH:
        lines, words, few_rows = few(screen, can)
        return _joined(screen.notice, screen.text, lines, words), few_rows
    numbered = [option for option in screen.options if option.number]
    if any(option.hint or len(option.label) > can.label for option in numbered):
        lines = "\n".join(listed(option) for option in numbered)
        labels = [Button(str(option.number), option.tap) for option in numbered]
        rows = _rows(labels, min(NUMBERS_A_ROW, can.row))
    else:
        lines = ""
        rows = [(Button(f"{option.number}. {option.label}", option.tap),) for option in numbered]
    rows += _rows([Button(o.label, o.tap) for o in screen.options if not o.number], min(SHORT_ROW, can.row))
    rows += _rows([Button(option.label, option.tap) for option in screen.controls], min(CONTROLS_A_ROW, can.row))
    return _joined(screen.notice, screen.text, lines), tuple(rows)


def _rows(buttons: list[Button], most: int) -> list[tuple[Button, ...]]:
    return [tuple(buttons[first : first + most]) for first in range(0, len(buttons), most)]


def _joined(*parts: str) -> str:
    return "\n\n".join(part for part in parts if part)


def split(text: str, most: int) -> list[str]:
    """Parts of at most `most` UTF-16 units, cut at a paragraph, a line, a sentence or a blank."""
    parts = []
    while utf16_length(text) > most:
        head = text[: _cut(text, most)]
        breaks = (at + len(mark) for mark in _BREAKS if (at := head.rfind(mark)) > len(head) // 2)
        cut = next(breaks, len(head))
        parts.append(text[:cut].rstrip())
        text = text[cut:].lstrip()
    return [*parts, text] if text or not parts else parts


def _cut(text: str, most: int) -> int:
    """Where to cut so that no character is halved, unless one is longer than a whole part."""
    fits = max(1, len(text.encode("utf-16-le")[: 2 * most].decode("utf-16-le", "ignore")))
    return next((at for at in range(fits, 0, -1) if not _is_within(text, at)), fits)


def _is_within(text: str, at: int) -> bool:
    """Whether a cut before this place would halve what is seen as one character."""
    if text[at - 1] == _JOINER or text[at] == _JOINER or unicodedata.category(text[at]) in {"Mn", "Me"}:
        return True
    if "\U0001f3fb" <= text[at] <= "\U0001f3ff":  # a tone of skin belongs to the emoji before it
        return True
    letters = len(text[:at]) - len(text[:at].rstrip(_FLAG_LETTERS))  # two of them are a flag
    return text[at] in _FLAG_LETTERS and letters % 2 == 1
