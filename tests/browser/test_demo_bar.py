"""The bar of the demo in a real browser, over the real program: the day moves, and what falls due comes."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from playwright.async_api import expect

from tests.browser.running_app import running_app
from tests.browser.web_visitor import PHONE, Visitor, visiting

if TYPE_CHECKING:
    from playwright.async_api import Browser

pytestmark = pytest.mark.asyncio(loop_scope="module")
SCREENSHOTS = Path(__file__).parent / "screenshots"


async def joins(who: Visitor, name: str) -> None:
    await who.sees("Đồng chí có đồng ý không?")
    await who.taps("Đồng ý")
    await who.sees("Họ và tên")
    await who.says(name)
    await who.sees(f"Kính chào đồng chí {name}")


async def sees_day(who: Visitor, day: str) -> None:
    await expect(who.page.locator("#day")).to_have_text(f"Bản dùng thử · {day}")


async def test_an_administrator_steps_the_day_and_reminders_come(chromium: Browser, tmp_path: Path) -> None:
    async with (
        running_app(tmp_path, today="2027-03-08") as app,
        visiting(chromium, app.address, "/j/CAPCUU", **PHONE) as ray,
        visiting(chromium, app.address, "/j/QUANTRI", **PHONE, color_scheme="dark") as quan,
    ):
        await joins(ray, "Thạch Sa Rây")
        await sees_day(ray, "thứ Hai, 08/03/2027")
        await expect(ray.page.get_by_role("button", name="Sang ngày sau")).to_be_hidden()
        await expect(quan.page.get_by_role("button", name="Sang ngày sau")).to_be_hidden()  # nobody yet
        await joins(quan, "Đỗ Anh Quân")

        await quan.button("Sang ngày sau").tap()

        for who in (quan, ray):
            await sees_day(who, "thứ Ba, 09/03/2027")
        letter = ray.page.locator(".bubble.bot", has_text="còn 1 ngày").filter(has_text="Đăng ký mô hình")
        await expect(letter).to_have_count(1)
        await look(ray, "reminder")
        heights = await letter.locator(".option").evaluate_all("(all) => all.map((each) => each.offsetHeight)")
        assert len(heights) >= 2
        assert max(heights) < 80  # words in a line, not one below the other
        await look(quan, "demo-bar")

        await quan.button("Sang 7 ngày sau").tap()

        for who in (quan, ray):
            await sees_day(who, "thứ Ba, 16/03/2027")
        await expect(ray.page.locator(".bubble.bot", has_text="Hôm nay là hạn cuối")).to_have_count(1)
        await fits_a_thumb_and_the_screen(quan)


async def fits_a_thumb_and_the_screen(quan: Visitor) -> None:
    sizes = await quan.measure("[...steps.children].map((each) => [each.offsetWidth, each.offsetHeight])")
    slim = await quan.measure("demo.offsetHeight")
    await quan.measure("document.documentElement.style.fontSize = '200%'")

    assert all(min(size) >= 44 for size in sizes)
    assert slim <= 60
    assert await quan.measure("document.documentElement.scrollWidth <= innerWidth")


async def test_what_could_not_be_moved_is_said_and_can_be_tried_again(chromium: Browser, tmp_path: Path) -> None:
    async with (
        running_app(tmp_path, today="2027-03-08") as app,
        visiting(chromium, app.address, "/j/QUANTRI") as quan,
    ):
        await joins(quan, "Đỗ Anh Quân")
        await quan.page.route("**/chat/day", lambda route: route.abort())
        await quan.button("Sang ngày sau").click()
        await expect(quan.page.locator("#day")).to_have_text(re.compile("Chưa sang ngày được"))

        await quan.page.unroute("**/chat/day")
        await quan.button("Sang ngày sau").click()

        await sees_day(quan, "thứ Ba, 09/03/2027")


async def look(who: Visitor, name: str) -> None:
    """Keep a picture, to be looked at by people."""
    SCREENSHOTS.mkdir(exist_ok=True)
    await who.page.screenshot(path=SCREENSHOTS / f"{name}.png", animations="disabled")
