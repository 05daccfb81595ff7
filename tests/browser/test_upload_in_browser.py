"""The upload page in a real browser, on a phone: what goes up, what happens on a bad line, what is refused."""

from __future__ import annotations

import os
import re
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

import pytest
import pytest_asyncio
from playwright.async_api import expect

from storage.database import open_database
from tests import papers
from tests.browser.running_app import free_port
from tests.browser.web_visitor import PHONE, visiting
from tests.fakes.upload_site import UploadSite, declare_sending, serving

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable
    from pathlib import Path

    from playwright.async_api import Browser, FilePayload, Locator, Page, Request, Route

pytestmark = pytest.mark.asyncio(loop_scope="module")


def paper(name: str, more: int = 0) -> FilePayload:
    """A file to choose; `more` bytes are added at its end, where no reader of pictures minds them."""
    kind = {"jpg": "image/jpeg", "pdf": "application/pdf"}.get(name.rpartition(".")[2], "")
    return {"name": name, "mimeType": kind, "buffer": papers.data(name) + os.urandom(more)}


class Phone:
    """The page as its visitor sees it."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.offsets: list[int] = []
        page.on("request", self._note)

    async def choose(self, *files: FilePayload) -> None:
        """Choose files as from the gallery."""
        await self.page.locator("#several").set_input_files(list(files))

    def chip(self, name: str) -> Locator:
        """The line of a file."""
        return self.page.locator(".chip").filter(has_text=name)

    @property
    def status(self) -> Locator:
        """How things stand, in words."""
        return self.page.get_by_role("status")

    @property
    def done(self) -> Locator:
        """The button that ends it."""
        return self.page.get_by_role("button", name="Xong")

    async def is_told_it_was_sent(self, many: int) -> None:
        """Press the button and wait until the page says that it was sent."""
        await self.done.click()
        await expect(self.page.get_by_role("heading", name=f"Đã gửi {many} tệp")).to_be_visible()

    def _note(self, request: Request) -> None:
        if request.method == "PATCH":
            self.offsets.append(int(request.headers["upload-offset"]))


@pytest_asyncio.fixture(loop_scope="module")
async def site(sqlite_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[UploadSite]:
    declare_sending(monkeypatch)
    database = open_database(sqlite_url)
    async with serving(database, tmp_path / "evidence", free_port(), locale="vi") as site:
        yield site
    await database.close()


@asynccontextmanager
async def _opened(chromium: Browser, site: UploadSite) -> AsyncIterator[Phone]:
    link = await site.ask_for_files()
    async with visiting(chromium, link, "", **PHONE) as visitor:
        yield Phone(visitor.page)


@pytest_asyncio.fixture(loop_scope="module")
async def phone(chromium: Browser, site: UploadSite) -> AsyncIterator[Phone]:
    async with _opened(chromium, site) as phone:
        yield phone


async def test_photos_go_up_and_the_chat_goes_on(phone: Phone, site: UploadSite) -> None:
    await expect(phone.done).to_be_disabled()
    await phone.choose(paper("ra quân.jpg"), paper("kế hoạch.pdf"))
    await expect(phone.status).to_have_text("Đã nhận 2 tệp. Bấm “Xong” để gửi cho Khéo.")
    await phone.page.get_by_label("Ghi chú").fill("Buổi ra quân")

    await phone.is_told_it_was_sent(2)

    assert (await site.settled())[-1] == "Got ra quân.jpg, kế hoạch.pdf; Buổi ra quân"


async def test_the_camera_sends_one_after_the_other(phone: Phone, site: UploadSite) -> None:
    assert await phone.page.locator("#photo").get_attribute("capture") == "environment"
    for name in ("1.jpg", "2.jpg"):
        await phone.page.locator("#photo").set_input_files([paper(name)])
        await expect(phone.chip(name)).to_contain_text("Đã nhận")

    await phone.is_told_it_was_sent(2)

    assert (await site.settled())[-1] == "Got 1.jpg, 2.jpg; "


async def test_a_lost_line_is_said_and_the_file_goes_on_by_itself_where_it_stopped(
    phone: Phone, site: UploadSite
) -> None:
    photo = paper("lớn.jpg", 3_000_000)
    line = await _slow_line(phone)
    await phone.choose(photo)
    await expect(phone.status).to_contain_text("Đang tải 1/1")
    await _until_some_has_come(phone, site)

    await line(is_cut=True)
    await expect(phone.status).to_have_text("Mất kết nối. Trang sẽ tự gửi tiếp khi có mạng.")
    await line(is_cut=False)
    await expect(phone.chip("lớn.jpg")).to_contain_text("Đã nhận", timeout=20_000)

    assert phone.offsets.count(0) == 1, "what had come was sent once more"
    await phone.is_told_it_was_sent(1)
    assert (await site.settled())[-1] == "Got lớn.jpg; "


async def test_requests_that_die_on_the_way_are_sent_again(phone: Phone, site: UploadSite) -> None:
    fates = iter(["dies", "goes", "arrives unheard", "dies", *["goes"] * 50])

    async def meet(route: Route) -> None:
        match next(fates):
            case "dies":
                await route.abort("connectionreset")
            case "arrives unheard":
                await route.fetch()
                await route.abort("connectionreset")
            case _:
                await route.continue_()

    await phone.page.route(re.compile(r"/u/[^/]+/[0-9a-f]+"), meet)
    await phone.choose(paper("xấu.jpg", 1_500_000))

    await expect(phone.chip("xấu.jpg")).to_contain_text("Đã nhận", timeout=25_000)
    await phone.is_told_it_was_sent(1)
    assert (await site.settled())[-1] == "Got xấu.jpg; "


async def test_done_whose_answer_was_lost_is_one_message(phone: Phone, site: UploadSite) -> None:
    await phone.choose(paper("một.jpg"))
    await expect(phone.status).to_contain_text("Đã nhận 1 tệp")
    first = iter([True])

    async def meet(route: Route) -> None:
        if next(first, False):
            await route.fetch()
            await route.abort("connectionreset")
        else:
            await route.continue_()

    await phone.page.route("**/done", meet)
    await phone.is_told_it_was_sent(1)

    assert [text for text in await site.settled() if text.startswith("Got")] == ["Got một.jpg; "]


async def test_a_reload_keeps_what_has_come_and_the_same_file_is_not_sent_again(
    phone: Phone, site: UploadSite
) -> None:
    await phone.choose(paper("a.jpg"), paper("b.jpg"))
    await expect(phone.status).to_contain_text("Đã nhận 2 tệp")
    await phone.page.reload()
    await expect(phone.chip("a.jpg")).to_contain_text("Đã nhận")

    await phone.page.get_by_role("button", name="Bỏ tệp a.jpg").click()
    await expect(phone.page.locator(".chip")).to_have_count(1)
    await phone.is_told_it_was_sent(1)

    assert (await site.settled())[-1] == "Got b.jpg; "


async def test_each_refusal_stands_under_its_file(phone: Phone, site: UploadSite, tmp_path: Path) -> None:
    large = tmp_path / "phim.jpg"
    large.touch()
    os.truncate(large, 21 * 1024**2)
    await phone.page.locator("#several").set_input_files(large)
    await phone.choose(paper("hong.jpg"), paper("máy.exe"), paper("tốt.jpg"))

    await expect(phone.chip("phim.jpg")).to_contain_text("Tệp lớn hơn 20 MB")
    await expect(phone.chip("máy.exe").locator(".error")).to_contain_text("máy.exe")
    await expect(phone.chip("hong.jpg").locator(".error")).to_contain_text("hong.jpg")
    await expect(phone.chip("tốt.jpg")).to_contain_text("Đã nhận")
    await phone.is_told_it_was_sent(1)

    assert (await site.settled())[-1] == "Got tốt.jpg; "


async def test_a_used_link_says_what_to_do(phone: Phone) -> None:
    await phone.choose(paper("a.jpg"))
    await expect(phone.status).to_contain_text("Đã nhận 1 tệp")
    await phone.is_told_it_was_sent(1)

    await phone.page.reload()

    await expect(phone.page.get_by_role("heading", name="Các tệp đã được gửi")).to_be_visible()
    await expect(phone.page.locator("main")).to_contain_text("gửi tệp")


async def test_it_fits_a_small_phone_and_a_thumb(phone: Phone) -> None:
    await phone.choose(paper("một tên rất dài của một tấm ảnh buổi ra quân ở nhà trọ công nhân số 12.jpg"))
    await expect(phone.status).to_contain_text("Đã nhận 1 tệp")

    assert await phone.page.evaluate("document.documentElement.scrollWidth") <= 360
    small = "els => els.filter(e => e.offsetParent && (e.offsetHeight < 44 || e.offsetWidth < 44)).map(e => e.id)"
    assert await phone.page.locator("button, textarea").evaluate_all(small) == []
    if folder := os.environ.get("KHEO_PICTURES"):
        await phone.page.screenshot(path=f"{folder}/upload.png", full_page=True)


async def _slow_line(phone: Phone) -> Callable[..., Awaitable[None]]:
    """Let the line carry 200 kB a second upwards; what is given cuts it or mends it."""
    session = await phone.page.context.new_cdp_session(phone.page)
    await session.send("Network.enable")

    async def line(*, is_cut: bool) -> None:
        limits = {"offline": is_cut, "latency": 20, "downloadThroughput": -1, "uploadThroughput": 200_000}
        await session.send("Network.emulateNetworkConditions", limits)

    await line(is_cut=False)
    return line


async def _until_some_has_come(phone: Phone, site: UploadSite) -> None:
    """Wait until the server has a piece."""
    folder = site.folder / "tmp"
    while not any(path.stat().st_size for path in folder.glob("part-*")):
        await phone.page.wait_for_timeout(50)
