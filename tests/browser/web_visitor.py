"""A person in front of the page, for its tests: what they see and do, in their words."""

from __future__ import annotations

import re
import shutil
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from playwright.async_api import async_playwright, expect

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from playwright.async_api import Browser, BrowserContext, Locator, Page

PHONE: dict[str, Any] = {"viewport": {"width": 360, "height": 740}, "has_touch": True, "is_mobile": True}
_ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]

PATIENCE = 8000  # milliseconds

expect.set_options(timeout=PATIENCE)


@dataclass
class Visitor:
    """One person with one tab. `mistakes` is what the page complained of, connections aside."""

    page: Page
    context: BrowserContext
    mistakes: list[str] = field(default_factory=list)

    @property
    def text(self) -> Locator:
        """The field to write in."""
        return self.page.get_by_role("textbox", name="Tin nhắn")

    @property
    def state(self) -> Locator:
        """The connection, in words."""
        return self.page.locator("#state")

    @property
    def mine(self) -> Locator:
        """The person's own bubbles."""
        return self.page.locator(".bubble.me")

    def button(self, name: str) -> Locator:
        """The last button of this name."""
        return self.page.get_by_role("button", name=name).last

    @property
    def said(self) -> Locator:
        """Khéo's last words, with their buttons."""
        return self.page.locator(".bubble.bot").last

    async def sees(self, words: str) -> None:
        """Wait until Khéo's last words are these."""
        await expect(self.said).to_contain_text(words)

    async def says(self, words: str) -> None:
        """Write and send."""
        await self.text.fill(words)
        await self.button("Gửi").click()

    async def taps(self, label: str) -> None:
        """Tap the option or control of this name below Khéo's last words."""
        name = re.compile(f"^{re.escape(label)}$")
        option = self.said.locator(".option").filter(has=self.page.locator(".label", has_text=name))
        await option.or_(self.said.locator(".controls button", has_text=name)).click()

    async def registers_up_to(self, question: str) -> None:
        """Go on with the registration until this is asked."""
        await self.says("/dangky")
        for asked, answer in (("lĩnh vực", "1"), ("Tên", "Nhà trọ"), ("bao nhiêu", "45"), ("ngày nào", "10/3")):
            await self.sees(asked)
            if question == asked:
                return
            await self.says(answer)
        await self.sees(question)

    async def measure(self, script: str) -> Any:
        """Ask the page."""
        return await self.page.evaluate(script)


def chromium_program() -> str | None:
    """The system's browser, if there is one."""
    return next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)


@asynccontextmanager
async def launched(program: str) -> AsyncIterator[Browser]:
    """The browser, without a window, until the block ends."""
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=program, headless=True, args=_ARGUMENTS)
        yield browser
        await browser.close()


@asynccontextmanager
async def visiting(chromium: Browser, url: str, path: str = "/", **options: Any) -> AsyncIterator[Visitor]:
    """Open the page in a browser of its own."""
    settings = {"viewport": {"width": 1280, "height": 800}, "timezone_id": "Asia/Ho_Chi_Minh"} | options
    context = await chromium.new_context(**settings)
    context.set_default_timeout(PATIENCE)
    visitor = Visitor(await context.new_page(), context)
    visitor.page.on("pageerror", lambda error: visitor.mistakes.append(str(error)))
    visitor.page.on("console", lambda said: visitor.mistakes.append(said.text) if is_mistake(said) else None)
    await visitor.page.goto(url + path)
    try:
        yield visitor
        assert visitor.mistakes == []
    finally:
        await context.close()


def is_mistake(said: Any) -> bool:
    """Whether a line of the console is a mistake of the page and not of the line to the server."""
    return said.type in {"error", "warning"} and not said.text.startswith("Failed to load resource")
