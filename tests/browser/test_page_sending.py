"""The page in a real browser when the line is bad: nothing written is lost, nothing is sent twice."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING

import pytest
import pytest_asyncio
from playwright.async_api import expect

from bot import web_chat
from tests.browser.web_visitor import Visitor, visiting
from tests.fakes.web_client import served
from tests.fakes.web_runtime import FakeRuntime

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from playwright.async_api import Browser, FilePayload

pytestmark = pytest.mark.asyncio(loop_scope="module")
ONE_PIXEL = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)
PHOTO: FilePayload = {"name": "ra quân.png", "mimeType": "image/png", "buffer": ONE_PIXEL}
PLAN: FilePayload = {"name": "kế hoạch.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.7" * 1000}


@pytest_asyncio.fixture(loop_scope="module")
async def runtime() -> FakeRuntime:
    return FakeRuntime()


@pytest_asyncio.fixture(loop_scope="module")
async def url(runtime: FakeRuntime) -> AsyncIterator[str]:
    async with served(runtime) as server:
        yield str(server.make_url("/")).rstrip("/")


@pytest_asyncio.fixture(loop_scope="module")
async def lan(chromium: Browser, url: str) -> AsyncIterator[Visitor]:
    async with visiting(chromium, url) as visitor:
        await visitor.sees("Kính chào")
        yield visitor


async def test_what_is_written_offline_is_sent_in_order_once(lan: Visitor, runtime: FakeRuntime) -> None:
    await lan.context.set_offline(True)
    for words in ("một", "hai", "ba"):
        await lan.says(words)
    await expect(lan.mine.first).to_contain_text("Chưa gửi được, sẽ tự gửi lại")
    await expect(lan.state).to_have_text("Mất kết nối, đang thử lại…")

    await lan.context.set_offline(False)

    await lan.sees("ba")
    await expect(lan.state).to_have_text("Đã kết nối")
    await expect(lan.page.locator(".underway")).to_have_count(0)
    await expect(lan.mine).to_have_count(3)
    assert [inbound.text for inbound in runtime.taken] == ["/start", "một", "hai", "ba"]


async def test_what_was_not_yet_taken_survives_a_reload(lan: Visitor, runtime: FakeRuntime) -> None:
    runtime.away = True
    await lan.says("chưa tới nơi")
    await expect(lan.mine).to_contain_text("Chưa gửi được")

    await lan.page.reload()
    await expect(lan.mine).to_contain_text("chưa tới nơi")
    runtime.away = False

    await lan.sees("chưa tới nơi")
    await expect(lan.mine).to_have_count(1)
    assert [inbound.text for inbound in runtime.taken] == ["/start", "chưa tới nơi"]


async def test_a_server_that_comes_back_is_found_and_the_talk_goes_on(chromium: Browser) -> None:
    runtime = FakeRuntime()
    async with served(runtime) as first:
        assert first.port
        port = first.port
        visit = visiting(chromium, f"http://127.0.0.1:{port}")
        lan = await visit.__aenter__()
        await lan.sees("Kính chào")
    await expect(lan.state).to_have_text("Mất kết nối, đang thử lại…")
    await lan.says("/dangky")
    await runtime.tell(runtime.taken[0].chat, "reminder", {"text": "Còn 3 ngày."})

    async with served(runtime, port=port):
        await lan.sees("lĩnh vực")

        await expect(lan.state).to_have_text("Đã kết nối")
        await expect(lan.page.get_by_text("Còn 3 ngày.")).to_have_count(1)
        await expect(lan.page.get_by_text("Kính chào")).to_have_count(1)
        await visit.__aexit__(None, None, None)


async def test_what_is_not_taken_says_why_and_can_be_changed(lan: Visitor, runtime: FakeRuntime) -> None:
    await lan.says("x" * 20_001)
    await expect(lan.mine).to_contain_text("20001")
    await lan.says("tiếp theo")
    await lan.sees("tiếp theo")

    await lan.button("Sửa và gửi lại").click()
    await expect(lan.text).to_have_value("x" * 20_001)
    await lan.says("ngắn hơn")
    await lan.sees("ngắn hơn")

    await expect(lan.mine).to_have_count(2)
    assert [inbound.text for inbound in runtime.taken[1:]] == ["tiếp theo", "ngắn hơn"]


async def test_the_page_opens_without_a_connection_and_keeps_no_words(lan: Visitor) -> None:
    await lan.says("bí mật")
    await lan.sees("bí mật")
    await lan.measure("navigator.serviceWorker.ready.then(() => null)")
    await lan.page.reload()
    await lan.sees("bí mật")
    kept = await lan.measure(
        "caches.open('kheo-shell').then(c => c.keys()).then(all => all.map(r => new URL(r.url).pathname))"
    )

    await lan.context.set_offline(True)
    await lan.page.reload()

    await expect(lan.page.get_by_role("heading", level=1)).to_contain_text("Khéo")
    await expect(lan.state).to_have_text("Mất kết nối, đang thử lại…")
    await expect(lan.page.get_by_text("bí mật")).to_have_count(0)
    assert not [path for path in kept if path.startswith(("/chat/", "/f/"))]


async def test_files_go_up_with_progress_and_are_sent_together_with_words(
    lan: Visitor, runtime: FakeRuntime
) -> None:
    await lan.registers_up_to("gửi ảnh")
    runtime.hold.clear()
    await lan.page.locator("#files").set_input_files([PHOTO, PLAN])

    await expect(lan.page.get_by_role("progressbar", name="ra quân.png")).to_be_visible()
    await expect(lan.page.locator("#hint")).to_have_text("Đang tải tệp lên, xong sẽ gửi được.")
    await lan.text.fill("Ảnh buổi ra quân")
    await lan.text.press("Enter")
    await expect(lan.text).to_have_value("Ảnh buổi ra quân")
    await expect(lan.button("Gửi")).to_be_disabled()
    runtime.hold.set()
    await expect(lan.page.locator("#chips")).to_contain_text("8 KB · Đã tải lên")
    await lan.button("Gửi").click()

    await expect(lan.page.get_by_role("link", name="Mở ra quân.png")).to_be_visible()
    await expect(lan.mine.last).to_contain_text("Ảnh buổi ra quân")
    await expect(lan.page.get_by_role("link", name="kế hoạch.pdf 8 KB")).to_be_visible()
    assert await lan.measure("document.querySelector('.picture img').decode().then(() => 'shown')") == "shown"
    assert len(runtime.taken[-1].files) == 2
    await expect(lan.page.locator("#chips")).to_be_hidden()


async def test_a_refused_file_says_why_and_the_others_go(lan: Visitor, runtime: FakeRuntime) -> None:
    await lan.registers_up_to("gửi ảnh")
    runtime.refuses_files = "Tệp “ra quân.png” bị hỏng. Đồng chí chụp lại giúp."
    await lan.page.locator("#files").set_input_files([PHOTO])
    await expect(lan.page.locator("#chips")).to_contain_text("bị hỏng")
    await expect(lan.page.get_by_role("button", name="Thử tải lại ra quân.png")).to_have_count(0)
    await lan.text.fill("gửi luôn")
    await lan.text.press("Enter")
    await expect(lan.text).to_have_value("gửi luôn")

    runtime.refuses_files = ""
    await lan.page.locator("#files").set_input_files([PLAN])
    await expect(lan.page.get_by_text("8 KB · Đã tải lên")).to_be_visible()
    await lan.page.get_by_role("button", name="Bỏ tệp ra quân.png").click()
    await lan.button("Gửi").click()

    await expect(lan.page.get_by_role("link", name="kế hoạch.pdf 8 KB")).to_be_visible()
    assert len(runtime.taken[-1].files) == 1


async def test_an_upload_that_failed_for_now_can_be_tried_again(
    lan: Visitor, runtime: FakeRuntime, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as full:
        full.setattr(web_chat, "MOST_UPLOADS", 0)
        await lan.page.locator("#files").set_input_files([PHOTO])
        await expect(lan.page.locator("#chips")).to_contain_text("nhiều tệp")

    await lan.page.get_by_role("button", name="Thử tải lại ra quân.png").click()

    await expect(lan.page.locator("#chips")).to_contain_text("Đã tải lên")
    assert list(runtime.files.values()) == [ONE_PIXEL]


async def test_a_file_too_large_is_refused_before_it_costs_anything(
    lan: Visitor, runtime: FakeRuntime, tmp_path: Path
) -> None:
    film = tmp_path / "phim.mp4"
    with film.open("wb") as hollow:
        hollow.truncate(20 * 1024**2 + 1)

    await lan.page.locator("#files").set_input_files([film])

    await expect(lan.page.locator("#chips")).to_contain_text("lớn hơn 20 MB")
    await expect(lan.page.get_by_role("button", name="Thử tải lại phim.mp4")).to_have_count(0)
    assert runtime.files == {}


async def test_uploaded_files_survive_a_reload(lan: Visitor, runtime: FakeRuntime) -> None:
    await lan.registers_up_to("gửi ảnh")
    await lan.page.locator("#files").set_input_files([PLAN])
    await expect(lan.page.locator("#chips")).to_contain_text("Đã tải lên")

    await lan.page.reload()
    await expect(lan.page.locator("#chips")).to_contain_text("kế hoạch.pdf")
    await lan.button("Gửi").click()

    await expect(lan.page.get_by_role("link", name="kế hoạch.pdf 8 KB")).to_be_visible()
    assert len(runtime.taken[-1].files) == 1
