"""The real program in a real browser: an initiative through its year, a killed server, and who may see what."""

from __future__ import annotations

import io
import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from PIL import ExifTags, Image
from playwright.async_api import FilePayload, expect

from tests.browser.running_app import running_app
from tests.browser.web_visitor import PHONE, Visitor, visiting

if TYPE_CHECKING:
    from playwright.async_api import Browser

    from tests.browser.running_app import RunningApp

pytestmark = pytest.mark.asyncio(loop_scope="module")
SCREENSHOTS = Path(__file__).parent / "screenshots"
MAKER = "MayAnhThu"
TYPED = {3: "9 rưỡi", 4: "4,5"}  # of the fifteen criteria; the others get their maximum by a tap
NOTED, KILLED_AT = 5, 8


async def test_an_initiative_goes_through_its_year(chromium: Browser, tmp_path: Path) -> None:
    async with running_app(tmp_path, today="2027-02-20") as app:
        async with visiting(chromium, app.address, "/j/DOANVIEN", **PHONE) as lan:
            await joins(lan, "Nguyễn Thị Lan")
            number = await registers(lan)
            picture = await sends_evidence(lan, app)
            await scores(lan, app)
            await asks_for_its_state(lan, number)
        async with visiting(chromium, app.address, "/j/CAPTREN") as hoa:
            await joins(hoa, "Võ Thị Hoa")
            await finds_the_entry(hoa, picture)
        async with visiting(chromium, app.address, **PHONE) as binh:
            await cannot_open(binh, picture)


async def joins(who: Visitor, name: str) -> None:
    await who.sees("Đồng chí có đồng ý không?")
    await look(who, "consent")
    await who.taps("Đồng ý")
    await who.sees("Họ và tên")
    await who.says(name)
    await who.sees(f"Kính chào đồng chí {name}")
    await look(who, "home")


async def registers(lan: Visitor) -> str:
    """Register with one impossible date, and one change from the review; give the number."""
    await lan.says("dang ky")
    await lan.sees("tập thể hay cá nhân")
    await lan.taps("Tập thể")
    await lan.sees("lĩnh vực nào")
    await lan.taps("Văn hóa - xã hội")
    for question, words in (
        ("Tên mô hình", "Nụ cười buồng bệnh"),
        ("ở đâu", "Khoa Khám bệnh"),
        ("Ai chủ trì", "1"),
        ("Quy mô", "120 nhân viên y tế"),
        ("từ ngày nào", "30/2"),
        ("Không có ngày 30/02/2027", "1/3"),
    ):
        await lan.sees(question)
        await lan.says(words)
    await lan.sees("thứ Hai, 01/03/2027")
    await lan.taps("Tên")
    await lan.sees("Tên mô hình")
    await lan.says("Nụ cười nơi buồng bệnh")
    await lan.sees("Nụ cười nơi buồng bệnh")
    await look(lan, "review")
    await lan.taps("Gửi")
    await lan.sees("Đã đăng ký. Mã số: MH27-")
    await expect(lan.page.locator(".past").last).to_contain_text("3. Tên: Nụ cười nơi buồng bệnh")
    await look(lan, "registered")
    found = re.search(r"MH27-\d{4}", await lan.said.inner_text())
    assert found
    return found[0]


async def sends_evidence(lan: Visitor, app: RunningApp) -> str:
    """Send a photo beside a program, which is refused; give the photo's address."""
    await lan.taps("Gửi minh chứng")
    await lan.sees("Đã làm được việc gì")
    await lan.says("Ra quân Ngày thứ Bảy tình nguyện, 40 người tham gia.")
    await lan.sees("Mời đồng chí gửi ảnh")
    taken = FilePayload(name="ra quân.jpg", mimeType="image/jpeg", buffer=photo())
    program = FilePayload(name="ảnh.exe", mimeType="application/octet-stream", buffer=b"MZ" + bytes(5000))
    await lan.page.locator("#files").set_input_files([taken, program])
    await expect(lan.page.locator("#chips")).to_contain_text("Đã tải lên")
    await expect(lan.page.locator("#chips")).to_contain_text("“ảnh.exe” không thuộc loại")
    await look(lan, "refused")
    await lan.page.get_by_role("button", name="Bỏ tệp ảnh.exe").click()
    await lan.says("Ảnh buổi ra quân")
    await lan.sees("Đã nhận 1 tệp")
    picture = await shown_picture(lan)
    sha256 = picture.split("/")[2]
    assert is_bare((app.folder / "evidence" / sha256[:2] / sha256[2:]).read_bytes())
    await look(lan, "files")
    await lan.taps("Xong")
    await lan.sees("tiêu chí nào")
    await lan.says("2, 3, 7")
    await lan.sees("kiểm tra trước khi gửi")
    await lan.taps("Gửi")
    await lan.sees("Đã nhận minh chứng. Mã biên nhận: MC27-")
    return picture


async def scores(lan: Visitor, app: RunningApp) -> None:
    """Score all criteria, with a note; half-way the server is killed while an answer is on its way."""
    await lan.taps("Tự chấm điểm")
    for criterion in range(1, 16):
        await lan.sees(f"Tiêu chí {criterion}:")
        if criterion == NOTED:
            await lan.taps("Thêm ghi chú")
            await lan.sees("ghi chú cho tiêu chí này")
            await lan.says("120 người dự, có danh sách")
            await lan.sees("Ghi chú: 120 người dự")
            await look(lan, "criterion")
        if criterion in TYPED:
            await lan.says(TYPED[criterion])
        else:
            await lan.said.locator(".option").first.click()
        if criterion == KILLED_AT:
            await app.kill()
            await expect(lan.state).to_have_text("Mất kết nối, đang thử lại…")
            await app.start()
    await lan.sees("Mời đồng chí kiểm tra điểm")
    await expect(lan.state).to_have_text("Đã kết nối")
    await expect(lan.page.locator(".bubble.bot", has_text="Tiêu chí 9:")).to_have_count(1)
    await expect(lan.said).to_contain_text("Tổng: 99/100 điểm")
    await look(lan, "points")
    await lan.taps("Gửi")
    await lan.sees("Đã nhận điểm tự chấm")
    await lan.sees("mô hình đạt yêu cầu")
    await look(lan, "verdict")


async def asks_for_its_state(lan: Visitor, number: str) -> None:
    await lan.says("trạng thái")
    await lan.sees(number)
    await lan.sees("99 điểm")
    await look(lan, "state")


async def finds_the_entry(hoa: Visitor, picture: str) -> None:
    """From the summary of the sector down to the entry of one unit, its evidence and its score."""
    await hoa.says("/tonghop")
    await hoa.sees("Công đoàn ngành Y tế tỉnh Sông Trà, năm 2027")
    await look(hoa, "summary")
    await hoa.taps("BV Thống Nhất")
    await hoa.sees("Công đoàn cơ sở Bệnh viện Đa khoa Thống Nhất, năm 2027")
    await look(hoa, "unit")
    await hoa.taps("Danh sách của từng con số")
    await hoa.sees("Đồng chí muốn xem danh sách nào?")
    await hoa.said.get_by_role("button", name=re.compile("Đã đăng ký: ")).click()
    await hoa.sees("Nụ cười nơi buồng bệnh")
    await hoa.taps("Nụ cười nơi buồng bệnh")
    await hoa.sees("Ra quân Ngày thứ Bảy tình nguyện")
    await hoa.sees("99/100")
    await hoa.sees("120 người dự, có danh sách")
    assert await shown_picture(hoa) == picture
    await look(hoa, "entry")


async def cannot_open(binh: Visitor, picture: str) -> None:
    """A member of another unit finds nothing under the address of the photo."""
    await joins_by_search(binh)

    assert await binh.measure(f"fetch('{picture}').then((answer) => answer.status)") == 404


async def joins_by_search(binh: Visitor) -> None:
    await binh.taps("Đồng ý")
    await binh.sees("Họ và tên")
    await binh.says("Trần Văn Bình")
    await binh.sees("Đồng chí thuộc đơn vị nào?")
    await binh.says("may binh minh")
    await binh.sees("May Bình Minh")


async def shown_picture(who: Visitor) -> str:
    """The address of the last picture of the page, once it shows."""
    await expect(who.page.locator(".picture img").last).to_be_visible()
    last = "[...document.querySelectorAll('.picture img')].at(-1)"
    await who.measure(f"{last}.scrollIntoView() ?? {last}.decode()")
    path: str = await who.measure(f"new URL({last}.src).pathname")
    return path


async def look(who: Visitor, name: str) -> None:
    """Take a picture of the screen, and see that nothing is wider than it."""
    width = await who.measure("innerWidth")
    assert await who.measure("document.documentElement.scrollWidth") <= width
    SCREENSHOTS.mkdir(exist_ok=True)
    await who.page.screenshot(path=SCREENSHOTS / f"year-{width}-{name}.png", animations="disabled")


def photo() -> bytes:
    """A photo as a phone makes it: where it was taken, and with what."""
    exif = Image.Exif()
    exif[ExifTags.Base.Make] = MAKER
    exif[ExifTags.IFD.GPSInfo] = {1: "N", 2: (10.0, 57.0, 3.0), 3: "E", 4: (106.0, 49.0, 3.0)}
    written = io.BytesIO()
    Image.radial_gradient("L").convert("RGB").resize((800, 600)).save(written, "JPEG", exif=exif)
    assert not is_bare(written.getvalue())
    return written.getvalue()


def is_bare(data: bytes) -> bool:
    """Whether the picture holds nothing but the picture."""
    return not Image.open(io.BytesIO(data)).getexif() and MAKER.encode() not in data
