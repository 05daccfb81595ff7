"""Files sent to a person on an Official Account: handed over first, then named in a message.

Pictures are made small enough; of other files Zalo takes PDF and Word only: the rest goes as links.
"""

from __future__ import annotations

import asyncio
import io
import time
from collections import OrderedDict
from typing import TYPE_CHECKING, Any, Final

from PIL import Image

from bot.channels.base import Refused
from bot.channels.zalo_oa_errors import UPLOAD_EXPIRED, ZaloError

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from bot.channels.zalo_oa_client import Client
    from conversations.engine.screen import FileRef

PICTURES: Final = frozenset({"image/jpeg", "image/png", "image/webp"})
PAPERS: Final = {  # what upload/file takes, and the ending by which it knows it
    "application/pdf": ".pdf",
    "application/msword": ".doc",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": ".docx",
}
MOST_PICTURE: Final = 1024**2  # upload/image: "jpg, png, at most 1 MB"
MOST_PAPER: Final = 5 * 1024**2  # upload/file: "PDF, DOC, DOCX, at most 5 MB"

_KEPT = 6 * 24 * 3600.0  # seconds: an upload can be named for seven days
_REMEMBERED = 2_000  # uploads: 5,000 a month are allowed, so a picture sent to many is handed over once
_SIDES = (1920, 1440, 1080, 720, 480)  # pixels of the longer side, the first that is small enough
_QUALITY = 82  # of JPEG


class Uploads:
    """Hands files over and remembers their ids; `read` gives the bytes of a stored file."""

    def __init__(self, client: Client, read: Callable[[FileRef], Awaitable[bytes]]) -> None:
        self._client, self._read = client, read
        self._known: OrderedDict[str, tuple[str, float]] = OrderedDict()  # hash → id, when it runs out

    async def send(self, user: str, file: FileRef, text: str = "") -> dict[str, Any]:
        """Send one file, a picture with a text if there is one; an id that has run out is made anew, once."""
        known = await self._id(file)
        try:
            return await self._client.post("/v3.0/oa/message/cs", _body(user, file, known, text))
        except ZaloError as error:
            if error.code != UPLOAD_EXPIRED:
                raise
        self._known.pop(file.sha256, None)
        return await self._client.post("/v3.0/oa/message/cs", _body(user, file, await self._id(file), text))

    async def _id(self, file: FileRef) -> str:
        known, until = self._known.get(file.sha256, ("", 0.0))
        if time.monotonic() < until:
            return known
        made = await self._handed_over(file)
        self._known[file.sha256] = (made, time.monotonic() + _KEPT)
        self._known.move_to_end(file.sha256)
        while len(self._known) > _REMEMBERED:
            self._known.popitem(last=False)
        return made

    async def _handed_over(self, file: FileRef) -> str:
        data = await self._read(file)
        if file.media_type in PICTURES:
            small, media_type = await asyncio.to_thread(shrunk, data, file.media_type)
            name = "anh.png" if media_type == "image/png" else "anh.jpg"
            got = await self._client.upload("/v2.0/oa/upload/image", name, small, media_type)
        else:
            if file.media_type not in PAPERS or len(data) > MOST_PAPER:
                reason = "a file that Zalo does not take"
                raise Refused(reason)
            named = _with_ending(file.name, PAPERS[file.media_type])
            got = await self._client.upload("/v2.0/oa/upload/file", named, data, file.media_type)
        made = got.get("attachment_id") or got.get("token")
        if not isinstance(made, str):
            reason = "an upload without an id"
            raise Refused(reason)
        return made


def is_picture(file: FileRef) -> bool:
    """Whether it is shown as a picture."""
    return file.media_type in PICTURES


def shrunk(data: bytes, media_type: str) -> tuple[bytes, str]:
    """A picture as Zalo takes it, and its media type: itself if it is small enough, else a smaller JPEG.

    Raise Refused where it cannot be read.
    """
    if media_type in {"image/jpeg", "image/png"} and len(data) <= MOST_PICTURE:
        return data, media_type
    try:
        with Image.open(io.BytesIO(data)) as opened:
            picture = opened.convert("RGB")
    except (OSError, ValueError, Image.DecompressionBombError) as error:
        reason = "a picture that cannot be read"
        raise Refused(reason) from error
    for side in _SIDES:
        picture.thumbnail((side, side))
        out = io.BytesIO()
        picture.save(out, "JPEG", quality=_QUALITY, optimize=True)
        if out.tell() <= MOST_PICTURE:
            break
    return out.getvalue(), "image/jpeg"


def _body(user: str, file: FileRef, made: str, text: str) -> dict[str, Any]:
    message: dict[str, Any]
    if is_picture(file):
        element = {"media_type": "image", "attachment_id": made}
        payload = {"template_type": "media", "elements": [element]}
        message = {"attachment": {"type": "template", "payload": payload}}
        message |= {"text": text} if text else {}
    else:
        message = {"attachment": {"type": "file", "payload": {"token": made}}}
    return {"recipient": {"user_id": user}, "message": message}


def _with_ending(name: str, ending: str) -> str:
    return name if name.lower().endswith(ending) else f"{name}{ending}"
