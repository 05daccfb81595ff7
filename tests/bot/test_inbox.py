"""Messages as they come from Telegram: twice, all at once, overtaken, while the database is away."""

from __future__ import annotations

import asyncio
import errno
import io
from typing import TYPE_CHECKING, Any

import pytest
from PIL import Image

from bot.channels.base import TryLater
from conversations import registry
from conversations.engine.screen import FileRef
from storage.channel_tables import inbox, outbox
from storage.files import FileStore
from storage.people_tables import conversation
from tests.bot.house import House, open_house, update
from tests.bot.rooms import declare
from tests.engine.talk import Pile, Word
from tests.fakes import telegram_faults as faults

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from conversations.engine.dialogue import Dialogue
    from tests.fakes.telegram_people import Person
    from tests.fakes.telegram_server import TelegramServer

KEYS = ["one", "two", "three", "four"]


def declare_more(monkeypatch: pytest.MonkeyPatch) -> None:
    """`/four` asks four questions and repeats the answers; `/pile` takes files and words until "done"."""
    declare(monkeypatch)

    @registry.dialogue(command="four", title="Four", needs="nothing")
    def four(d: Dialogue, _ctx: Any) -> None:
        said = [d.ask(key, Word(f"{key}?")) for key in KEYS]
        d.say(f"All: {' '.join(said)}")

    @registry.dialogue(command="pile", title="Pile", needs="nothing")
    def pile(d: Dialogue, _ctx: Any) -> None:
        d.say(f"Kept: {', '.join(d.ask('pile', Pile('Send photos.')))}.")


@pytest.fixture
async def house(
    database_url: str, tmp_path: Path, telegram: TelegramServer, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[House]:
    declare_more(monkeypatch)
    async with open_house(database_url, tmp_path, telegram) as house:
        yield house


@pytest.fixture
async def two_houses(
    postgres_url: str, tmp_path: Path, telegram: TelegramServer, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[tuple[House, House]]:
    """Two processes on one database, as far as the database can tell."""
    declare_more(monkeypatch)
    async with (
        open_house(postgres_url, tmp_path, telegram) as one,
        open_house(postgres_url, tmp_path, telegram) as two,
    ):
        yield one, two


async def test_an_update_delivered_again_does_nothing(house: House, lan: Person) -> None:
    house.telegram.delivery.repeats = 2

    await lan.say("/four")
    await house.settled()

    assert lan.sent == ["one?"]
    assert house.telegram.delivery.statuses == {200: 3}
    assert (await house.count(inbox), await house.count(outbox)) == (1, 1)


@pytest.mark.parametrize("mode", ["webhook", "polling"])
async def test_four_answers_at_once_get_four_next_questions_in_order(
    database_url: str,
    tmp_path: Path,
    telegram: TelegramServer,
    lan: Person,
    monkeypatch: pytest.MonkeyPatch,
    mode: str,
) -> None:
    declare_more(monkeypatch)
    async with open_house(database_url, tmp_path, telegram, mode=mode):
        for text in ["/four", "a", "b", "c", "d"]:
            await lan.say(text)
        await lan.until(lambda shown: "All" in shown.text)

    assert lan.sent == ["one?", "two?", "three?", "four?", "All: a b c d"]


async def test_answers_posted_side_by_side_are_taken_one_after_the_other(house: House, lan: Person) -> None:
    await lan.say("/four")
    await house.settled()

    statuses = await asyncio.gather(*(house.post_update(update(text)) for text in "abcd"))
    await house.settled()

    assert statuses == [200] * 4
    assert lan.sent[:4] == ["one?", "two?", "three?", "four?"]
    assert sorted(lan.sent[4].removeprefix("All: ").split()) == ["a", "b", "c", "d"]


async def test_messages_taken_by_two_processes_are_answered_in_order(
    two_houses: tuple[House, House], telegram: TelegramServer, lan: Person
) -> None:
    one, two = two_houses
    telegram.fail(faults.slow(0.2))  # the first answer is still on its way when the others are ready

    for house, text in zip([one, two] * 3, ["/four", "a", "b", "c", "d"], strict=False):
        await house.take(update(text))
    await lan.until(lambda shown: "All" in shown.text)

    assert lan.sent == ["one?", "two?", "three?", "four?", "All: a b c d"]


async def test_one_message_taken_by_two_processes_at_once_is_answered_once(
    two_houses: tuple[House, House], lan: Person
) -> None:
    told = [update(text) for text in ["/four", "a", "b", "c", "d"]]

    for each in told:
        await asyncio.gather(*(house.take(each) for house in two_houses))
    await lan.until(lambda shown: "All" in shown.text)

    assert lan.sent == ["one?", "two?", "three?", "four?", "All: a b c d"]
    assert await two_houses[0].count(inbox) == 5


async def test_words_do_not_overtake_a_photo_that_is_still_being_fetched(
    house: House, telegram: TelegramServer, lan: Person
) -> None:
    await lan.say("/pile")
    await house.settled()
    telegram.fail(faults.Fault(method="getFile", delay=0.3, carried_out=True))

    await lan.send_photo(photo())
    await lan.say("words")
    await lan.say("done")
    shown = await lan.until(lambda shown: "Kept" in shown.text)

    assert shown.text.endswith(".jpg, words.")


async def test_words_to_another_process_do_not_overtake_a_photo(
    two_houses: tuple[House, House], telegram: TelegramServer, lan: Person
) -> None:
    one, two = two_houses
    await one.take(update("/pile"))
    telegram.delivery.instead = one.webhook
    telegram.fail(faults.Fault(method="getFile", delay=0.5, carried_out=True))

    await lan.send_photo(photo())
    await telegram.until_called("getFile")
    await two.take(update("words"))
    await two.take(update("done"))
    shown = await lan.until(lambda shown: "Kept" in shown.text)

    assert shown.text.endswith(".jpg, words.")


async def test_a_photo_that_cannot_be_fetched_now_is_delivered_again(
    house: House, telegram: TelegramServer, lan: Person
) -> None:
    await lan.say("/pile")
    await house.settled()
    telegram.fail(faults.Fault(502, "Bad Gateway", method="getFile", times=2))

    await lan.send_photo(photo())
    await lan.say("done")
    shown = await lan.until(lambda shown: "Kept" in shown.text)

    assert shown.text.endswith(".jpg.")
    assert telegram.delivery.statuses[503] == 2


async def test_a_polled_photo_that_cannot_be_fetched_at_all_holds_nobody_up(
    database_url: str,
    tmp_path: Path,
    telegram: TelegramServer,
    lan: Person,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("bot.telegram_routes.PAUSE", 0.01)
    declare_more(monkeypatch)
    telegram.fail(faults.Fault(502, "Bad Gateway", method="getFile", times=1000))
    async with open_house(database_url, tmp_path, telegram, mode="polling"):
        await lan.say("/pile")
        await lan.send_photo(photo(), caption="words")
        await lan.say("done")
        shown = await lan.until(lambda shown: "Kept" in shown.text)

    assert shown.text == "Kept: words."


async def test_with_the_database_away_nothing_is_taken_and_nothing_kept(
    postgres_url: str,
    postgres_server: Any,
    tmp_path: Path,
    telegram: TelegramServer,
    lan: Person,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    declare_more(monkeypatch)
    name = postgres_url.partition("@/")[2].partition("?")[0]
    async with open_house(postgres_url, tmp_path, telegram) as house:
        postgres_server.run(
            f"ALTER DATABASE {name} ALLOW_CONNECTIONS false",
            f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'",
        )
        refused = await house.post_update(update("/four"))
        health = await house.get("/healthz")
        postgres_server.run(f"ALTER DATABASE {name} ALLOW_CONNECTIONS true")

        assert (refused, health) == (503, 503)
        assert lan.sent == []
        assert await house.count(inbox) == 0
        assert await house.post_update(update("/four")) == 200
        await lan.until(lambda shown: shown.text == "one?")


async def test_on_a_full_disk_nothing_is_taken_and_nothing_kept(
    sqlite_url: str, tmp_path: Path, telegram: TelegramServer, lan: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    declare_more(monkeypatch)
    async with open_house(sqlite_url, tmp_path, telegram) as house:
        await lan.say("/four")
        await house.settled()
        memory = await house.rows(conversation.c.memory)
        await house.app.database.write(_fill_the_disk)

        status = await house.post_update(update("long " * 700))

        assert status == 503
        assert await house.rows(conversation.c.memory) == memory
        assert (await house.count(inbox), await house.count(outbox)) == (1, 1)


def _fill_the_disk(session: Any) -> None:
    """No page more for the writer's connection; the next one, after a failure, is free of that."""
    pages = session.connection.exec_driver_sql("PRAGMA page_count").scalar()
    session.connection.exec_driver_sql(f"PRAGMA max_page_count = {pages}")


def photo() -> bytes:
    """A real picture."""
    content = io.BytesIO()
    Image.new("RGB", (64, 48), "orange").save(content, "JPEG")
    return content.getvalue()


async def test_a_photo_that_the_full_disk_cannot_take_is_asked_for_again_later(
    house: House, lan: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_store: FileStore, _data: bytes) -> str:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(FileStore, "put", full)
        with pytest.raises(TryLater):
            await house.app.intake.keep("photo.jpg", photo())

    assert isinstance(await house.app.intake.keep("photo.jpg", photo()), FileRef)
