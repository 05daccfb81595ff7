"""A runtime for the page's tests: one small dialogue in memory, nothing of the engine or the database."""

from __future__ import annotations

import asyncio
import datetime as dt
import hashlib
import secrets
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from bot.channels.base import TryLater
from conversations.engine.screen import FileRef, Option, Screen

if TYPE_CHECKING:
    from bot.channels.base import Inbound
    from conversations.engine.screen import Json

START = dt.datetime(2027, 3, 1, 2, 30, tzinfo=dt.UTC)
BACK = Option("~back", "Lùi", tap="/lui")
CANCEL = Option("~cancel", "Huỷ", tap="/huy")
DONE = Option("~done", "Xong", tap="1.q4.~done")


def _choices(question: str, *options: tuple[str, str]) -> tuple[Option, ...]:
    return tuple(
        Option(f"o{number}", label, hint, number, f"1.{question}.o{number}")
        for number, (label, hint) in enumerate(options, start=1)
    )


GREETING = Screen(
    "Kính chào đồng chí. Tôi giúp đồng chí đăng ký, báo cáo và tự chấm mô hình “Dân vận khéo”.\n\n"
    "Hạn đăng ký năm nay: thứ Tư, 10/03/2027, còn 9 ngày.",
    title="Trợ lý Dân vận khéo",
    options=(
        Option("register", "Đăng ký mô hình", "Khoảng 5 phút, có thể dừng và làm tiếp sau", 1, "/dangky"),
        Option("prove", "Gửi minh chứng", "Ảnh, văn bản, số liệu", 2, "/minhchung"),
        Option("status", "Trạng thái mô hình", "", 3, "/trangthai"),
    ),
)
QUESTIONS = (
    Screen(
        "Mô hình thuộc lĩnh vực nào?",
        options=_choices(
            "area",
            ("Kinh tế", "Sản xuất, việc làm, thu nhập"),
            ("Văn hoá – xã hội", "Chăm lo đời sống, an sinh, khuyến học"),
            ("Quốc phòng – an ninh", "Tự quản, an toàn, phòng chống tội phạm"),
            ("Xây dựng hệ thống chính trị", "Tổ chức công đoàn, cải cách hành chính"),
        ),
        expects="choice",
    ),
    Screen("Tên mô hình là gì?", expects="text"),
    Screen("Có bao nhiêu người tham gia?", expects="number"),
    Screen("Mô hình bắt đầu từ ngày nào?", expects="date"),
    Screen("Đồng chí gửi ảnh hoặc văn bản của mô hình, rồi bấm Xong.", expects="files", controls=(DONE,)),
    Screen(
        "Tiêu chí 1 được bao nhiêu điểm?",
        title="Tiêu chí 1: Nội dung thiết thực",
        options=tuple(Option(f"p{n}", str(n), "", 0, f"1.points.p{n}") for n in range(8)),
        expects="number",
    ),
)
THANKS = Screen("Đã đăng ký. Số của mô hình là DVK-27-0041.\nTrân trọng cảm ơn đồng chí.", title="Đã gửi")


@dataclass
class Chat:
    """One chat: its rows, and the question that is open."""

    rows: list[tuple[int, str, Json]] = field(default_factory=list)
    seen: set[str] = field(default_factory=set)
    step: int | None = None
    uploads: dict[str, FileRef] = field(default_factory=dict)


class FakeRuntime:
    """Runtime in memory. `away` makes every message end in "try later"; nothing is taken until `hold` is set."""

    def __init__(self) -> None:
        self.chats: dict[str, Chat] = {}
        self.taken: list[Inbound] = []
        self.away = False
        self.refuses_files = ""
        self.hold = asyncio.Event()
        self.hold.set()
        self.files: dict[str, bytes] = {}
        self._news = asyncio.Condition()
        self._last = 0

    async def take(self, inbound: Inbound) -> None:
        """Answer one message, once."""
        await self.hold.wait()
        if self.away:
            raise TryLater(2)
        chat = self.chat(inbound.chat)
        if inbound.external_id in chat.seen:
            return
        chat.seen.add(inbound.external_id)
        self.taken.append(inbound)
        files = [chat.uploads[file.id] for file in inbound.files]
        said = {
            "id": inbound.external_id,
            "text": inbound.text,
            "tap": inbound.tap,
            "files": [vars_of(file) for file in files],
        }
        await self.tell(inbound.chat, "echo", said)
        await self.tell(inbound.chat, "answer", self._answer(chat, inbound).to_json())

    async def screens_after(self, chat: str, last_id: int, most: int) -> list[tuple[int, str, Json]]:
        """Give the newest rows."""
        return [row for row in self.chat(chat).rows if row[0] > last_id][-most:]

    async def wait(self, chat: str, last_id: int, seconds: float) -> None:
        """Wait for a newer row."""
        try:
            async with asyncio.timeout(seconds), self._news:
                await self._news.wait_for(lambda: any(row[0] > last_id for row in self.chat(chat).rows))
        except TimeoutError:
            return

    async def keep_upload(self, chat: str, name: str, data: bytes) -> Json | str:
        """Keep a file, unless told to refuse."""
        await self.hold.wait()
        if self.refuses_files:
            return self.refuses_files
        digest, token = hashlib.sha256(data).hexdigest(), secrets.token_urlsafe(32)
        media_type = "image/png" if data.startswith(b"\x89PNG") else "application/octet-stream"
        self.files[digest] = data
        self.chat(chat).uploads[token] = FileRef(digest, name, media_type, len(data))
        return {"token": token, "name": name, "size": len(data), "media_type": media_type}

    async def open_file(self, chat: str, sha256: str, name: str) -> tuple[bytes, str, str] | None:
        """Give a file that was sent in this chat."""
        for file in self.chat(chat).uploads.values():
            if (file.sha256, file.name) == (sha256, name):
                return self.files[sha256], file.media_type, name
        return None

    def chat(self, chat: str) -> Chat:
        """The chat at this address."""
        return self.chats.setdefault(chat, Chat())

    async def tell(self, chat: str, kind: str, payload: Json) -> None:
        """Add a row and wake the streams."""
        self._last += 1
        at = (START + dt.timedelta(minutes=self._last)).isoformat()
        self.chat(chat).rows.append((self._last, kind, {**payload, "at": at}))
        async with self._news:
            self._news.notify_all()

    def _answer(self, chat: Chat, inbound: Inbound) -> Screen:
        said = inbound.tap or inbound.text
        if said.startswith("/start") or said == "/huy":
            chat.step = None
            return GREETING
        if said == "/dangky":
            chat.step = 0
        elif said == "/lui" and chat.step:
            chat.step -= 1
        elif chat.step is None:
            return Screen(f"Tôi chưa hiểu “{said}”. Đồng chí chọn một việc:", options=GREETING.options)
        elif QUESTIONS[chat.step].expects != "files" or said == DONE.tap:
            return self._next(chat, said)
        return _asked(chat.step)

    @staticmethod
    def _next(chat: Chat, said: str) -> Screen:
        assert chat.step is not None
        left = QUESTIONS[chat.step]
        answered = next((o.label for o in left.options if said in {o.tap, str(o.number), o.label}), said)
        chat.step += 1
        if chat.step == len(QUESTIONS):
            chat.step = None
            return THANKS
        return replace(_asked(chat.step), settled=answered, settled_place=_place(chat.step - 1))


def vars_of(file: FileRef) -> Json:
    """The file as JSON."""
    return {"sha256": file.sha256, "name": file.name, "media_type": file.media_type, "size": file.size}


def _asked(step: int) -> Screen:
    question = QUESTIONS[step]
    controls = (*question.controls, *([BACK] if step else []), CANCEL)
    return replace(question, controls=controls, place=_place(step), progress=(step + 1, len(QUESTIONS)))


def _place(step: int) -> str:
    return f"1.q{step}"
