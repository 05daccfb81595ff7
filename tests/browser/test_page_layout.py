"""The page in a real browser: on a small phone, in large letters, light and dark, to a screen reader."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import pytest_asyncio
from playwright.async_api import expect

from tests.browser.web_visitor import PHONE, Visitor, visiting
from tests.fakes.web_client import served
from tests.fakes.web_runtime import FakeRuntime

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from playwright.async_api import Browser

pytestmark = pytest.mark.asyncio(loop_scope="module")
SCREENSHOTS = Path(__file__).parent / "screenshots"
LONG = "Quỹ“tương-thân-tương-ái”" * 12
COLOURS = (
    ("--text", "--page"),
    ("--text", "--bubble"),
    ("--soft", "--page"),
    ("--soft", "--bubble"),
    ("--soft", "--panel"),
    ("--soft", "--tint"),
    ("--own-text", "--own"),
    ("--blue", "--panel"),
    ("--blue", "--tint"),
    ("--on-blue", "--blue"),
    ("--red", "--panel"),
    ("--red", "--page"),
)


@pytest_asyncio.fixture(loop_scope="module")
async def url() -> AsyncIterator[str]:
    async with served(FakeRuntime()) as server:
        yield str(server.make_url("/")).rstrip("/")


async def fits(lan: Visitor) -> bool:
    return bool(await lan.measure("document.documentElement.scrollWidth <= innerWidth"))


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 1280])
async def test_nothing_is_wider_than_the_screen(chromium: Browser, url: str, width: int, scheme: str) -> None:
    size = {"viewport": {"width": width, "height": 760}}
    async with visiting(chromium, url, **(PHONE | size if width == 360 else size), color_scheme=scheme) as lan:
        await lan.sees("Kính chào")
        await lan.says(LONG)
        await lan.sees(LONG[:40])
        assert await fits(lan)
        await lan.registers_up_to("Tên")
        SCREENSHOTS.mkdir(exist_ok=True)
        await lan.page.screenshot(path=SCREENSHOTS / f"page-{width}-{scheme}.png", animations="disabled")
        assert await fits(lan)


async def test_letters_twice_as_large_still_leave_room_to_read_and_write(chromium: Browser, url: str) -> None:
    async with visiting(chromium, url, **PHONE) as lan:
        await lan.measure("document.documentElement.style.fontSize = '200%'")
        await lan.registers_up_to("lĩnh vực")

        log = await lan.page.locator("#log").bounding_box()
        text = await lan.text.bounding_box()

        assert await fits(lan)
        assert log
        assert log["height"] > 740 / 2
        assert text
        assert text["width"] > 360 / 2


async def test_everything_to_tap_is_as_large_as_a_thumb(chromium: Browser, url: str) -> None:
    async with visiting(chromium, url, **PHONE) as lan:
        await lan.registers_up_to("gửi ảnh")
        await lan.page.locator("#files").set_input_files(
            {"name": "a.txt", "mimeType": "text/plain", "buffer": b"a"}
        )
        await lan.page.get_by_role("button", name="Chức năng").tap()
        await lan.page.get_by_role("button", name="Trợ giúp").wait_for()

        small = await lan.measure(
            """[...document.querySelectorAll("button, textarea, a[href]:not(.skip)")]
               .filter((each) => each.checkVisibility())
               .filter((each) => each.offsetWidth < 44 || each.offsetHeight < 44)
               .map((each) => each.outerHTML)"""
        )

        assert small == []


async def test_a_screen_reader_finds_names_for_everything(chromium: Browser, url: str) -> None:
    async with visiting(chromium, url) as lan:
        await lan.registers_up_to("gửi ảnh")

        nameless = await lan.measure(
            """[...document.querySelectorAll("button, textarea, input, img, progress, a[href], ul[aria-label]")]
               .filter((each) => each.checkVisibility())
               .filter((each) => !(each.getAttribute("aria-label") ?? each.alt ?? each.textContent).trim())
               .filter((each) => each.alt !== "")
               .map((each) => each.outerHTML)"""
        )

        assert nameless == []
        assert await lan.measure("document.documentElement.lang") == "vi"
        await expect(lan.page.get_by_role("log", name="Nội dung trò chuyện")).to_have_attribute(
            "aria-busy", "false"
        )
        await expect(lan.page.get_by_role("heading", level=1)).to_have_count(1)
        await expect(lan.page.get_by_role("status").first).to_have_text("Đã kết nối")
        await expect(lan.page.get_by_role("main")).to_have_count(1)
        assert await lan.measure("new Set([...document.querySelectorAll('[id]')].map((e) => e.id)).size") == len(
            await lan.measure("[...document.querySelectorAll('[id]')].map((e) => e.id)")
        )


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_words_stand_out_from_what_is_behind_them(chromium: Browser, url: str, scheme: str) -> None:
    async with visiting(chromium, url, color_scheme=scheme) as lan:
        style = "getComputedStyle(document.documentElement)"
        names = {name for pair in COLOURS for name in pair}

        values = {name: await lan.measure(f"{style}.getPropertyValue('{name}')") for name in names}

        faint = {pair: contrast(values[pair[0]], values[pair[1]]) for pair in COLOURS}
        assert {pair: ratio for pair, ratio in faint.items() if ratio < 4.5} == {}


async def test_whoever_wants_no_motion_gets_none(chromium: Browser, url: str) -> None:
    async with visiting(chromium, url, reduced_motion="reduce") as lan:
        await lan.registers_up_to("lĩnh vực")

        assert await lan.measure("document.getAnimations().length") == 0
        assert await lan.measure("getComputedStyle(document.querySelector('.bot')).animationName") == "none"


def contrast(one: str, other: str) -> float:
    """The ratio of WCAG 2.2, from 1 to 21; colours as #rgb or #rrggbb."""
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def luminance(colour: str) -> float:
    digits = colour.strip().lstrip("#")
    pairs = [digit * 2 for digit in digits] if len(digits) == 3 else [digits[at : at + 2] for at in (0, 2, 4)]
    linear = [
        value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4
        for value in (int(pair, 16) / 255 for pair in pairs)
    ]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


async def test_points_stand_six_in_a_row(chromium: Browser, url: str) -> None:
    async with visiting(chromium, url, **PHONE) as lan:
        await lan.registers_up_to("gửi ảnh")
        await lan.button("Xong").tap()
        await lan.sees("Tiêu chí 1")

        places = await lan.measure(
            "[...document.querySelectorAll('.option')].map((each) => [each.offsetLeft, each.offsetTop])"
        )

        assert len(places) == 8
        assert len({left for left, _top in places}) == 6
        assert len({top for _left, top in places}) == 2


async def test_what_ends_a_question_stands_out_from_the_other_controls(chromium: Browser, url: str) -> None:
    async with visiting(chromium, url, **PHONE) as lan:
        await lan.registers_up_to("gửi ảnh")

        filled = await lan.measure(
            """[...document.querySelectorAll(".controls button")]
               .filter((each) => getComputedStyle(each).backgroundColor === getComputedStyle(attach).color)
               .map((each) => each.textContent)"""
        )

        assert filled == ["Xong"]
