from __future__ import annotations

import io
import re
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import docx
import pypdfium2
import pytest
from docx.oxml.ns import qn

from locales import speaking
from movement import access, councils, entries, exports, guidelines, units
from movement.councils import Said, Sitting, Vote
from movement.errors import DomainError
from movement.forms import letterhead, makers, paper, paper_of_unit
from movement.forms.paper import Table, Text
from tests.movement.year import CHECKLIST, ENDORSED, NO_CRITERIA, OWN_CRITERIA, POINTS, Year

if TYPE_CHECKING:
    from docx.document import Document

    from movement.context import Context
    from movement.guideline import Guideline
    from storage.database import Database

EVERY = (CHECKLIST, OWN_CRITERIA, ENDORSED, NO_CRITERIA, POINTS)
NUMBERED = re.compile(r"Số:? *\d")


def made(world: Year, who: str, kind: str, **arguments: Any) -> bytes:
    return world.act(who, lambda ctx: exports.make(ctx, kind, arguments, lambda _sha256: b"")).data


def opened(world: Year, who: str, form: str, **of: Any) -> Document:
    return docx.Document(io.BytesIO(made(world, who, makers.PAPER, form=form, file="docx", **of)))


def words(document: Document) -> str:
    """Everything that is printed, tables and all."""
    return "\n".join(
        "".join(each.text or "" for each in node.iter(qn("w:t"))) for node in document.element.iter(qn("w:p"))
    )


def home_of(world: Year, who: str) -> int:
    def first(ctx: Context) -> int:
        return max(access.roles(ctx), key=lambda held: len(held.path)).unit_id

    return world.act(who, first)


@pytest.mark.parametrize("guideline", EVERY)
def test_every_guideline_gives_every_paper_of_an_entry_in_the_style_of_its_issuer(
    guideline: str, sqlite_database: Database
) -> None:
    year = Year(sqlite_database, guideline)
    entry_id = year.register()
    year.report(entry_id)
    style = year.entry(entry_id).guideline.doc.style

    for form in ("report", "brief"):
        text = words(opened(year, "minh", form, entry=entry_id))

        assert ("ĐẢNG CỘNG SẢN VIỆT NAM" in text) == (style == "party")
        assert ("Độc lập - Tự do - Hạnh phúc" in text) == (style != "party")
        assert "DỰ THẢO" in text
        assert not NUMBERED.search(text)
        assert "Tổ tự quản" in text
        assert "Kết quả tốt." in text
        assert "{" not in text


def test_the_report_asks_for_the_party_committee_where_the_guideline_does(sqlite_database: Database) -> None:
    year = Year(sqlite_database, ENDORSED)
    entry_id = year.register()

    assert "XÁC NHẬN CỦA CẤP ỦY" in words(opened(year, "minh", "report", entry=entry_id))


def test_a_report_is_of_a_collective_or_of_an_individual(sqlite_database: Database) -> None:
    year = Year(sqlite_database, POINTS)
    collective, individual = year.register(), year.register(subject="individual")

    assert "I. Sơ lược đặc điểm, tình hình" in words(opened(year, "minh", "report", entry=collective))
    assert "I. Sơ yếu lý lịch" in words(opened(year, "minh", "report", entry=individual))


def test_minutes_request_and_decision_count_what_was_appraised(database: Database) -> None:
    year = Year(database, POINTS)
    year.appraised()
    year.appraised()
    home = home_of(year, "minh")

    minutes = opened(year, "minh", "minutes", unit=home, year=2024)
    request = words(opened(year, "minh", "request", unit=home, year=2024))
    decision = words(opened(year, "minh", "decision", unit=home, year=2024))

    assert "02 mô hình đạt, 00 mô hình chưa đạt" in words(minutes)
    assert [cell.text for cell in minutes.tables[1].rows[1].cells][1:] == [
        "Tổ tự quản", minutes.tables[1].rows[1].cells[2].text, "100", "100", "Đạt", "…/…",
    ]  # fmt: skip
    assert "khách quan, trung thực" in words(minutes)
    assert "công nhận 02 mô hình “Dân vận khéo” năm 2024, trong đó có 02 mô hình của tập thể" in request
    assert "Điều 1. Công nhận 02 mô hình" in decision
    assert "T/M" in decision
    assert "DANH SÁCH" in decision


def test_what_does_not_pass_stands_in_the_minutes_and_in_no_request(sqlite_database: Database) -> None:
    year = Year(sqlite_database, POINTS)
    year.appraised(k7=Decimal(9))
    home = home_of(year, "minh")

    assert "00 mô hình đạt, 01 mô hình chưa đạt" in words(opened(year, "minh", "minutes", unit=home, year=2024))
    for form in ("request", "decision"):
        with pytest.raises(DomainError):
            opened(year, "minh", form, unit=home, year=2024)


def test_papers_of_a_unit_are_for_those_who_may_summarise_it(sqlite_database: Database) -> None:
    year = Year(sqlite_database, POINTS)
    year.appraised()

    with pytest.raises(DomainError):
        opened(year, "minh", "minutes", unit=home_of(year, "hoa"), year=2024)
    with pytest.raises(DomainError):
        opened(year, "minh", "report", entry=99)


def test_the_word_file_and_the_pdf_say_the_same(sqlite_database: Database) -> None:
    year = Year(sqlite_database, POINTS)
    entry_id = year.appraised()
    home = home_of(year, "minh")
    kinds: tuple[tuple[str, dict[str, int]], ...] = (
        ("report", {"entry": entry_id}), ("brief", {"entry": entry_id}),
        ("minutes", {"unit": home, "year": 2024}), ("request", {"unit": home, "year": 2024}),
        ("decision", {"unit": home, "year": 2024}),
    )  # fmt: skip

    for form, of in kinds:
        text = words(opened(year, "minh", form, **of))
        with pypdfium2.PdfDocument(made(year, "minh", makers.PAPER, form=form, file="pdf", **of)) as pdf:
            printed = "".join(page.get_textpage().get_text_range() for page in pdf)
        for part in text.split():
            if len(part) > 2 and "…" not in part and "_" not in part:
                assert part in printed, (form, part)


@pytest.mark.parametrize("style", ["state", "union", "party"])
def test_each_letterhead_follows_its_regulation(style: str, sqlite_database: Database) -> None:
    year = Year(sqlite_database, POINTS)

    def head(ctx: Context) -> paper.Letterhead:
        return letterhead.of(in_style(style), ("Cấp trên", "Đơn vị"), "TTr", ctx.today)

    found = year.act("minh", head)

    assert found.left == ("CẤP TRÊN", "ĐƠN VỊ")
    assert found.place_and_date.endswith("ngày 03 tháng 11 năm 2024")
    assert found.number == ("Số ……-TTr/……" if style == "party" else "Số: ……/TTr-……")
    assert found.is_party == (style == "party")


def in_style(style: str) -> Guideline:
    """The default guideline, as if its issuer wrote in this style."""
    found = guidelines.default()
    return found.model_copy(update={"doc": found.doc.model_copy(update={"style": style})})


def test_what_is_filled_in_is_never_read_as_a_template() -> None:
    facts = paper.Facts({"name": "{lead} **x**", "lead": "kín"})
    head = paper.Letterhead(("A",), ("B",), "", "", is_party=False)

    with speaking("vi"):
        filled = paper.fill("brief", facts, head, paper.Signed((), ("C",)))

    first = filled.blocks[0]
    assert isinstance(first, paper.Text)
    assert first.runs == (("Mô hình: “{lead} **x**” (mã số ……………)", False),)


def test_nothing_can_be_judged_before_an_appraisal(sqlite_database: Database) -> None:
    year = Year(sqlite_database, POINTS)
    entry_id = year.register()
    year.report(entry_id)

    def asked(ctx: Context) -> bool:
        found = entries.find(ctx, entry_id)
        assert found is not None
        home = units.get(ctx, found.unit_id)
        assert home is not None
        return paper_of_unit.has_any(ctx, home, 2024)

    assert not year.act("minh", asked)
    year.score(entry_id)
    year.appraise(entry_id)
    assert year.act("minh", asked)


def test_a_paper_of_many_initiatives_takes_no_more_statements_than_one_of_few(database: Database) -> None:
    year = Year(database, POINTS)
    home = home_of(year, "minh")

    def count(ctx: Context) -> int:
        before = ctx.session.statements
        paper_of_unit.of_unit(ctx, home, 2024, "minutes")
        return ctx.session.statements - before

    year.appraised()
    few = year.act("minh", count)
    for _number in range(3):
        year.appraised()

    assert year.act("minh", count) == few <= 9


def test_the_minutes_say_what_the_council_kept(sqlite_database: Database) -> None:
    year = Year(sqlite_database, POINTS)
    entry_id = year.appraised()
    sitting = Sitting(year.day, "Hội trường B", "Trần Văn Phúc", "Lê Thị Mai", 7, 1, "Nhất trí cao.", "")
    year.act("hoa", lambda ctx: councils.keep(ctx, sitting, [Said(entry_id, Vote(7, 7, 6))]))
    home = home_of(year, "hoa")

    made = year.act("hoa", lambda ctx: paper_of_unit.of_unit(ctx, home, 2024, "minutes"))

    told = " ".join(text for block in made.blocks if isinstance(block, Text) for text, _bold in block.runs)
    (table,) = [block for block in made.blocks if isinstance(block, Table)]
    assert "ngày 03 tháng 11 năm 2024" in told
    assert "Hội trường B" in told
    assert "Nhất trí cao." in told
    assert "Có mặt: 07 đồng chí. Vắng mặt: 01 đồng chí" in told
    assert [row[-1] for row in table.rows] == ["6/7"]
