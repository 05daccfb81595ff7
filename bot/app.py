"""The one place that builds things, starts them and stops them in order."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import signal
from functools import partial
from typing import TYPE_CHECKING

import structlog
from aiohttp import web

import conversations.member
import conversations.officer  # noqa: F401 - both declare what can be started
from bot import demo
from bot.channels.base import Refused, TryLater, is_frugal
from bot.channels.console import Console
from bot.channels.web import WebChannel
from bot.chasing import Chasing
from bot.clock import Clock
from bot.demo_clock import MovedClock, present
from bot.demo_days import DemoDays
from bot.digests import Digests
from bot.export_process import ExportProcess
from bot.exporter import Exporter
from bot.file_links import FileLinks
from bot.housekeeping import Housekeeping
from bot.inbox import Desk
from bot.intake import Intake
from bot.outbox import Outbox
from bot.pages import Pages
from bot.picture_looks import look_at_new
from bot.reminding import PLAN_EVERY, Reminding
from bot.upload_page import MOST_BEGUN, MOST_UNDER_WAY, UploadPage
from bot.vitals import Vitals
from bot.ways_in import ways_in
from bot.ways_out import ways_out
from bot.web_chat import WebChat
from bot.web_runtime import WebRuntime
from bot.zalo_bots import ZaloBots
from conversations import registry
from locales import LOCALES, _, catalogue, speaking
from storage.database import open_database
from storage.files import FileStore
from storage.migrate import upgrade
from storage.partial_files import PartialFiles

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import AsyncIterator, Awaitable, Callable
    from pathlib import Path

    from bot.channels.base import Channel
    from bot.channels.telegram import Telegram
    from bot.settings import Settings
    from bot.zalo_oa_parts import ZaloOAParts
    from conversations.engine.screen import FileRef

RETRY_START = 30.0  # seconds between attempts to reach a platform that is down at the start

_log = structlog.get_logger()


class App:
    """Everything of one process, built from settings."""

    def __init__(self, settings: Settings) -> None:
        """Open the database, brought to the newest version, and put the parts together."""
        for locale in LOCALES:
            catalogue(locale)  # a missing one stops the start
        settings.data_dir.mkdir(parents=True, exist_ok=True)
        settings.use_secret_key()
        upgrade(settings.database)
        self.settings = settings
        self.database = open_database(settings.database)
        self.store = FileStore(settings.data_dir / "evidence")
        self.parts = PartialFiles(settings.data_dir / "evidence" / "tmp", MOST_UNDER_WAY, MOST_BEGUN)
        moved = MovedClock(settings.zone, settings.demo_today)
        self.demo = demo.prepare(self.database, self.store, settings, moved())
        self.now: Callable[[], dt.datetime] = moved if self.demo or settings.demo_today else present
        self.pages = Pages()
        self.telegram = self._telegram()
        self.zalo, self.zalo_oa = ZaloBots(settings), self._zalo_oa()
        official = self.zalo_oa.channel if self.zalo_oa else None
        built = [WebChannel(self.pages.wake), self.telegram, *self.zalo.bots.values(), official]
        self.channels: dict[tuple[str, str], Channel] = {
            (channel.name, channel.account): channel for channel in built if channel
        }
        self.desk = Desk(
            self.database.process,
            settings.zone,
            settings.locale,
            open_joining=self.demo,
            public_url=settings.address,
            is_local=settings.is_local,
            controller=settings.controller(abroad=("Telegram",) if self.telegram else ()),
            ways_in=lambda: ways_in(settings, self.telegram),
            ways_out=ways_out(settings),
            frugal=frozenset(channel.name for channel in built if channel and is_frugal(channel.can)),
        )
        self.outbox = Outbox(self.database, self.channels, self.pages, self.desk, self.now, self.store)
        self.intake = Intake(self.database, self.store, self.outbox, self.channels, self.desk, self.now)
        self.exporter = Exporter(self.database, self.store, self.outbox, self.pages, self.desk, self.now)
        self.exporter.process = ExportProcess(settings.database, settings.data_dir / "evidence", self.desk)
        self.zalo.use(self.intake)
        if self.zalo_oa:
            self.zalo_oa.use(self.intake, self.desk, self.pages)
        self.clock = Clock(settings.zone, quick=self.demo)
        self.days = DemoDays(self.database, self.desk, moved, self.pages, self.clock) if self.demo else None
        Digests(self.database, self.outbox, self.desk, self.now).add_to(self.clock)
        Chasing(self.database, self.outbox, self.desk, self.now).add_to(self.clock)
        plan_every = 0 if self.demo else PLAN_EVERY  # whoever has just come to try it does not wait
        reminding = Reminding(self.database, self.outbox, self.desk, self.now, plan_every=plan_every)
        reminding.add_to(self.clock)
        self.outbox.delivery.fresh = reminding.fresh
        self.clock.every(60, "look", partial(look_at_new, self.database, self.store))
        keeping = Housekeeping(self.database, self.store, self.parts, self.outbox, self.desk, self.now)
        keeping.add_to(self.clock, settings.terms)

    def web(self) -> web.Application:
        """The web server's application."""
        app = web.Application(client_max_size=1024**2)
        runtime = WebRuntime(self.database, self.store, self.intake, self.pages, self.desk, self.now)
        WebChat(runtime, self.settings.address, self.days).add_to(app)
        FileLinks(self.database, self.store, self.settings.locale, self.now).add_to(app)
        UploadPage(self.database, self.parts, self.intake, self.desk, self.now).add_to(app)
        Vitals(self.database, self.settings.zone, self.now).add_to(app)
        self.zalo.add_to(app)
        if self.telegram and self.settings.telegram_webhook_secret:
            from bot.telegram_routes import TelegramRoutes

            secret = self.settings.telegram_webhook_secret.get_secret_value()
            TelegramRoutes(self.telegram, self.intake, secret).add_to(app)
        if self.zalo_oa:
            self.zalo_oa.add_to(app)
        return app

    @property
    def links_stay_here(self) -> bool:
        """Whether people on their phones are sent links that open on this machine only."""
        return self.settings.is_local and bool(self.telegram or self.zalo.bots)

    @contextlib.asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Send, tick and poll while the block runs; then stop in order."""
        self.database.listen(self.outbox.look)
        self.database.listen(self.pages.wake_all)
        tasks = [
            asyncio.create_task(self.outbox.run(), name="outbox"),
            asyncio.create_task(self.exporter.run(), name="exporter"),
        ]
        if self.telegram:
            tasks.append(asyncio.create_task(self._poll_telegram(self.telegram), name="telegram"))
        tasks += [asyncio.create_task(each, name="zalo_bot") for each in self.zalo.running(self.database)]
        if self.zalo_oa:
            tasks.append(asyncio.create_task(self.zalo_oa.run(), name="zalo_oa"))
        for task in tasks:
            task.add_done_callback(_alarm)
        if self.links_stay_here:
            _log.warning("public_url_is_local")
        self.clock.start()
        try:
            yield
        finally:
            self.clock.stop()
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            await self.exporter.stop()
            await self.outbox.stop()
            if self.telegram:
                await self.telegram.stop()
            await self.zalo.stop()
            if self.zalo_oa:
                await self.zalo_oa.stop()
            await self.database.close()

    def _telegram(self) -> Telegram | None:
        token = self.settings.telegram_token
        if token is None:
            return None
        from bot.channels.telegram import Telegram  # 0.1 s and 15 MB that most starts need not spend

        return Telegram(token.get_secret_value(), self._read, api_url=self.settings.telegram_api_url)

    def _zalo_oa(self) -> ZaloOAParts | None:
        if not self.settings.zalo_oa_id:
            return None
        from bot.zalo_oa_parts import ZaloOAParts

        return ZaloOAParts(self.settings, self.settings.zone, self.database, self._read, self.now)

    async def _read(self, file: FileRef) -> bytes:
        return await asyncio.to_thread(self.store.read, file.sha256)

    async def _poll_telegram(self, telegram: Telegram) -> None:
        """Announce ourselves to Telegram, as often as it takes; then poll, unless updates are posted to us."""
        from bot.channels.telegram import Webhook
        from bot.telegram_routes import TelegramRoutes

        webhook = None
        if self.settings.telegram_mode == "webhook" and self.settings.telegram_webhook_secret:
            secret = self.settings.telegram_webhook_secret.get_secret_value()
            webhook = Webhook(f"{self.settings.address}/telegram", secret)
        while True:
            try:
                await telegram.start(command_menus(), webhook)
                break
            except TryLater as later:
                _log.warning("telegram_not_reached", why=str(later))
                await asyncio.sleep(later.after or RETRY_START)
            except Refused as refused:
                _log.error("telegram_refused", why=str(refused))
                return
        if webhook is None:
            await TelegramRoutes(telegram, self.intake, "").poll()


def _alarm(task: asyncio.Task[None]) -> None:
    """Say that a part which should run for ever has failed: the rest goes on without it."""
    if not task.cancelled() and (error := task.exception()):
        _log.critical("task_failed", task=task.get_name(), error=type(error).__name__)


def command_menus() -> dict[str, list[tuple[str, str]]]:
    """The platform's menu of commands by language; Vietnamese for all others."""
    menus = {}
    for language, locale in (("", "vi"), ("en", "en")):
        with speaking(locale):
            listed = [entrance for entrance in registry.entrances().values() if entrance.listed]
            menus[language] = [(entrance.name, _(entrance.title)) for entrance in listed]
    return menus


async def serve(settings: Settings, started: Callable[[App], Awaitable[None] | None]) -> None:
    """Run until SIGINT or SIGTERM; `started` is called when people can come in."""
    app = App(settings)
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    async with app.running():
        runner = web.AppRunner(app.web(), access_log=None, shutdown_timeout=2.0)
        await runner.setup()
        try:
            await web.TCPSite(runner, settings.host, settings.port).start()
            gc.collect()
            gc.freeze()  # what was imported stays: looking through it again took 50 ms, every 200 turns or so
            waiting = started(app)
            if waiting is not None:
                await waiting
            await stop.wait()
        finally:
            await runner.cleanup()


async def talk(settings: Settings, record: Path | None) -> None:
    """Talk with one person in the terminal until the end of input; `record` is written as a transcript."""
    app = App(settings)
    console = Console(record)
    app.channels[console.name, console.account] = console
    async with app.running():
        await console.run(app.intake.take)
