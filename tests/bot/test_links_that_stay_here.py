"""Where PUBLIC_URL is this machine: the start says so, and nobody on a phone is offered a page to send files."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import structlog.testing

from bot.app import App
from run_bot import _welcome
from tests.bot.zalo_house import settings
from tests.fakes.zalo_bot_server import ZaloBotServer

if TYPE_CHECKING:
    from pathlib import Path


async def _started(folder: Path, **more: Any) -> tuple[str, list[str]]:
    """What the start says, and what it logs."""
    async with ZaloBotServer() as zalo:
        app = App(settings(f"sqlite:///{folder}/kheo.db", folder, zalo, zalo_bot_mode="polling", **more))
        with structlog.testing.capture_logs() as logs:
            async with app.running():
                return _welcome(app), [each["event"] for each in logs]


async def test_the_start_says_that_links_open_on_this_machine_only(tmp_path: Path) -> None:
    said, logged = await _started(tmp_path, public_url=None)

    assert "Chưa đặt PUBLIC_URL" in said
    assert "public_url_is_local" in logged


async def test_nothing_is_said_where_people_can_open_them(tmp_path: Path) -> None:
    said, logged = await _started(tmp_path)

    assert "Chưa đặt PUBLIC_URL" not in said
    assert "public_url_is_local" not in logged
