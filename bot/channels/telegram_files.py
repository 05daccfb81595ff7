"""Files sent to a person on Telegram: pictures as photos, several as an album; the rest as documents."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from telegram import InputMediaPhoto
from telegram.error import BadRequest

from bot.channels.base import Refused
from bot.channels.telegram_render import CAPABILITIES

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable, Sequence

    from telegram import Bot

    from conversations.engine.screen import FileRef

_log = logging.getLogger(__name__)

_PICTURES = ("image/jpeg", "image/png", "image/webp")
_PHOTO = 10_000_000  # sendPhoto: "at most 10 MB in size"
_ALBUM = 10  # sendMediaGroup: "must include 2-10 items"


class Sender:
    """Sends files to one chat; `read` gives the bytes of a stored file.

    All come without a sound: a message with words and buttons follows them.
    """

    def __init__(self, bot: Bot, read: Callable[[FileRef], Awaitable[bytes]]) -> None:
        self._bot = bot
        self._read = read

    async def send(self, chat: int, files: Sequence[FileRef]) -> AsyncIterator[str]:
        """Send the files, pictures first, and yield the id of each message; raise TelegramError or Refused."""
        if any(file.size > CAPABILITIES.files_out for file in files):
            reason = "a file over 50 MB"
            raise Refused(reason)
        pictures = [file for file in files if file.media_type in _PICTURES and file.size <= _PHOTO]
        for start in range(0, len(pictures), _ALBUM):
            for ref in await self._pictures(chat, pictures[start : start + _ALBUM]):
                yield ref
        for file in files:
            if file not in pictures:
                yield await self._document(chat, file)

    async def _pictures(self, chat: int, files: Sequence[FileRef]) -> list[str]:
        try:
            return await self._photos(chat, files)
        except BadRequest as error:
            # Telegram takes no photo that is very long, very thin, or that its own reader cannot read.
            _log.warning("photos sent as documents: %s", error.message.partition(":")[0])
            return [await self._document(chat, file) for file in files]

    async def _photos(self, chat: int, files: Sequence[FileRef]) -> list[str]:
        if len(files) == 1:
            content = await self._read(files[0])
            message = await self._bot.send_photo(
                chat,
                content,
                filename=files[0].name,
                disable_notification=True,
            )
            return [str(message.message_id)]
        album = [InputMediaPhoto(await self._read(file), filename=file.name) for file in files]
        messages = await self._bot.send_media_group(chat, album, disable_notification=True)
        return [str(message.message_id) for message in messages]

    async def _document(self, chat: int, file: FileRef) -> str:
        message = await self._bot.send_document(
            chat,
            await self._read(file),
            filename=file.name,
            disable_notification=True,
        )
        return str(message.message_id)
