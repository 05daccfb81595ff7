"""Files by the upload page over real HTTP: in pieces, once, into the chat they are for; and what is refused."""

from __future__ import annotations

import asyncio
import datetime as dt
import string
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import aiohttp
import pytest
from sqlalchemy import func, select

from bot import upload_answers, upload_page
from bot.rates import Rate
from movement import upload_links
from storage.channel_tables import inbox, upload, upload_link
from tests import papers
from tests.browser.running_app import free_port
from tests.fakes.upload_site import UploadSite, declare_sending, serving

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from storage.database import Database

FROM_THE_PAGE = {"Sec-Fetch-Site": "same-origin"}
PIECE = FROM_THE_PAGE | {"Content-Type": "application/offset+octet-stream"}
JSON = FROM_THE_PAGE | {"Content-Type": "application/json"}
ID = "0123456789abcdef"


@dataclass
class Phone:
    """A browser that does what the page's script does, one request at a time."""

    session: aiohttp.ClientSession
    site: UploadSite
    link: str

    async def ask(self, method: str, path: str = "", **more: Any) -> tuple[int, Any, str]:
        """One request: its status, headers and body."""
        async with self.session.request(method, self.link + path, **more) as answer:
            return answer.status, answer.headers, await answer.text()

    async def piece(
        self,
        name: str,
        data: bytes,
        offset: int = 0,
        *,
        size: int | None = None,
        file: str = ID,
        headers: dict[str, str] = PIECE,
    ) -> tuple[int, Any, str]:
        """Send a piece of a file."""
        told = {"name": name, "size": str(len(data) if size is None else size)}
        all_headers = {"Upload-Offset": str(offset)} | headers
        return await self.ask("PATCH", f"/{file}", params=told, data=data, headers=all_headers)

    async def photo(self, name: str = "anh.jpg", file: str = ID) -> None:
        """Send a whole photo."""
        status, _, body = await self.piece(name, papers.data(name), file=file)
        assert status == 200, body

    async def done(self, caption: str = "") -> int:
        """Say that this was all."""
        return (await self.ask("POST", "/done", json={"caption": caption}, headers=JSON))[0]

    async def come(self, file: str = ID) -> tuple[str, str]:
        """How far a file has come, and whether it is kept."""
        _, headers, _ = await self.ask("HEAD", f"/{file}")
        return headers["Upload-Offset"], headers["Upload-Complete"]

    async def rows(self, table: Any) -> int:
        """How many rows a table has."""
        query = select(func.count()).select_from(table)
        return int(await self.site.database.read(lambda session: session.scalar(query)))


@pytest.fixture
async def phone(database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Phone]:
    declare_sending(monkeypatch)
    async with serving(database, tmp_path / "evidence", free_port()) as site, aiohttp.ClientSession() as session:
        yield Phone(session, site, await site.ask_for_files())


class TestTheWay:
    async def test_the_question_for_files_shows_the_link_where_the_chat_takes_none(self, phone: Phone) -> None:
        assert (await phone.site.settled())[-1].startswith(
            "Send photos.\n\nTo send photos or files, open: http://"
        )

    async def test_what_is_sent_answers_the_question_in_the_chat_it_is_for(self, phone: Phone) -> None:
        await phone.photo("anh-1.jpg")
        await phone.photo("ghi.pdf", file="aa" * 8)

        assert await phone.done("buổi ra quân") == 200
        assert (await phone.site.settled())[-1] == "Got anh-1.jpg, ghi.pdf; buổi ra quân"

    async def test_done_twice_and_at_once_is_one_message(self, phone: Phone) -> None:
        await phone.photo()

        assert await asyncio.gather(*(phone.done() for _ in range(4))) == [200] * 4
        assert await phone.done() == 200
        assert [text for text in await phone.site.settled() if text.startswith("Got")] == ["Got anh.jpg; "]
        assert await phone.rows(inbox) == 3

    async def test_files_nobody_asked_for_begin_a_report(self, phone: Phone) -> None:
        await phone.site.say("/huy")
        await phone.photo()
        await phone.done()

        assert (await phone.site.settled())[-1] == "A report begun with 1 group of files."

    async def test_files_by_a_link_asked_for_in_between_go_to_the_question_that_waits(self, phone: Phone) -> None:
        await phone.site.say("/status")
        phone.link = phone.site.link() + ""
        await phone.photo()
        await phone.done()

        assert (await phone.site.settled())[-1] == "Got anh.jpg; "

    async def test_words_written_with_the_files_are_never_a_command(self, phone: Phone) -> None:
        await phone.photo()
        await phone.done("/huy huỷ")

        assert (await phone.site.settled())[-1] == "Got anh.jpg; huy huỷ"

    async def test_a_file_taken_back_is_not_sent(self, phone: Phone) -> None:
        await phone.photo("anh-1.jpg")
        await phone.photo("anh-2.jpg", file="bb" * 8)
        headers = FROM_THE_PAGE | {"Content-Type": "application/octet-stream"}

        assert (await phone.ask("DELETE", f"/{ID}", headers=headers))[0] == 200
        await phone.done()
        assert (await phone.site.settled())[-1] == "Got anh-2.jpg; "

    async def test_the_page_shows_what_has_come_and_nothing_of_the_person(self, phone: Phone) -> None:
        await phone.site.change(name="Nguyễn Thị Lan")
        await phone.photo("ra quân.jpg")
        status, headers, page = await phone.ask("GET")

        assert status == 200
        assert '"name": "ra quân.jpg"' in page
        assert "Lan" not in page
        assert headers["Cache-Control"] == "no-store"
        assert "script-src 'self'" in headers["Content-Security-Policy"]
        assert "form-action 'none'" in headers["Content-Security-Policy"]


def test_a_name_cannot_become_markup_in_the_page() -> None:
    body = upload_answers.page(string.Template("$kept"), [{"name": "</script>$x"}]).text

    assert body == '[{"name": "\\u003c/script>$x"}]'


class TestPieces:
    async def test_a_file_comes_in_pieces_and_goes_on_where_it_stopped(self, phone: Phone) -> None:
        data = papers.data("anh.jpg")
        assert await phone.come() == ("0", "?0")
        assert (await phone.piece("anh.jpg", data[:100], size=len(data)))[1]["Upload-Offset"] == "100"
        assert await phone.come() == ("100", "?0")

        status, _, body = await phone.piece("anh.jpg", data[100:], 100, size=len(data))

        assert (status, "anh.jpg" in body) == (200, True)
        assert await phone.come() == ("0", "?1")
        await phone.done()
        assert (await phone.site.settled())[-1] == "Got anh.jpg; "

    async def test_the_same_piece_twice_changes_nothing(self, phone: Phone) -> None:
        data = papers.data("anh.jpg")
        for _ in range(2):
            await phone.piece("anh.jpg", data[:100], size=len(data))

        assert (await phone.piece("anh.jpg", data[100:], 100, size=len(data)))[0] == 200

    async def test_a_gap_is_refused_with_the_place_to_go_on(self, phone: Phone) -> None:
        data = papers.data("anh.jpg")
        await phone.piece("anh.jpg", data[:100], size=len(data))

        status, headers, _ = await phone.piece("anh.jpg", data[300:400], 300, size=len(data))

        assert (status, headers["Upload-Offset"]) == (409, "100")

    async def test_the_last_piece_whose_answer_was_lost_is_asked_for_once_more(self, phone: Phone) -> None:
        """The bytes are all there, but the process died before it looked into them."""
        data = papers.data("anh.jpg")
        key = f"{upload_links.read(phone.link.rpartition('/')[2]).digest}.{ID}"
        phone.site.parts.write(key, 0, data)

        assert await phone.come() == (str(len(data)), "?0")
        assert (await phone.piece("anh.jpg", b"", len(data), size=len(data)))[0] == 200
        assert await phone.come() == ("0", "?1")

    async def test_a_file_that_comes_again_whole_is_one_file(self, phone: Phone) -> None:
        for _ in range(2):
            await phone.photo()

        assert await phone.rows(upload) == 1

    async def test_nothing_is_left_of_pieces_once_a_file_is_kept(self, phone: Phone) -> None:
        await phone.photo()

        assert list((phone.site.folder / "tmp").iterdir()) == []


class TestRefusals:
    @pytest.mark.parametrize(
        ("name", "reason"), [("hong.jpg", "damaged"), ("virus.exe", "not of a kind"), ("", "no name")]
    )
    async def test_each_file_that_cannot_be_taken_is_told_why(self, phone: Phone, name: str, reason: str) -> None:
        status, _, body = await phone.piece(name, papers.data(name or "a.jpg"))

        assert status == 422
        assert reason.lower() in body.lower(), body
        assert await phone.rows(upload) == 0

    async def test_a_file_too_large_is_refused_before_it_is_sent(self, phone: Phone) -> None:
        status, _, body = await phone.piece("phim.jpg", b"x", size=21 * 1024**2)

        assert status == 413
        assert "20 MB" in body

    async def test_more_bytes_than_said_are_not_read(self, phone: Phone) -> None:
        assert (await phone.piece("anh.jpg", bytes(2000), size=1000))[0] == 413

    async def test_done_without_files_is_refused(self, phone: Phone) -> None:
        assert await phone.done() == 409

    @pytest.mark.parametrize("headers", [{"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://evil.example"}])
    async def test_another_site_cannot_send_anything(self, phone: Phone, headers: dict[str, str]) -> None:
        own = {"Content-Type": "application/json"} | headers

        assert (await phone.ask("POST", "/done", json={}, headers=own))[0] == 403
        assert (await phone.piece("anh.jpg", b"x", headers=PIECE | {"Sec-Fetch-Site": "cross-site"}))[0] == 403

    async def test_a_form_cannot_send_anything(self, phone: Phone) -> None:
        form = FROM_THE_PAGE | {"Content-Type": "text/plain"}

        assert (await phone.ask("POST", "/done", data=b"{}", headers=form))[0] == 415

    @pytest.mark.parametrize("body", [b"[]", b"{", b"null", b"[" * 15000])
    async def test_nonsense_is_refused(self, phone: Phone, body: bytes) -> None:
        await phone.photo()

        assert (await phone.ask("POST", "/done", data=body, headers=JSON))[0] == 400

    @pytest.mark.parametrize("offset", ["-1", "x", "99999999999", "5"])
    async def test_an_offset_that_is_none_is_refused(self, phone: Phone, offset: str) -> None:
        assert (await phone.piece("a.jpg", b"1234", headers=PIECE | {"Upload-Offset": offset}))[0] == 400

    async def test_too_many_unfinished_files_wait(self, phone: Phone) -> None:
        answers = [(await phone.piece("a.jpg", b"x", size=9, file=f"{n:08x}"))[0] for n in range(9)]

        assert answers == [200] * 8 + [503]

    async def test_too_many_files_are_refused_with_the_reason(
        self, phone: Phone, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(upload_links, "MOST_FILES", 1)
        await phone.photo()

        status, _, body = await phone.piece("anh-2.jpg", papers.data("anh-2.jpg"), file="cc" * 8)

        assert status == 422
        assert "At most 1 files" in body

    async def test_a_full_disk_is_tried_again_later(self, phone: Phone, monkeypatch: pytest.MonkeyPatch) -> None:
        def full(*_: object) -> str:
            raise OSError(28, "No space left on device")

        monkeypatch.setattr(phone.site.store, "put", full)
        status, headers, _ = await phone.piece("anh.jpg", papers.data("anh.jpg"))
        monkeypatch.undo()
        size = len(papers.data("anh.jpg"))

        assert (status, "Retry-After" in headers) == (503, True)
        assert await phone.come() == (str(size), "?0")


class TestTheEnd:
    async def test_a_used_link_says_so_and_takes_nothing(self, phone: Phone) -> None:
        await phone.photo()
        await phone.done()

        status, _, page = await phone.ask("GET")
        assert status == 410
        assert "have been sent" in page
        assert (await phone.piece("b.jpg", papers.data("b.jpg"), file="dd" * 8))[0] == 410
        assert (await phone.ask("HEAD", f"/{ID}"))[0] == 410
        assert await phone.rows(upload) == 1

    async def test_an_expired_one_says_so(self, phone: Phone) -> None:
        await phone.photo()
        phone.site.now += upload_links.LASTS + dt.timedelta(seconds=1)

        status, _, page = await phone.ask("GET")
        assert status == 410
        assert "expired" in page
        assert await phone.done() == 410
        assert (await phone.piece("b.jpg", b"x", file="dd" * 8))[0] == 410

    @pytest.mark.parametrize("change", [{"deactivated_at": dt.datetime.now(dt.UTC)}, {"consent_version": ""}])
    async def test_it_ends_with_the_persons_part(self, phone: Phone, change: dict[str, Any]) -> None:
        await phone.photo()
        await phone.site.change(**change)

        assert (await phone.ask("GET"))[0] == 410
        assert await phone.done() == 410
        assert (await phone.piece("b.jpg", papers.data("b.jpg"), file="dd" * 8))[0] == 410

    @pytest.mark.parametrize("token", ["x", "A" * 35, "%E1%BA%A3", "%2e%2e%2f"])
    async def test_a_wrong_one_gets_a_page_that_says_what_to_do(self, phone: Phone, token: str) -> None:
        phone.link = f"{phone.site.address}/u/{token}"

        status, _, page = await phone.ask("GET")

        assert status == 404
        assert "send files" in page
        assert await phone.done() in {404, 410}

    async def test_a_link_to_a_file_opens_no_upload_page(self, phone: Phone) -> None:
        phone.link = phone.link.replace("/u/", "/f/")

        assert (await phone.ask("GET"))[0] in {404, 405}

    async def test_requests_without_end_are_slowed_down(
        self, phone: Phone, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(phone.site.page, "_requests", Rate(1))
        monkeypatch.setattr(phone.site.page, "_wrong", Rate(1))

        assert [(await phone.ask("GET"))[0] for _ in range(2)] == [200, 429]
        assert (await phone.ask("HEAD", f"/{ID}"))[0] == 503
        phone.link = f"{phone.site.address}/u/wrong"
        assert [(await phone.ask("GET"))[0] for _ in range(2)] == [404, 429]

    async def test_no_row_is_written_before_the_first_file(self, phone: Phone) -> None:
        await phone.ask("GET")

        assert await phone.rows(upload_link) == 0
        assert upload_page.MOST_PIECE <= 4 * 1024**2
