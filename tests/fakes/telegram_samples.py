"""Messages and files that the tests of the Telegram channel send."""

from __future__ import annotations

import hashlib

from bot.channels.base import Button, Message
from conversations.engine.screen import FileRef

JPEG = b"\xff\xd8\xff\xe0" + b"\x00" * 100
QUESTION = Message(
    text="Mô hình <b>thuộc</b> lĩnh vực nào & vì sao?",
    title="Đăng ký < 2027",
    progress="Bước 3/9",
    rows=((Button("Kinh tế", "v1|kinh-te"), Button("Văn hoá", "v1|van-hoa")), (Button("‹ Quay lại", "v1|back"),)),
)
_STORE: dict[str, bytes] = {}


def stored(content: bytes, name: str, media_type: str) -> FileRef:
    """Keep a file, and return its reference."""
    digest = hashlib.sha256(content).hexdigest()
    _STORE[digest] = content
    return FileRef(digest, name, media_type, len(content))


async def read(file: FileRef) -> bytes:
    """The bytes of a file that was kept."""
    return _STORE[file.sha256]


def pictures(count: int) -> tuple[FileRef, ...]:
    """So many different pictures."""
    return tuple(stored(JPEG + bytes([i]), f"anh-{i}.jpg", "image/jpeg") for i in range(count))
