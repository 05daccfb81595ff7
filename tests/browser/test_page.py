"""The page in a real browser: a conversation by thumb, by keyboard, in two tabs, and across reloads."""

from __future__ import annotations

import re
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


@pytest_asyncio.fixture(loop_scope="module")
async def runtime() -> FakeRuntime:
    return FakeRuntime()


@pytest_asyncio.fixture(loop_scope="module")
async def url(runtime: FakeRuntime) -> AsyncIterator[str]:
    async with served(runtime) as server:
        yield str(server.make_url("/")).rstrip("/")


@pytest_asyncio.fixture(loop_scope="module")
async def lan(chromium: Browser, url: str) -> AsyncIterator[Visitor]:
    async with visiting(chromium, url) as visitor:
        await visitor.sees("Kính chào")
        yield visitor


async def test_a_new_browser_is_greeted_without_having_said_anything(lan: Visitor, runtime: FakeRuntime) -> None:
    await expect(lan.state).to_have_text("Đã kết nối")

    await expect(lan.mine).to_have_count(0)
    assert [inbound.text for inbound in runtime.taken] == ["/start"]


async def test_a_join_link_is_said_for_the_person(chromium: Browser, url: str, runtime: FakeRuntime) -> None:
    async with visiting(chromium, url, "/j/CD-7KQ2") as lan:
        await lan.sees("Kính chào")

        assert [inbound.text for inbound in runtime.taken] == ["/start CD-7KQ2"]
        assert lan.page.url == url + "/"
        await lan.page.reload()
        await lan.sees("Kính chào")
        assert len(runtime.taken) == 1


async def test_a_phone_answers_by_tapping(chromium: Browser, url: str, runtime: FakeRuntime) -> None:
    async with visiting(chromium, url, **PHONE) as lan:
        await lan.page.get_by_role("button", name="Đăng ký mô hình").tap()
        await lan.sees("lĩnh vực")
        await expect(lan.page.get_by_role("progressbar", name="Bước 1/6")).to_be_visible()
        await lan.page.get_by_role("button", name="2 Văn hoá – xã hội").tap()
        await lan.sees("Tên mô hình")
        await expect(lan.page.locator(".past .chosen").last).to_have_text(
            "2. Văn hoá – xã hội: Chăm lo đời sống, an sinh, khuyến học (đã chọn)"
        )
        await lan.button("Lùi").tap()
        await lan.sees("lĩnh vực")
        await lan.button("Huỷ").tap()
        await lan.sees("Kính chào")

        assert [inbound.tap for inbound in runtime.taken[1:]] == ["/dangky", "1.area.o2", "/lui", "/huy"]
        assert runtime.taken[2].tapped == "4"
        await expect(lan.mine.locator(".text")).to_have_text(["Đăng ký mô hình", "Văn hoá – xã hội", "Lùi", "Huỷ"])
        await expect(lan.mine.locator("time")).to_have_text(["09:33", "09:35", "09:37", "09:39"])
        await expect(lan.page.locator(".day")).to_have_text(["01/03/2027"])


async def test_only_the_open_question_can_be_tapped(lan: Visitor) -> None:
    await lan.says("/dangky")
    await lan.sees("lĩnh vực")

    await expect(lan.page.get_by_role("button", name="Gửi minh chứng")).to_have_count(0)
    await expect(lan.page.locator(".past").first).to_contain_text("2. Gửi minh chứng")


async def test_enter_sends_and_shift_enter_begins_a_line(lan: Visitor, runtime: FakeRuntime) -> None:
    await lan.text.press_sequentially("một")
    await lan.text.press("Shift+Enter")
    await lan.text.press_sequentially("hai")
    await lan.text.press("Enter")
    await lan.sees("chưa hiểu")

    assert runtime.taken[-1].text == "một\nhai"
    await expect(lan.text).to_have_value("")
    await expect(lan.text).to_be_focused()


async def test_the_keyboard_alone_is_enough(lan: Visitor, runtime: FakeRuntime) -> None:
    await lan.page.locator("#log").focus()
    await lan.page.keyboard.press("Tab")
    await expect(lan.page.get_by_role("button", name="1 Đăng ký mô hình")).to_be_focused()
    await lan.page.keyboard.press("Enter")
    await lan.sees("lĩnh vực")
    await expect(lan.page.locator(".bubble.bot").last).to_be_focused()
    await lan.page.keyboard.press("Tab")
    await lan.page.keyboard.press("Tab")
    await lan.page.keyboard.press("Space")
    await lan.sees("Tên mô hình")
    await expect(lan.text).to_be_focused()
    await lan.page.keyboard.type("Nhà trọ công nhân")
    await lan.page.keyboard.press("Enter")
    await lan.sees("bao nhiêu người")

    assert [inbound.tap or inbound.text for inbound in runtime.taken[2:]] == ["1.area.o2", "Nhà trọ công nhân"]


async def test_the_menu_opens_runs_a_command_and_closes_by_escape(lan: Visitor, runtime: FakeRuntime) -> None:
    menu = lan.page.get_by_role("button", name="Chức năng")
    await menu.press("Enter")
    await expect(lan.page.locator("#commands button")).to_have_count(6)
    await lan.page.keyboard.press("Escape")
    await expect(lan.page.locator("#commands")).to_be_hidden()
    await expect(menu).to_be_focused()

    await menu.click()
    await lan.page.get_by_role("button", name="Tự chấm điểm").click()
    await lan.sees("chưa hiểu")

    assert runtime.taken[-1].text == "/tucham"
    await expect(lan.mine.last).to_contain_text("Tự chấm điểm")


async def test_a_number_brings_up_the_digits_and_a_text_the_letters(lan: Visitor) -> None:
    await lan.registers_up_to("bao nhiêu")
    await expect(lan.text).to_have_attribute("inputmode", "decimal")

    await lan.says("45")

    await lan.sees("ngày nào")
    await expect(lan.text).to_have_attribute("inputmode", "text")
    await expect(lan.text).to_have_attribute("placeholder", "Nhập ngày, ví dụ 10/3")


async def test_a_reload_keeps_the_history_and_the_draft(lan: Visitor, runtime: FakeRuntime) -> None:
    await lan.says("/dangky")
    await lan.sees("lĩnh vực")
    await lan.text.fill("đang viết dở")

    await lan.page.reload()
    await lan.sees("lĩnh vực")

    await expect(lan.text).to_have_value("đang viết dở")
    await expect(lan.mine).to_have_count(1)
    await lan.page.get_by_role("button", name="1 Kinh tế").click()
    await lan.sees("Tên mô hình")
    assert len(runtime.taken) == 3


async def test_a_second_tab_shows_both_sides_as_they_speak(lan: Visitor) -> None:
    other = Visitor(await lan.context.new_page(), lan.context)
    await other.page.goto(lan.page.url)
    await other.sees("Kính chào")

    await lan.says("/dangky")

    await other.sees("lĩnh vực")
    await expect(other.mine).to_have_count(1)
    await expect(other.mine).to_contain_text("Đăng ký mô hình")


async def test_markup_is_shown_and_never_run(lan: Visitor) -> None:
    attack = "<img src=x onerror=\"document.title='hỏng'\"> <b>&amp;</b> https://vi.wikipedia.org/wiki/a?b=1. Hết"

    await lan.says(attack)

    await expect(lan.mine.last.locator(".text")).to_have_text(attack)
    await lan.sees(attack)
    await expect(lan.page.get_by_role("link", name="https://")).to_have_attribute(
        "href", "https://vi.wikipedia.org/wiki/a?b=1"
    )
    assert await lan.page.title() == "Khéo – Trợ lý Dân vận khéo"


async def test_who_reads_back_is_not_torn_away_but_told(lan: Visitor, runtime: FakeRuntime) -> None:
    chat = runtime.taken[0].chat
    for number in range(30):
        await runtime.tell(chat, "notice", {"text": f"Tin {number}\n\n."})
    await lan.sees("Tin 29")
    await expect(lan.page.locator("#newer")).to_be_hidden()

    await lan.measure("document.getElementById('log').scrollTo(0, 0)")
    await lan.page.wait_for_function("document.getElementById('log').scrollTop === 0")
    await runtime.tell(chat, "notice", {"text": "Tin sau cùng"})
    await lan.sees("Tin sau cùng")

    assert await lan.measure("document.getElementById('log').scrollTop") == 0
    await lan.button("Tin mới").click()
    await expect(lan.page.get_by_text("Tin sau cùng")).to_be_in_viewport()
    await expect(lan.page.locator("#newer")).to_be_hidden()


async def test_an_amended_question_takes_the_place_of_the_old(lan: Visitor, runtime: FakeRuntime) -> None:
    chat = runtime.taken[0].chat
    options = [{"key": "a", "label": "Tự quản", "hint": "", "number": 1, "tap": "3.q.a"}]
    await runtime.tell(chat, "answer", {"text": "Chọn tiêu chí", "place": "3.q", "options": options})
    await lan.sees("Chọn tiêu chí")
    options[0]["label"] = "☑ Tự quản"

    await runtime.tell(chat, "answer", {"text": "Chọn thêm", "place": "3.q", "options": options, "amends": True})
    await lan.sees("Chọn thêm")

    await expect(lan.page.get_by_text("Chọn tiêu chí")).to_have_count(0)
    await expect(lan.page.get_by_text(re.compile("Tự quản"))).to_have_count(1)


async def test_a_tick_leaves_the_page_where_it_was(chromium: Browser, url: str, runtime: FakeRuntime) -> None:
    async with visiting(chromium, url, **PHONE) as lan:
        await lan.sees("Kính chào")
        chat = runtime.taken[0].chat
        labels = [f"Tiêu chí {number}" for number in range(1, 17)]
        options = [{"label": label, "number": n, "tap": f"3.q.{n}"} for n, label in enumerate(labels, 1)]
        question = {"text": "Cho tiêu chí nào?", "place": "3.q", "options": options}
        await runtime.tell(chat, "answer", question)
        last = lan.page.get_by_role("button", name="16 Tiêu chí 16")
        await last.scroll_into_view_if_needed()
        before = await last.bounding_box()
        runtime.hold.clear()  # the runtime's own answer is of no use here

        await last.tap()
        options[-1]["label"] = "✓ Tiêu chí 16"
        await runtime.tell(chat, "answer", {**question, "amends": True})

        ticked = lan.page.get_by_role("button", name="16 ✓ Tiêu chí 16")
        await expect(ticked).to_be_in_viewport()
        after = await ticked.bounding_box()
        assert before
        assert after
        assert abs(after["y"] - before["y"]) < 10  # a bubble rises by 4 pixels as it arrives
        runtime.hold.set()
