"""The real program killed while a photo goes up: the photo goes on where it stopped, and the dialogue with it."""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING

import pytest
from playwright.async_api import expect

from tests import papers
from tests.browser.running_app import running_app
from tests.browser.test_whole_year import joins, registers
from tests.browser.web_visitor import PHONE, visiting

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.async_api import Browser, FilePayload, Page, Request

    from tests.browser.web_visitor import Visitor

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def test_a_killed_server_costs_no_byte_that_had_come(chromium: Browser, tmp_path: Path) -> None:
    async with (
        running_app(tmp_path, today="2027-02-20") as app,
        visiting(chromium, app.address, "/j/DOANVIEN", **PHONE) as lan,
    ):
        link = await asks_for_a_link(lan)
        page = await lan.context.new_page()
        offsets = await chooses_a_large_photo(page, link)
        parts = tmp_path / "evidence" / "tmp"
        while sum(part.stat().st_size for part in parts.glob("part-*")) < 500_000:
            await page.wait_for_timeout(50)

        await app.kill()
        await expect(page.get_by_role("status")).to_contain_text("Mất kết nối", timeout=15_000)
        await app.start()

        await expect(page.locator(".chip")).to_contain_text("Đã nhận", timeout=40_000)
        assert offsets.count(0) == 1
        await page.get_by_role("button", name="Xong").click()
        await expect(page.get_by_role("heading", name="Đã gửi 1 tệp")).to_be_visible()
        await lan.sees("tiêu chí nào")
        await expect(lan.page.locator(".picture img")).to_have_count(1)


async def chooses_a_large_photo(page: Page, link: str) -> list[int]:
    """Open the link on a slow line and choose a photo of 3 MB; where its pieces belong is noted as they go."""
    offsets: list[int] = []

    def note(request: Request) -> None:
        if request.method == "PATCH":
            offsets.append(int(request.headers["upload-offset"]))

    page.on("request", note)
    await page.goto(link)
    line = await page.context.new_cdp_session(page)
    await line.send("Network.enable")
    limits = {"offline": False, "latency": 20, "downloadThroughput": -1, "uploadThroughput": 300_000}
    await line.send("Network.emulateNetworkConditions", limits)
    photo = papers.data("ra quân.jpg") + os.urandom(3_000_000)
    chosen: FilePayload = {"name": "ra quân.jpg", "mimeType": "image/jpeg", "buffer": photo}
    await page.locator("#several").set_input_files([chosen])
    return offsets


async def asks_for_a_link(lan: Visitor) -> str:
    """Join, register, begin a report, and ask for a link at its question for photos."""
    await joins(lan, "Nguyễn Thị Lan")
    await registers(lan)
    await lan.taps("Gửi minh chứng")
    await lan.says("Ra quân, 40 người tham gia.")
    await lan.sees("Mời đồng chí gửi ảnh")
    await lan.says("gui tep")
    await lan.sees("Liên kết dùng một lần")
    found = re.search(r"http://localhost:\d+/u/[\w-]+", await lan.said.inner_text())
    assert found
    return found[0].replace("localhost", "127.0.0.1")
