"""What a person is shown and what comes back: the words that the engine and the channels share.

Laying a screen out for one platform is not its business (`bot/render.py`).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

Json = Any  # what json.loads gives: None, bool, int, float, str, list, dict


@dataclass(frozen=True, slots=True)
class FileRef:
    """A file already in the evidence store."""

    sha256: str
    name: str
    media_type: str
    size: int  # bytes


@dataclass(frozen=True, slots=True)
class Option:
    """One thing to choose. `number` is what may be typed for it; 0 for a control such as back."""

    key: str  # ASCII, at most 32 characters: it travels inside a button
    label: str
    hint: str = ""  # a second line that explains the label
    number: int = 0
    tap: str = ""  # what a button sends back: at most 64 bytes


@dataclass(frozen=True, slots=True)
class Screen:
    """One message to a person, before any channel lays it out."""

    text: str
    title: str = ""
    options: tuple[Option, ...] = ()
    controls: tuple[Option, ...] = ()
    files: tuple[FileRef, ...] = ()
    progress: tuple[int, int] | None = None  # (3, 9) is "step 3 of 9"
    expects: str = ""  # "text", "number", "date", "files", "choice", "home", or nothing in particular
    place: str = ""  # dialogue and question, as in the taps; empty on a command's screen
    notice: str = ""  # a short answer to a tap, for channels that can show one in passing
    settled: str = ""  # what the question just left was answered with
    settled_place: str = ""
    amends: bool = False  # takes the place of the last screen where a channel can edit

    def to_json(self) -> Json:
        """The JSON form, without what is at its default."""
        data = {key: value for key in self.__slots__ if (value := getattr(self, key))}
        lists = data.keys() & {"options", "controls", "files"}
        return data | {key: [{n: getattr(each, n) for n in each.__slots__} for each in data[key]] for key in lists}

    @staticmethod
    def from_json(data: Json) -> Screen:
        """The screen that `to_json` wrote."""
        return Screen(
            **{
                **data,
                "options": tuple(Option(**option) for option in data.get("options", ())),
                "controls": tuple(Option(**option) for option in data.get("controls", ())),
                "files": tuple(FileRef(**file) for file in data.get("files", ())),
                "progress": tuple(data["progress"]) if "progress" in data else None,
            },
        )

    def with_lines_before(self, *lines: str) -> Screen:
        """The same screen, its text preceded by these paragraphs."""
        return replace(self, text="\n\n".join([*(line for line in lines if line), self.text]).strip())


@dataclass(frozen=True, slots=True)
class Reply:
    """What came in from a person, the same on every channel. Texts are NFC."""

    text: str = ""
    tap: str = ""  # what the tapped button carried
    choice: str = ""  # the option's key, once the engine has seen that the tap is for this question
    files: tuple[FileRef, ...] = ()
    album: str = ""  # replies with the same album were sent as one
    is_complete: bool = False  # the person has said that these are all the files
    refused: tuple[str, ...] = ()  # one sentence per file that was not taken, naming it
    unsupported: str = ""  # "sticker", "voice", "location", "contact" or "other"
