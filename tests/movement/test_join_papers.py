"""QR pictures and the poster, read back: one A4 page, all that is needed, the code not kept in clear."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import pypdfium2
import pytest
from PIL import Image
from sqlalchemy import insert, select

from movement import exports, join_codes, join_papers, poster
from movement.errors import DomainError
from movement.join_codes import CodeDraft
from movement.ways_in import WayIn
from storage import sealed
from storage.channel_tables import export
from storage.people_tables import address
from tests.movement.test_join_codes import newcomer, tree

if TYPE_CHECKING:
    from movement.context import Context
    from storage.database import Database
    from storage.session import Session

A4 = (595, 842)  # points
LONG = "Công đoàn cơ sở thành viên Trung tâm Kiểm soát bệnh tật và Y tế dự phòng khu vực Đông Nam Bộ số 2 & <Khoa>"
WAYS = (WayIn("Telegram", "https://t.me/kheo_bot?start={code}"), WayIn("Zalo", "https://zalo.me/0123"))


def officer(session: Session, unit_name: str = "may") -> tuple[Context, int]:
    """An officer of a unit with an address, and the unit's id."""
    built = tree(session)
    home = (
        built.unit(unit_name, "grassroots_union", "phường") if unit_name not in built.units else built.units["may"]
    )
    who = built.person("unit_head", unit_name)
    who = type(who)(session, who.person, who.now, who.today, "web", who.zone, public_url="https://kheo.example",
                    address_id=_address(session, who), ways_in=lambda: WAYS)  # fmt: skip
    return who, home.id


def _address(session: Session, who: Context) -> int:
    values = {"person_id": who.person.id, "channel": "web", "account": "t", "chat": "o", "created_at": who.now}
    made: int = session.scalar(insert(address).values(**values).returning(address.c.id))
    return made


def no_file(_sha256: str) -> bytes:
    raise AssertionError


async def made(database: Database, kind: str, unit_name: str = "may") -> tuple[exports.Made, str]:
    """The paper, and the code on it."""

    def work(session: Session) -> tuple[exports.Made, str]:
        who, home = officer(session, unit_name)
        code = join_codes.make(who, CodeDraft(home, "member", None, 90))
        return exports.make(who, kind, {"code": sealed.seal(code), "way": "Telegram"}, no_file), code

    return await database.write(work)


@pytest.mark.parametrize("unit_name", ["may", LONG])
async def test_the_poster_is_one_a4_page_with_everything_on_it(sqlite_database: Database, unit_name: str) -> None:
    paper, code = await made(sqlite_database, poster.POSTER, unit_name)

    with pypdfium2.PdfDocument(paper.data) as document:
        assert len(document) == 1
        page = document[0]
        assert tuple(round(side) for side in page.get_size()) == A4
        text = " ".join(page.get_textpage().get_text_bounded().split())
    assert paper.media_type == "application/pdf"
    assert unit_name in text
    assert "PHƯỜNG" in text
    assert f"Mã tham gia {join_codes.spelled(code)}" in text
    assert f"kheo.example/j/{code}" in text
    for part in (
        "Trợ lý “Dân vận khéo”",
        "Đồng ý",
        "Telegram",
        "Zalo",
        "rồi gõ mã",
        "đến hết thứ Sáu, 21/05/2027",
    ):
        assert part in text
    assert [part for part in ("1", "2", "3") if part in text] == ["1", "2", "3"]


async def test_the_poster_has_only_fonts_of_ours(sqlite_database: Database) -> None:
    paper, _code = await made(sqlite_database, poster.POSTER)

    assert b"Liberation" in paper.data
    assert len(paper.data) < 200_000


async def test_a_qr_picture_is_sharp_and_has_its_quiet_zone(sqlite_database: Database) -> None:
    paper, code = await made(sqlite_database, join_papers.QR)

    with Image.open(io.BytesIO(paper.data)) as opened:
        picture = opened.convert("L")
    module = 12
    edge = 4 * module
    assert picture.width == picture.height >= 25 * module
    assert paper.name == "QR Telegram may.png"
    assert set(picture.crop((0, 0, picture.width, edge)).tobytes()) == {255}
    assert set(picture.crop((edge, edge, edge + 7 * module, edge + module)).tobytes()) == {0}  # a finder pattern
    assert join_papers.qr_png(f"https://t.me/kheo_bot?start={code}") == paper.data
    assert join_papers.qr_png("https://t.me/kheo_bot?start=CFHJK22222") != paper.data


async def test_the_code_waits_sealed_and_a_revoked_one_makes_no_paper(database: Database) -> None:
    def work(session: Session) -> None:
        who, home = officer(session)
        code = join_codes.make(who, CodeDraft(home, "member", None, 90))
        join_papers.ask_for_one(who, poster.POSTER, code)
        join_papers.ask_for_pictures(who, code)
        rows = session.rows(select(export.c.kind, export.c.arguments).order_by(export.c.id))
        assert [row.kind for row in rows] == [poster.POSTER, join_papers.QR, join_papers.QR]
        assert [row.arguments.get("way") for row in rows] == [None, "Web", "Telegram"]
        assert code not in str(rows)
        assert {sealed.unseal(row.arguments["code"]) for row in rows} == {code}
        join_codes.revoke(who, join_codes.digest(code)[:16])

        with pytest.raises(DomainError, match="không còn dùng được"):
            exports.make(who, poster.POSTER, rows[0].arguments, no_file)
        assert join_codes.invitation(newcomer(session), code) is None

    await database.write(work)
