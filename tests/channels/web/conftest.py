"""A runtime, a server and two browsers for the web chat's tests."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.fakes.web_client import Browser, browsing, served
from tests.fakes.web_runtime import FakeRuntime

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from aiohttp.test_utils import TestServer


@pytest.fixture
def runtime() -> FakeRuntime:
    return FakeRuntime()


@pytest.fixture
async def server(runtime: FakeRuntime) -> AsyncIterator[TestServer]:
    async with served(runtime) as started:
        yield started


@pytest.fixture
async def lan(server: TestServer) -> AsyncIterator[Browser]:
    async with browsing(server) as browser:
        yield browser


@pytest.fixture
async def minh(server: TestServer) -> AsyncIterator[Browser]:
    async with browsing(server) as browser:
        yield browser
