"""A real Chromium for the tests of the page: the system's own; where there is none the tests are skipped."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
import pytest_asyncio

from tests.browser.web_visitor import chromium_program, launched

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from playwright.async_api import Browser


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def chromium() -> AsyncIterator[Browser]:
    program = chromium_program()
    if program is None:
        pytest.skip("no Chromium on this machine: the page was not tried in a browser")
    async with launched(program) as browser:
        yield browser
