"""Take the pictures of the handbook anew, from the real program.

    uv run docs/take_pictures.py

Starts the demo in a throwaway folder and leads a member through a year, then an officer, in Chromium on a screen
as wide as a phone's. What the page looks like is written to docs/pictures/*.png, with few colours so that the
files stay small. Needs Chromium and a font with emoji (Debian: chromium, fonts-noto-color-emoji).
"""

from __future__ import annotations

import asyncio
import io
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

sys.path.insert(0, str(Path(__file__).parents[1]))  # as a script it is started from anywhere

from PIL import Image
from playwright.async_api import FilePayload

from movement.demo_pictures import picture
from tests.browser.running_app import running_app
from tests.browser.web_visitor import PHONE, Visitor, chromium_program, launched, visiting

if TYPE_CHECKING:
    from playwright.async_api import Browser

    from tests.browser.running_app import RunningApp

PICTURES = Path(__file__).parent / "pictures"
REGISTERING, SCORING, LOOKING = "2027-02-20", "2027-09-15", "2027-10-05"
REMINDED = "2027-03-08"
POINTS = ("5", "10", "9,5", "4", "5", "3,5", "10", "5", "8", "8", "5", "5", "4,5", "5", "5")


async def main() -> None:
    """Take them all."""
    program = chromium_program()
    if program is None:
        sys.exit("Cần Chromium để chụp hình.")
    PICTURES.mkdir(exist_ok=True)
    folders = [tempfile.TemporaryDirectory() for _ in range(3)]
    with folders[0] as first, folders[1] as second, folders[2] as third:
        async with launched(program) as browser:
            async with running_app(Path(first), REGISTERING) as app:
                await member(browser, app)
            async with running_app(Path(second), LOOKING) as app:
                await officer(browser, app)
            async with running_app(Path(third), REMINDED) as app:
                await reminded(browser, app)


async def member(browser: Browser, app: RunningApp) -> None:
    """Join, register, prove; half a year later score and ask."""
    async with visiting(browser, app.address, "/j/DOANVIEN", **PHONE) as lan:
        await joins(lan, "Nguyễn Thị Lan", "join")
        await registers(lan)
        await proves(lan)
        await app.kill()
        app.today = SCORING
        await app.start()
        await lan.page.reload()
        await scores(lan)
        await lan.taps("Còn thiếu gì để đạt?")
        await lan.sees("Trạng thái:")
        await take(lan, "status")


async def joins(who: Visitor, name: str, taken: str = "") -> None:
    """Consent and tell the name."""
    await who.sees("Đồng chí có đồng ý không?")
    if taken:
        await take(who, taken)
    await who.taps("Đồng ý")
    await who.sees("Họ và tên")
    await who.says(name)
    await who.sees("Đồng chí muốn làm gì?")


async def registers(lan: Visitor) -> None:
    """Register, and change nothing."""
    await take(lan, "home")
    await lan.taps("Đăng ký mô hình")
    await lan.sees("tập thể hay cá nhân")
    await lan.taps("Tập thể")
    await lan.sees("lĩnh vực nào")
    await take(lan, "register")
    await lan.taps("Văn hóa - xã hội")
    for question, words in (
        ("Tên mô hình", "Hẹn khám đúng giờ"),
        ("ở đâu", "Khoa Khám bệnh"),
        ("Ai chủ trì", "Tổ công đoàn Khoa Khám bệnh"),
        ("Quy mô", "120 nhân viên y tế, 800 lượt khám mỗi ngày"),
        ("từ ngày nào", "thứ hai tuần sau"),
    ):
        await lan.sees(question)
        await lan.says(words)
    await lan.sees("kiểm tra trước khi gửi")
    await take(lan, "review")
    await lan.taps("Gửi")
    await lan.sees("Đã đăng ký")


async def proves(lan: Visitor) -> None:
    """Send words and a photo."""
    await lan.taps("Gửi minh chứng")
    await lan.sees("Đã làm được việc gì")
    await lan.says("Sau một tháng, thời gian chờ khám giảm từ 90 còn 35 phút.")
    await lan.sees("Mời đồng chí gửi ảnh")
    photo = FilePayload(name="bàn hẹn khám.jpg", mimeType="image/jpeg", buffer=picture("clinic", seed=7))
    await lan.page.locator("#files").set_input_files([photo])
    await lan.page.locator("#chips").get_by_text("Đã tải lên").wait_for()
    await lan.says("Bàn hẹn khám ở sảnh chính")
    await lan.sees("Đã nhận 1 tệp")
    await shows_its_pictures(lan)
    await take(lan, "evidence")
    await lan.taps("Xong")
    await lan.sees("tiêu chí nào")
    await lan.says("2, 3")
    await lan.sees("kiểm tra trước khi gửi")
    await lan.taps("Gửi")
    await lan.sees("Đã nhận minh chứng")


async def scores(lan: Visitor) -> None:
    """Score the fifteen criteria."""
    await lan.sees("Đã nhận minh chứng")
    await lan.taps("Tự chấm điểm")
    for criterion, points in enumerate(POINTS, 1):
        await lan.sees(f"Tiêu chí {criterion}:")
        if criterion == 2:  # noqa: PLR2004 - short enough, and one that needs its maximum
            await take(lan, "self_score")
        await lan.says(points)
    await lan.sees("kiểm tra điểm")
    await lan.taps("Gửi")
    await lan.sees("Đã nhận điểm tự chấm")
    await take(lan, "verdict")


async def officer(browser: Browser, app: RunningApp) -> None:
    """Look at the figures of a sector, down to an entry."""
    async with visiting(browser, app.address, "/j/CAPTREN", **PHONE) as hoa:
        await joins(hoa, "Võ Thị Thanh Hoa")
        await hoa.taps("Tổng hợp theo đơn vị")
        await hoa.sees("Công đoàn ngành Y tế tỉnh Sông Trà, năm 2027")
        await take(hoa, "summary")
        await hoa.taps("BV Y học cổ truyền")
        await hoa.sees("Bệnh viện Y học cổ truyền Sông Trà, năm 2027")
        await hoa.taps("Vườn thuốc nam trong khuôn viên trường học")
        await hoa.sees("1 minh chứng:")
        await hoa.page.locator(".picture").last.scroll_into_view_if_needed()
        await shows_its_pictures(hoa)
        await take(hoa, "entry")
        await hoa.says("/vieccanbo")
        await hoa.sees("Duyệt và thẩm định")
        await take(hoa, "duties")
        await hoa.says("/bieudo")
        await hoa.sees("Đây là tệp đồng chí yêu cầu")
        await shows_its_pictures(hoa)
        await take(hoa, "chart")


async def reminded(browser: Browser, app: RunningApp) -> None:
    """Two days before a last day: the officer of a unit that has not registered, and an administrator."""
    async with visiting(browser, app.address, "/j/CAPCUU", **PHONE) as minh:
        await joins(minh, "Trương Văn Minh")
        await minh.sees("Hạn: thứ Tư, 10/03/2027 (còn 2 ngày):")
        await take(minh, "reminder")
    async with visiting(browser, app.address, "/j/QUANTRI", **PHONE) as quan:
        await joins(quan, "Đỗ Anh Quân")
        await quan.says("/sapgui")
        await quan.sees("hạn cuối 10/03/2027")
        await take(quan, "week")


async def shows_its_pictures(who: Visitor) -> None:
    """Wait until they are there."""
    await who.measure("Promise.all([...document.querySelectorAll('.picture img')].map((each) => each.decode()))")


async def take(who: Visitor, name: str) -> None:
    """Take one picture, without the bar that is there in the demo only."""
    await who.measure("document.getElementById('demo').hidden = true")
    shot = await who.page.screenshot(animations="disabled")
    small = Image.open(io.BytesIO(shot)).convert("RGB").quantize(256, kmeans=2, dither=Image.Dither.NONE)
    path = PICTURES / f"{name}.png"
    small.save(path, optimize=True)
    print(f"{path.name}: {path.stat().st_size // 1000} kB")


if __name__ == "__main__":
    asyncio.run(main())
