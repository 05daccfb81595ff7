"""The words of every channel: what comes in, what goes out, what a platform can do, how sending ends."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Mapping
    from typing import Literal

    from conversations.engine.screen import FileRef


@dataclass(frozen=True, slots=True)
class RemoteFile:
    """A file a person sent that is still on the platform."""

    id: str  # what `Channel.fetch` needs: a file_id, a URL, a path
    name: str
    media_type: str = ""  # as the sender claims; never trusted
    size: int | None = None  # bytes, when the platform says
    kept: bool = False  # already in the evidence store: `id` is the token of its upload


@dataclass(frozen=True, slots=True)
class Inbound:
    """One thing a person did on one channel. Texts are NFC, without control characters."""

    channel: str
    account: str  # which bot or account of ours it came to
    chat: str  # the person's address there
    external_id: str  # unique on (channel, account): the same id again is the same message
    text: str = ""
    tap: str = ""
    tapped: str = ""  # the platform's id of the message whose button was tapped
    files: tuple[RemoteFile, ...] = ()
    album: str = ""  # files with the same album were sent as one
    unsupported: str = ""
    group: bool = False  # said before others, to us: nothing of a person may be answered there
    name: str = ""  # how the platform names the person: a suggestion, never a fact
    language: str = ""
    sent_at: dt.datetime | None = None
    reachable: bool | None = None  # the person blocked (False) or unblocked (True) the bot
    upload_link: str = ""  # the digest of the link to the upload page by which all of it came
    reply_id: str = ""  # what `Channel.acknowledge` needs, such as a callback query's id
    event: str = ""  # "contact": they handed us their name and phone; "withdraw": they want to be forgotten
    phone: str = ""  # handed over with "contact"; as the platform writes it


@dataclass(frozen=True, slots=True)
class Button:
    """A button: what it says and what it sends back."""

    label: str
    tap: str


@dataclass(frozen=True, slots=True)
class Photo:
    """A picture that a platform fetches from us."""

    name: str
    url: str  # answers for minutes only


@dataclass(frozen=True, slots=True)
class Message:
    """A screen, or a part of one, laid out for a channel. Texts are plain: the channel escapes them."""

    text: str
    title: str = ""
    rows: tuple[tuple[Button, ...], ...] = ()
    files: tuple[FileRef, ...] = ()  # what the channel sends itself
    photos: tuple[Photo, ...] = ()  # what it has the platform fetch
    links: tuple[tuple[str, str], ...] = ()  # label and URL of all other files; they stand in the text as well
    progress: str = ""  # "Bước 3/9", already in the person's language
    expects: str = ""
    place: str = ""
    silent: bool = False
    rest: str = ""  # what was too long for the last message: to be read elsewhere
    purpose: str = "answer"  # as the outbox's kinds: answer, notice, reminder
    heard_at: dt.datetime | None = None  # when the person last wrote; told to channels that have a `window`


@dataclass(frozen=True, slots=True)
class Pace:
    """How fast a platform takes messages: one more than this in any such span of time is one too many."""

    many: int  # messages of one bot in `seconds`
    seconds: float
    chat: float  # seconds between two messages to one chat, for what nobody waits for


@dataclass(frozen=True, slots=True)
class Capabilities:
    """What a platform can do. Each channel gives the vendor's rule beside each value."""

    buttons: int  # most buttons of one message; 0: none
    row: int  # most buttons in a row
    label: int  # characters of a label that are surely seen
    text: int  # most UTF-16 units of one message
    edits: bool  # a message already sent can be changed
    files_in: int  # most bytes of one file received; 0: none
    files_out: int  # most bytes of one file sent; 0: none
    types_out: frozenset[str] = frozenset()  # the only media types sent as files; empty: any
    photo_urls: frozenset[str] = frozenset()  # media types of pictures the platform fetches by their URL
    upload_page: bool = False  # not every file can be sent in the chat: a question for files links to the page
    quota: bool = False  # messages are counted: ask several things in one
    parts: int = 0  # most messages of one screen, the rest to be read elsewhere; 0: any number
    zero: bool = False  # 0 is shown as the way back, since every word costs a person typing
    cost: Callable[[Message], int] = lambda _message: 1  # how many messages of the platform one of ours is
    pace: Pace | None = None  # None: no rate is published
    window: bool = False  # free messages only for a while after the person wrote: `heard_at` is to be told


def is_frugal(can: Capabilities) -> bool:
    """Whether several things are asked in one message there."""
    return can.quota and not can.buttons


class TryLater(Exception):  # noqa: N818 - an ending, not an error
    """Not sent now; may be sent after `after` seconds. `unknown`: it may have arrived all the same.

    `of`: what has to wait so long: this message, all to its chat, all that nobody waits for ("bulk"), or the bot.
    No `after` means that the platform did not answer, or not sensibly.
    """

    def __init__(
        self,
        after: float = 0,
        *,
        unknown: bool = False,
        why: str = "",
        of: Literal["message", "chat", "bulk", "bot"] = "message",
    ) -> None:
        super().__init__(why)
        self.after, self.unknown, self.of = after, unknown, of


class Unreachable(Exception):  # noqa: N818
    """The person cannot be reached on this channel until they come back by themselves."""


class Refused(Exception):  # noqa: N818
    """The platform will never take this message: our mistake, to be looked at."""


class Closed(Exception):  # noqa: N818
    """The platform lets us write nothing to this person until they write again, or only for money."""


class Summarised(Exception):  # noqa: N818
    """In place of the whole screen a short approved text was sent, which tells of it; `ref` is its id."""

    def __init__(self, ref: str) -> None:
        super().__init__()
        self.ref = ref


class Moved(Exception):  # noqa: N818
    """The chat has another address now: `chat`."""

    def __init__(self, chat: str) -> None:
        super().__init__()
        self.chat = chat


class Channel(Protocol):
    """One platform. `parse` is a pure function of the module, since its input differs."""

    name: str
    account: str
    can: Capabilities

    async def send(self, chat: str, message: Message) -> str:
        """Send and return the platform's id of the message; raise one of the endings above."""

    async def edit(self, chat: str, ref: str, message: Message) -> str:
        """Change the message `ref` and return its id; send anew where it cannot be changed."""

    async def acknowledge(self, inbound: Inbound, notice: str) -> None:
        """Tell the platform that a tap was seen; never raise."""

    async def fetch(self, file: RemoteFile, most: int) -> bytes:
        """The bytes of a file sent to us; raise TryLater, or Refused where it is over `most` bytes."""


if TYPE_CHECKING:
    Channels = Mapping[tuple[str, str], Channel]  # by name and account: a platform may have several bots of ours
