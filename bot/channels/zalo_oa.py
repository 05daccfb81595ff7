"""A Zalo Official Account: what it sends and fetches, when it may, and what it does where it may not.

Reading what Zalo posts is in `zalo_oa_parse.py`; where tokens are kept, in `bot/zalo_oa_tokens.py`.
"""

from __future__ import annotations

import datetime as dt
import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from bot.channels.base import Closed, Refused, Summarised, TryLater, Unreachable
from bot.channels.zalo_oa_brake import Brake
from bot.channels.zalo_oa_errors import Means, ZaloError, ending, means
from bot.channels.zalo_oa_files import Uploads, is_picture
from bot.channels.zalo_oa_parse import NAME
from bot.channels.zalo_oa_render import CAPABILITIES, body, template_body, text_of
from bot.channels.zalo_oa_window import Window

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping

    from bot.channels.base import Inbound, Message, RemoteFile
    from bot.channels.zalo_oa_client import Client
    from conversations.engine.screen import FileRef

_ALARM_EVERY = dt.timedelta(hours=1)

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Account:
    """One Official Account and what may be sent in its name."""

    oa_id: str
    zone: dt.tzinfo  # whose nights count
    may_cost: bool = False  # consult messages that are charged
    templates: Mapping[str, str] | None = None  # ids of approved templates by purpose: notice, reminder


class ZaloOA:
    """One Official Account; a `Channel`. `count` is told what each message was charged to, "" for money."""

    name = NAME
    can = CAPABILITIES

    def __init__(
        self,
        account: Account,
        client: Client,
        read: Callable[[FileRef], Awaitable[bytes]],
        now: Callable[[], dt.datetime],
        count: Callable[[str], None] = lambda _quota: None,
    ) -> None:
        self.account = account.oa_id
        self._account, self._client, self._now, self._count = account, client, now, count
        self._window = Window(client, may_cost=account.may_cost)
        self._uploads = Uploads(client, read)
        self._brake = Brake(now)
        client.on_headers = self._brake.heard
        self._paused_until: dt.datetime | None = None
        self._alarmed: dict[int, dt.datetime] = {}

    async def stop(self) -> None:
        """Close the connections; what is under way fails."""
        await self._client.stop()

    async def send(self, chat: str, message: Message) -> str:
        """Send the files, then the words with the buttons, and return the id of the last message.

        Raises TryLater, Unreachable or Refused; outside of the window Summarised where a template went in its
        place, else Closed. Where some of it has arrived, TryLater is `unknown`.
        """
        self._raise_where_paused()
        if wait := self._brake.wait(message):
            raise TryLater(wait, why="near the limit", of="bulk")
        try:
            if await self._window.is_open(chat, message, self._now()):
                return await self._consult(chat, message)
        except ZaloError as error:
            if means(error.code) not in {Means.CLOSED, Means.OUT_OF_QUOTA}:
                raise self._ending(error) from None
            self._alarm(error)
        await self._template(chat, message)
        raise Closed

    async def edit(self, chat: str, ref: str, message: Message) -> str:  # noqa: ARG002 - see `can.edits`
        """Send anew: nothing can be changed."""
        return await self.send(chat, message)

    async def acknowledge(self, inbound: Inbound, notice: str) -> None:
        """Do nothing: a tap is an ordinary message here."""

    async def fetch(self, file: RemoteFile, most: int) -> bytes:
        """The bytes of a file sent to the account; raise TryLater, or Refused over `most` bytes."""
        if file.size is not None and file.size > most:
            reason = f"a file over {most} bytes"
            raise Refused(reason)
        return await self._client.download(file.id, most)

    async def _consult(self, chat: str, message: Message) -> str:
        sent = ""
        try:
            for file, caption in _with_captions(message):
                sent = self._counted(await self._uploads.send(chat, file, caption), message)
            if not _is_caption(message) and (message.text or message.title or message.rows):
                sent = self._counted(await self._client.post("/v3.0/oa/message/cs", body(chat, message)), message)
        except ZaloError as error:
            if sent and means(error.code) is Means.BACK_OFF:
                raise TryLater(unknown=True, why="too many requests") from None
            raise
        except TryLater as later:
            if sent:
                raise TryLater(later.after, unknown=True, why=str(later), of=later.of) from later
            raise
        return sent

    async def _template(self, chat: str, message: Message) -> None:
        """Send the approved template for this purpose, if there is one; raise Summarised where it went."""
        template = (self._account.templates or {}).get(message.purpose)
        if not template:
            return
        try:
            sent = await self._client.post("/v3.0/oa/message/template", template_body(chat, template, message))
        except ZaloError as error:
            end = self._ending(error)
            raise end if isinstance(end, TryLater | Unreachable) else Closed() from None
        self._count("template")
        raise Summarised(_ref(sent))

    def _counted(self, sent: dict[str, Any], message: Message) -> str:
        """The id of a message; what it was charged to is counted: no quota in the answer means money."""
        quota = sent.get("quota")
        kind = quota.get("quota_type") if isinstance(quota, dict) else ""
        self._count(kind if isinstance(kind, str) else "")
        if quota is None and message.purpose != "answer":
            self._window.was_charged(self._now())
        return _ref(sent)

    def _ending(self, error: ZaloError) -> Exception:
        """What to raise for a code; where an operator is needed, everything waits for a while."""
        end = ending(error.code, self._now().astimezone(self._account.zone))
        if isinstance(end, TryLater) and means(error.code) is Means.OPERATOR:
            self._paused_until = self._now() + dt.timedelta(seconds=end.after)
        if means(error.code) is Means.BACK_OFF:
            self._brake.was_hit()
        self._alarm(error)
        return end

    def _raise_where_paused(self) -> None:
        if self._paused_until and (left := (self._paused_until - self._now()).total_seconds()) > 0:
            raise TryLater(left, why="paused", of="bot")

    def _alarm(self, error: ZaloError) -> None:
        """Tell the operator of a code that needs one, once an hour."""
        now = self._now()
        if now < self._alarmed.get(error.code, now):
            return
        self._alarmed[error.code] = now + _ALARM_EVERY
        if means(error.code) in {Means.OPERATOR, Means.OUT_OF_QUOTA}:
            _log.critical("Zalo needs an operator: error %d, see docs/zalo.md", error.code)
        elif means(error.code) is Means.OURS:
            _log.error("Zalo refused a request: error %d", error.code)


def _is_caption(message: Message) -> bool:
    """Whether the words go with the only picture, which saves a message; buttons cannot go with one."""
    return len(message.files) == 1 and is_picture(message.files[0]) and not message.rows


def _with_captions(message: Message) -> list[tuple[FileRef, str]]:
    caption = text_of(message) if _is_caption(message) else ""
    return [(file, caption) for file in message.files]


def _ref(sent: dict[str, Any]) -> str:
    return str(sent.get("message_id") or sent.get("msg_id") or "")[:120]
