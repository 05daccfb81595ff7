"""Zalo's Bot Platform: what a bot sends and fetches, polling, and the pauses that its errors ask for.

Reading events is in `zalo_bot_parse.py`, calling in `zalo_bot_client.py`. There are no buttons, no files but
photos by their URL, no changing of messages, and 3,000 messages a month. No library: what there is hides errors.
"""

from __future__ import annotations

import asyncio
import logging
import random
import time
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from bot.channels.base import Refused, TryLater, Unreachable
from bot.channels.zalo_bot_client import ZaloBotClient, ZaloError, ending
from bot.channels.zalo_bot_parse import NAME
from bot.channels.zalo_bot_render import CAPABILITIES, has_words, text_of

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Awaitable, Callable

    from bot.channels.base import Inbound, Message, RemoteFile

_log = logging.getLogger(__name__)

OFFICIAL = "https://bot-api.zaloplatforms.com"
MEDIA = ".zdn.vn"  # where Zalo keeps what people send
_POLL = 30  # seconds that getUpdates waits
_SOON = 1.0  # seconds: an empty answer sooner than this did not wait, and is not asked for again at once
_LONGEST_PAUSE = 60.0  # seconds between two tries of polling
_HELD = (60.0, 600.0, 3600.0)  # seconds without sending after the first, second and each further 429
_UNAUTHORISED = 300.0  # seconds between looks whether the token is taken again
_MOST_STRIKES = 3  # refusals in a row after which a chat is given up, and errors 403 after which a message is
_UNSET = {400, 404}  # what deleteWebhook and getWebhookInfo answer where none is set


@dataclass(frozen=True, slots=True)
class Webhook:
    """Where Zalo shall post events, and the word that shows that it was Zalo."""

    url: str  # https, not a private address
    secret: str  # 8-256 characters


class ZaloBot:
    """One bot on Zalo; a `Channel`."""

    name = NAME
    can = CAPABILITIES

    def __init__(
        self,
        token: str,
        *,
        api_url: str = OFFICIAL,
        timeout: float = 20,
    ) -> None:
        """Take the bot's token and the seconds that an answer is waited for."""
        self.account = token.partition(":")[0]  # the bot's id, which is no secret
        self.account_name = ""  # known after `start`
        self._client = ZaloBotClient(token, api_url, timeout)
        self._own = urlsplit(api_url).netloc if api_url != OFFICIAL else ""
        self._hold = _Hold()
        self._strikes: Counter[str] = Counter()

    async def start(self, webhook: Webhook | None = None) -> str:
        """Open the connection and say where events go (None: polling); give what Zalo found wrong with the URL.

        Raises TryLater where Zalo does not answer and Refused where it does not take the token or the URL;
        `stop` is needed all the same.
        """
        await self._client.open()
        try:
            bot = _object(await self._client.call("getMe", {}))
            self.account_name = str(bot.get("account_name", ""))
            await self._look_for_another(webhook.url if webhook else "")
            if webhook is None:
                await self._poll_from_now_on()
                return ""
            body = {"url": webhook.url, "secret_token": webhook.secret}
            found = _object(_object(await self._client.call("setWebhook", body)).get("verification"))
            return "" if found.get("ok", True) is True else str(found.get("outcome", "unknown"))[:60]
        except ZaloError as error:
            if error.code == 401:  # noqa: PLR2004 - the API's number
                reason = "the token is not accepted"
                raise Refused(reason) from None
            raise ending(error) from None

    async def stop(self) -> None:
        """Close the connections; what is under way fails."""
        await self._client.close()

    async def send(self, chat: str, message: Message) -> str:
        """Send the photos, then the words, and return the id of the last message.

        Raises TryLater, Unreachable or Refused. Where some of it has arrived, TryLater is `unknown`.
        """
        if left := self._hold.left():
            raise TryLater(left, why="the channel is held", of="bot")
        calls = [("sendPhoto", {"chat_id": chat, "photo": photo.url}) for photo in message.photos]
        if has_words(message):
            calls.append(("sendMessage", {"chat_id": chat, **text_of(message)}))
        sent = ""
        for method, body in calls:
            try:
                sent = await self._sent(method, body)
            except ZaloError as error:
                end = self._end(chat, error)
                if sent and isinstance(end, TryLater):
                    end = TryLater(end.after, unknown=True, why=str(end), of=end.of)
                raise end from None
        del self._strikes[chat]
        return sent

    async def edit(self, chat: str, ref: str, message: Message) -> str:  # noqa: ARG002 - see `can.edits`
        """Send it anew."""
        return await self.send(chat, message)

    async def acknowledge(self, inbound: Inbound, notice: str) -> None:
        """Do nothing: there are no buttons to tap."""

    async def fetch(self, file: RemoteFile, most: int) -> bytes:
        """The bytes of a photo; raise TryLater, or Refused over `most` bytes or where it is not Zalo's."""
        url = urlsplit(file.id)
        is_zalo = url.scheme == "https" and (url.hostname or "").endswith(MEDIA) and url.port in {None, 443}
        is_own = bool(self._own) and url.scheme in {"http", "https"} and url.netloc == self._own
        if not (is_zalo or is_own):
            reason = "a photo from elsewhere"
            raise Refused(reason)
        return await self._client.download(file.id, most)

    async def events(
        self, pause: Callable[[float], Awaitable[None]] = asyncio.sleep
    ) -> AsyncGenerator[dict[str, Any], None]:
        """Poll, and yield each event, raw; end only when the token is not accepted.

        Zalo forgets an event once it was given, and gives one at a time.
        """
        failures = 0
        while True:
            begun = time.monotonic()
            try:
                event = await self._next()
            except ZaloError as error:
                if error.code == 401:  # noqa: PLR2004 - the API's number
                    _log.critical("Zalo does not accept the bot's token")
                    return
                failures += 1
                _log.warning("polling Zalo failed %d times: %d", failures, error.code)
                await pause(min(_LONGEST_PAUSE, 2.0 ** min(failures, 6)) * random.uniform(0.5, 1))  # noqa: S311
                continue
            failures = 0
            if event:
                yield event
            elif time.monotonic() - begun < _SOON:
                await pause(_SOON)

    async def _next(self) -> dict[str, Any]:
        """Wait for the next event and give it; empty where nobody wrote."""
        try:
            event = await self._client.call("getUpdates", {"timeout": _POLL}, patience=_POLL + 15)
        except ZaloError as error:
            if error.code != 408:  # noqa: PLR2004 - the API's way to say that nobody wrote
                raise
            return {}
        return _object(event)

    async def _look_for_another(self, ours: str) -> None:
        """Warn where the bot's events went elsewhere until now: another deployment may use the same token."""
        try:
            set_ = _object(await self._client.call("getWebhookInfo", {})).get("url")
        except ZaloError as error:
            if error.code not in _UNSET:
                _log.info("Zalo does not say where events go: %d", error.code)
            return
        if isinstance(set_, str) and set_ and set_ != ours:
            _log.warning("the bot's events went to %s until now", (urlsplit(set_).hostname or "")[:100])

    async def _poll_from_now_on(self) -> None:
        """Take a webhook away: with one, polling is silent."""
        try:
            await self._client.call("deleteWebhook", {})
        except ZaloError as error:
            if error.code not in _UNSET:
                raise

    async def _sent(self, method: str, body: dict[str, Any]) -> str:
        """Make one call and give the message's id; a photo that Zalo cannot use goes as its link."""
        try:
            result = await self._client.call(method, body)
        except ZaloError as error:
            if method != "sendPhoto" or error.code != 400:  # noqa: PLR2004 - the API's number
                raise
            _log.warning("a photo went as a link: %s", error.why)
            result = await self._client.call("sendMessage", {"chat_id": body["chat_id"], "text": body["photo"]})
        self._hold.over()
        return str(_object(result).get("message_id", ""))

    def _end(self, chat: str, error: ZaloError) -> TryLater | Refused | Unreachable:
        """The message's ending; some errors hold the whole channel, some in a row give up a chat."""
        if error.code == 401:  # noqa: PLR2004 - the API's number
            _log.critical("Zalo does not accept the bot's token")
            return TryLater(self._hold.hold(_UNAUTHORISED), why="the token is not accepted", of="bot")
        if error.code == 429:  # noqa: PLR2004 - the API's number
            return TryLater(self._hold.hold(), why="too many messages", of="bot")
        end = ending(error)
        if error.code == 403 or isinstance(end, Refused):  # noqa: PLR2004 - "internal error", by its own words
            self._strikes[chat] += 1
            if self._strikes[chat] >= _MOST_STRIKES:
                del self._strikes[chat]
                return Unreachable() if isinstance(end, Refused) else Refused("error 403")
        return end


def _object(result: Any) -> dict[str, Any]:
    """A `result` as an object, be there none."""
    return result if isinstance(result, dict) else {}


class _Hold:
    """How long nothing is sent. Zalo has one code for a burst and for a spent month, and no time to wait."""

    def __init__(self) -> None:
        self._until, self._times = 0.0, 0

    def left(self) -> float:
        """Seconds until sending may be tried; 0: now."""
        return max(0.0, self._until - time.monotonic())

    def hold(self, seconds: float = 0) -> float:
        """Hold, for so many seconds or longer each time; give the seconds. Others may have begun meanwhile."""
        if not self.left():
            seconds = seconds or _HELD[min(self._times, len(_HELD) - 1)]
            self._times += 1
            self._until = time.monotonic() + seconds
            _log.error("nothing is sent by Zalo for %d seconds", seconds)
        return self.left()

    def over(self) -> None:
        """Something was sent."""
        self._times = 0
