"""Whatever people type is answered, stored clean and shown literally; nothing of it breaks a turn."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING

import pytest
import structlog
from sqlalchemy import select

from storage.people_tables import conversation
from tests.bot.house import update

if TYPE_CHECKING:
    from tests.bot.house import House
    from tests.fakes.telegram_people import Person

# What is typed as a name, and what is kept of it.
NAMES = {
    "html": ("<b>Lan</b> & <script>alert(1)</script>", "<b>Lan</b> & <script>alert(1)</script>"),
    "entities": ("&lt;b&gt; &amp; &#60;", "&lt;b&gt; &amp; &#60;"),
    "markdown": (
        "*Lan* _Lan_ `Lan` [Lan](tg://user?id=1) ||Lan||",
        "*Lan* _Lan_ `Lan` [Lan](tg://user?id=1) ||Lan||",
    ),
    "braces": ("{name} %s %(name)s {0} ${name}", "{name} %s %(name)s {0} ${name}"),
    "sql": ("'; DROP TABLE entry; --", "'; DROP TABLE entry; --"),
    "decomposed": (unicodedata.normalize("NFD", "Nguyễn Thị Hoà"), "Nguyễn Thị Hoà"),
    "blanks": ("Lan\xa0\u2003Anh\u3000\t", "Lan  Anh"),
    "emoji": ("Lan 👩‍👩‍👧‍👦 🇻🇳 👍🏽", "Lan 👩‍👩‍👧‍👦 🇻🇳 👍🏽"),
    "right to left": ("Lan \u202egpj.exe\u202c \u2066x\u2069", "Lan gpj.exe x"),
    "control characters": ("L\x00a\x07n\x1b[31m\x7f\ufeff\u200b", "Lan[31m"),
    "half a pair": ("Lan \ud83d", "Lan"),
    "zalgo": ("L̷̢̛a̸̧n", unicodedata.normalize("NFC", "L̷̢̛a̸̧n")),
    "formula": ('=HYPERLINK("http://x","y")', '=HYPERLINK("http://x","y")'),
}


@pytest.fixture
async def naming(house: House, lan: Person) -> House:
    """Lan is asked for a name."""
    await lan.say("/register")
    await lan.say("1")
    await house.settled()
    assert lan.sent[-1] == "Name?"
    return house


@pytest.mark.parametrize(("typed", "kept"), NAMES.values(), ids=NAMES.keys())
async def test_a_name_is_kept_clean_and_shown_as_it_was_typed(
    naming: House, lan: Person, typed: str, kept: str
) -> None:
    with structlog.testing.capture_logs() as logs:
        assert await naming.post_update(update(typed)) == 200
        await naming.settled()

    assert lan.sent[-1] == f"Registered {kept} under work."
    assert [each for each in logs if each["log_level"] == "error"] == []


@pytest.mark.parametrize(
    "typed",
    [
        "\x00",
        "\u200b\u200b",
        "\u202e",
        "   \n\t ",
        "/",
        "//",
        "/ start",
        "/start " + "x" * 4000,
        "/nosuchthing",
        "/<b>",
        "/note " + "\U0001f600" * 60,
        "x" * 10_000,
        "ế" * 10_000,
        "👩‍👩‍👧‍👦" * 1_000,
        "\n" * 3_000 + "x",
        "٣",
        "９" * 50,
        "1e999",
        "-1",
        "99999999999999999999999999",
        "~back",
        "~cancel",
        "1.00000000.work",
    ],
    ids=lambda typed: ascii(typed[:12]),
)
@pytest.mark.parametrize("first", ["/start", "/register"])
async def test_anything_typed_is_answered(house: House, lan: Person, typed: str, first: str) -> None:
    await lan.say(first)
    await house.settled()
    before = len(lan.sent)

    with structlog.testing.capture_logs() as logs:
        assert await house.post_update(update(typed)) == 200
        await house.settled()

    assert len(lan.sent) > before
    assert all(0 < len(text.encode("utf-16-le")) <= 2 * 4096 for text in lan.sent)
    assert [each for each in logs if each["log_level"] == "error"] == []


@pytest.mark.parametrize(
    "data", ["", "1", "1.", "1.x.y", "~back", "/start", "/nosuch", "x" * 64, "1.\u202e.a", "\x00"]
)
async def test_a_button_that_was_never_shown_does_no_harm(house: House, lan: Person, data: str) -> None:
    await lan.say("/register")
    await house.settled()

    with structlog.testing.capture_logs() as logs:
        await lan.tap_data(data, lan.last().id)
        await house.settled()

    assert len(lan.sent) + lan.last().edits > 1
    assert [each for each in logs if each["log_level"] == "error"] == []


async def test_a_long_answer_is_stored_whole_and_shown_in_parts(naming: House, lan: Person) -> None:
    typed = "một hai ba bốn năm " * 600

    await naming.post_update(update(typed))
    await naming.settled()

    assert "".join(lan.sent[2:]).replace(" ", "") == f"Registered {typed} under work.".replace(" ", "")
    assert (
        await naming.app.database.read(lambda session: session.scalar(select(conversation.c.memory))) is not None
    )
