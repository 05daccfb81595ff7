"""Telegram: what a bot sends, changes, acknowledges and fetches, and polling where there is no webhook.

Reading updates is in `telegram_parse.py`. Of python-telegram-bot only `Bot`, `Update`, the errors and
`BaseRequest` are used; the commonest calls go past `Bot`'s objects. CPU of one send with nine buttons
over loopback (Python 3.11, one after the other / fifty at once):

    Bot.send_message on HTTPXRequest      1300 / 2240 µs
    Bot.send_message on AiohttpRequest     550 /  450 µs
    AiohttpRequest.call, as here           205 /  150 µs
    bare aiohttp, the floor                170 /   80 µs
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import random
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from telegram import Bot, BotCommand
from telegram.error import Conflict, InvalidToken, RetryAfter, TelegramError

from bot.channels.base import Refused, TryLater
from bot.channels.telegram_errors import ending, is_unchanged, is_uneditable, seconds
from bot.channels.telegram_files import Sender
from bot.channels.telegram_parse import NAME
from bot.channels.telegram_render import CAPABILITIES, body
from bot.channels.telegram_request import AiohttpRequest, TooLarge

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping, Sequence

    from bot.channels.base import Inbound, Message, RemoteFile
    from conversations.engine.screen import FileRef

_log = logging.getLogger(__name__)

# Without it PTB 22 raises a warning where it should raise RetryAfter, if warnings are errors.
os.environ.setdefault("PTB_TIMEDELTA", "1")
# httpx, if anything uses it, logs URLs, and PTB below WARNING whole calls: the token and people's words.
logging.getLogger("httpx").setLevel(logging.WARNING)
logging.getLogger("telegram").setLevel(logging.WARNING)

OFFICIAL = "https://api.telegram.org"
_UPDATES = ["message", "callback_query", "my_chat_member"]  # the server keeps the list: so said at every start
_POLL = 50  # getUpdates: the server waits no longer
_LONGEST_PAUSE = 60.0  # seconds between two tries of polling
_NOTICE = 200  # answerCallbackQuery: "0-200 characters"
_ACKNOWLEDGE = 5.0  # seconds: later the button has stopped waiting


@dataclass(frozen=True, slots=True)
class Webhook:
    """Where Telegram shall post updates, and the word that shows that it was Telegram."""

    url: str  # https, on port 443, 80, 88 or 8443
    secret: str  # 1-256 of A-Z, a-z, 0-9, _ and -


class Telegram:
    """One bot on Telegram; a `Channel`."""

    name = NAME
    can = CAPABILITIES

    def __init__(
        self,
        token: str,
        read: Callable[[FileRef], Awaitable[bytes]],
        *,
        api_url: str = OFFICIAL,
        timeout: float = 20,
    ) -> None:
        """Take the bot's token, a reader of stored files, and the seconds that an answer is waited for."""
        self.account = token.partition(":")[0]  # the bot's id, which is no secret
        self.username = ""  # without @; known after `start`
        api_url = api_url.rstrip("/")
        self._request = AiohttpRequest(api_url, timeout)
        self._bot = Bot(token, f"{api_url}/bot", f"{api_url}/file/bot", self._request, self._request)
        self._files = Sender(self._bot, read)

    async def start(
        self,
        commands: Mapping[str, Sequence[tuple[str, str]]],
        webhook: Webhook | None = None,
    ) -> None:
        """Open the connection, say where updates go (None: polling) and set the command menus.

        `commands` holds (name, description) by two-letter language; "" is for all other languages.
        Raises TryLater where Telegram does not answer and Refused where it does not take the token;
        `stop` is needed all the same.
        """
        await self._request.initialize()
        try:
            self.username = (await self._bot.get_me()).username or ""
            if webhook is None:
                await self._bot.delete_webhook()
            else:
                await self._bot.set_webhook(webhook.url, allowed_updates=_UPDATES, secret_token=webhook.secret)
            for language, menu in commands.items():
                await self._set_commands(language, menu)
        except TelegramError as error:
            raise ending(error) from error

    async def stop(self) -> None:
        """Close the connections; what is under way fails."""
        await self._request.shutdown()

    async def send(self, chat: str, message: Message) -> str:
        """Send the files, then the words with the buttons, and return the id of the last message.

        Raises TryLater, Unreachable, Refused or Moved. Where some of it has arrived, TryLater is `unknown`:
        a message with files in it is several on Telegram.
        """
        number = _number(chat)
        only_files = message.files and not (message.title or message.text or message.rows)
        words = None if only_files else body(message)
        sent = ""
        try:
            async for ref in self._files.send(number, message.files):
                sent = ref
            if words is not None:
                words |= {"chat_id": number, "disable_notification": message.silent}
                sent = str((await self._call("sendMessage", words))["message_id"])
        except TelegramError as error:
            raise _incomplete(ending(error), sent) from error
        return sent

    async def edit(self, chat: str, ref: str, message: Message) -> str:
        """Change the message `ref` and return its id; send anew where it cannot be changed, or takes files."""
        if message.files or not ref.isdecimal():
            return await self.send(chat, message)
        place = {"chat_id": _number(chat), "message_id": int(ref)}
        try:
            await self._call("editMessageText", place | body(message))
        except TelegramError as error:
            if is_unchanged(error):
                return ref
            if is_uneditable(error):
                return await self.send(chat, message)
            raise ending(error) from error
        return ref

    async def acknowledge(self, inbound: Inbound, notice: str) -> None:
        """End the waiting sign of a tapped button, showing the notice if there is one; never raise.

        Telegram takes it for some seconds only, and once; too late is no loss.
        """
        if not inbound.reply_id:
            return
        answer = {"callback_query_id": inbound.reply_id} | ({"text": notice[:_NOTICE]} if notice else {})
        with contextlib.suppress(TelegramError):
            await self._call("answerCallbackQuery", answer, read_timeout=_ACKNOWLEDGE)

    async def fetch(self, file: RemoteFile, most: int) -> bytes:
        """The bytes of a file sent to the bot; raise TryLater, or Refused over `most` bytes or 20 MB."""
        if file.size is not None and file.size > most:
            raise _too_large(most)
        try:
            path = (await self._call("getFile", {"file_id": file.id})).get("file_path", "")
            return await self._request.download(f"{self._bot.base_file_url}/{quote(path)}", most)
        except TooLarge:
            raise _too_large(most) from None
        except TelegramError as error:
            raise ending(error) from error

    async def updates(
        self,
        pause: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> AsyncGenerator[list[dict[str, Any]], None]:
        """Wait for updates and yield them in batches, raw; end only when the token is not accepted.

        A batch is confirmed to Telegram by asking for the next one: a consumer that dies with a batch in
        its hands gets it again.
        """
        offset = failures = 0
        while True:
            try:
                batch = await self._poll(offset)
            except InvalidToken as error:
                ending(error)  # it raises the alarm
                return
            except TelegramError as error:
                failures += 1
                await pause(_pause(error, failures))
                continue
            failures = 0
            # After an idle week ids start anew from a random one: an offset from before might skip them.
            offset = batch[-1]["update_id"] + 1 if batch else 0
            if batch:
                yield batch

    async def _poll(self, offset: int) -> list[dict[str, Any]]:
        question = {"offset": offset, "timeout": _POLL, "allowed_updates": _UPDATES}
        batch: list[dict[str, Any]] = await self._call("getUpdates", question, read_timeout=_POLL + 10)
        return batch

    async def _call(self, method: str, parameters: dict[str, Any], read_timeout: float | None = None) -> Any:
        return await self._request.call(f"{self._bot.base_url}/{method}", parameters, read_timeout=read_timeout)

    async def _set_commands(self, language: str, menu: Sequence[tuple[str, str]]) -> None:
        wanted = tuple(BotCommand(name, description) for name, description in menu)
        if await self._bot.get_my_commands(language_code=language or None) != wanted:
            await self._bot.set_my_commands(wanted, language_code=language or None)


def _number(chat: str) -> int:
    try:
        return int(chat)
    except ValueError:
        reason = "not a chat of Telegram"
        raise Refused(reason) from None


def _incomplete(end: Exception, sent: str) -> Exception:
    return (
        TryLater(end.after, unknown=True, why=str(end), of=end.of) if sent and isinstance(end, TryLater) else end
    )


def _too_large(most: int) -> Refused:
    return Refused(f"a file over {most} bytes")


def _pause(error: TelegramError, failures: int) -> float:
    """Seconds until polling is tried again: longer each time, and not at the same instant as others."""
    if isinstance(error, RetryAfter):
        return seconds(error.retry_after)
    if isinstance(error, Conflict):
        _log.error("another process polls for this bot, or a webhook is set")
    else:
        _log.warning("polling failed %d times: %s", failures, type(error).__name__)
    return min(_LONGEST_PAUSE, 2.0 ** min(failures, 6)) * random.uniform(0.5, 1)  # noqa: S311 - no secret
