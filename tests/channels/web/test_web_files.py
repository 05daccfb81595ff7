"""The web chat over real HTTP: uploads, and who may open a file."""

from __future__ import annotations

import asyncio
import hashlib
import io
from typing import TYPE_CHECKING

import pytest

from bot import web_chat
from bot.channels import web as channel
from tests.fakes.web_client import Browser, pieces

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from tests.fakes.web_runtime import FakeRuntime

PNG = b"\x89PNG\r\n\x1a\n" + bytes(200)


class TestFiles:
    @pytest.mark.parametrize(
        ("claimed", "kept"),
        [
            ("ảnh.png", "ảnh.png"),
            ("../../etc/passwd", "passwd"),
            ("C:\\Users\\lan\\kế hoạch.docx", "kế hoạch.docx"),
            ("a\nb\x00.pdf", "a b.pdf"),
            ("..", ""),
            ("  ", ""),
            ("x" * 300 + ".xlsx", "x" * 195 + ".xlsx"),
        ],
    )
    def test_a_file_name_is_kept_without_folders(self, claimed: str, kept: str) -> None:
        assert channel.file_name(claimed) == kept

    async def test_an_upload_is_sent_with_a_message_and_opened_by_its_sender(self, lan: Browser) -> None:
        kept = await (await lan.upload("ảnh ra quân.png", PNG)).json()
        await lan.say("Ảnh buổi ra quân", files=[{"token": kept["token"]}])
        file = (await lan.events())[0].data["files"][0]

        response = await lan.session.get(lan.url(f"/f/{file['sha256']}/{file['name']}"))

        assert (kept["name"], kept["size"]) == ("ảnh ra quân.png", len(PNG))
        assert await response.read() == PNG
        assert response.headers["Content-Type"] == "image/png"
        assert response.headers["Content-Disposition"] == (
            "inline; filename*=UTF-8''%E1%BA%A3nh%20ra%20qu%C3%A2n.png"
        )
        assert "sandbox" in response.headers["Content-Security-Policy"]
        assert response.headers["X-Content-Type-Options"] == "nosniff"
        assert "private" in response.headers["Cache-Control"]

    async def test_another_person_does_not_see_it(self, lan: Browser, minh: Browser) -> None:
        await lan.upload("a.png", PNG)
        path = f"/f/{hashlib.sha256(PNG).hexdigest()}/a.png"

        assert (await lan.session.get(lan.url(path))).status == 200
        assert (await minh.session.get(minh.url(path))).status == 404

    async def test_what_is_not_a_picture_is_only_downloaded(self, lan: Browser) -> None:
        page = b"<script>alert(1)</script>"
        await lan.upload("a.html", page)

        response = await lan.session.get(lan.url(f"/f/{hashlib.sha256(page).hexdigest()}/a.html"))

        assert response.headers["Content-Disposition"].startswith("attachment;")

    @pytest.mark.parametrize(
        "path",
        [
            "/f/../bot/web_chat.py",
            "/f/..%2f..%2fetc%2fpasswd",
            f"/f/{'0' * 64}/..%2F..%2Fetc%2Fpasswd",
            f"/f/{'0' * 64}/%2e%2e",
            f"/f/{'0' * 64}/a%00.png",
            f"/f/{'0' * 64}/a%0d%0aSet-Cookie:%20x",
            f"/f/{'0' * 63}G/a.png",
            f"/f/{'A' * 64}/a.png",
            f"/f/{'0' * 64}/",
            "/style/base.css",
            "/texts.vi.json",
            "/%2e%2e/web_chat.py",
        ],
    )
    async def test_no_path_leads_anywhere_else(self, path: str, lan: Browser) -> None:
        port = lan.server.port
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        # as it is: a client library would tidy the path up
        writer.write(f"GET {path} HTTP/1.1\r\nHost: x\r\nCookie: kheo={lan.token}\r\n\r\n".encode())

        status = (await reader.readline()).decode()
        writer.close()

        assert " 404 " in status

    @pytest.mark.parametrize("chunked", [False, True])
    async def test_a_file_too_large_is_refused_by_name(
        self, lan: Browser, runtime: FakeRuntime, monkeypatch: pytest.MonkeyPatch, *, chunked: bool
    ) -> None:
        monkeypatch.setattr(channel, "MOST_UPLOAD", 2 * 1024**2)
        data = pieces(bytes(1024**2), 3) if chunked else io.BytesIO(bytes(3 * 1024**2))

        response = await lan.upload("phim.png", data)

        error = (await response.json())["error"]
        assert response.status == 413
        assert "phim.png" in error
        assert "2 MB" in error
        assert runtime.files == {}

    async def test_the_largest_file_is_taken_and_given_back(self, lan: Browser) -> None:
        data = bytes(20 * 1024**2)

        kept = await (await lan.upload("a.pdf", pieces(data[: 1024**2], 20))).json()
        response = await lan.session.get(lan.url(f"/f/{hashlib.sha256(data).hexdigest()}/a.pdf"))

        assert kept["size"] == channel.MOST_UPLOAD
        assert await response.read() == data

    async def test_why_a_file_is_not_kept_is_told(self, lan: Browser, runtime: FakeRuntime) -> None:
        runtime.refuses_files = "Tệp “a.exe” không thuộc loại được nhận."

        response = await lan.upload("a.exe", b"MZ")

        assert (response.status, (await response.json())["error"]) == (422, runtime.refuses_files)

    async def test_a_file_without_a_name_is_refused(self, lan: Browser) -> None:
        assert (await lan.upload("..", PNG)).status == 400

    async def test_another_site_cannot_upload(self, lan: Browser, runtime: FakeRuntime) -> None:
        foreign = await lan.upload("a.png", PNG, **{"Sec-Fetch-Site": "cross-site"})
        form = await lan.upload("a.png", PNG, **{"Content-Type": "text/plain"})

        assert (foreign.status, form.status) == (403, 415)
        assert runtime.files == {}

    async def test_an_upload_that_breaks_off_leaves_nothing_and_frees_its_place(
        self,
        lan: Browser,
        runtime: FakeRuntime,
        monkeypatch: pytest.MonkeyPatch,
        caplog: pytest.LogCaptureFixture,
    ) -> None:
        monkeypatch.setattr(web_chat, "MOST_UPLOADS", 1)
        _, writer = await asyncio.open_connection("127.0.0.1", lan.server.port)
        head = (
            "POST /chat/upload?name=a.png HTTP/1.1\r\nHost: x\r\nContent-Type: application/octet-stream\r\n"
            f"Sec-Fetch-Site: same-origin\r\nContent-Length: 1000\r\nCookie: kheo={lan.token}\r\n\r\nhalf"
        )
        writer.write(head.encode())
        await writer.drain()
        async with asyncio.timeout(5):
            while (await lan.upload("b.png", PNG)).status != 429:
                pass

        writer.close()
        async with asyncio.timeout(5):
            while (await lan.upload("b.png", PNG)).status == 429:
                pass

        assert list(runtime.files.values()) == [PNG]
        assert caplog.records == []

    async def test_an_upload_that_stands_still_is_given_up(
        self, lan: Browser, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(web_chat, "UPLOAD_SECONDS", 0.05)

        async def stuck() -> AsyncIterator[bytes]:
            yield b"half"
            await asyncio.sleep(0.5)

        response = await lan.upload("a.png", stuck())

        assert response.status == 408
