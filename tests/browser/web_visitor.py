"""A person in front of the page, for its tests: what they see and do, in their words."""

from __future__ import annotations

from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from playwright.async_api import expect

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from playwright.async_api import Browser, BrowserContext, Locator, Page

expect.set_options(timeout=8000)


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

    async def sees(self, words: str) -> None:
        """Wait until Khéo's last words are these."""
        await expect(self.page.locator(".bubble.bot").last).to_contain_text(words)

    async def says(self, words: str) -> None:
        """Write and send."""
        await self.text.fill(words)
        await self.button("Gửi").click()

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


@asynccontextmanager
async def visiting(chromium: Browser, url: str, path: str = "/", **options: Any) -> AsyncIterator[Visitor]:
    """Open the page in a browser of its own."""
    settings = {"viewport": {"width": 1280, "height": 800}, "timezone_id": "Asia/Ho_Chi_Minh"} | options
    context = await chromium.new_context(**settings)
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
