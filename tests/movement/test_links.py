"""Tokens of links: what they hold, that nobody else can make one, and whose they are."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conversations.engine.screen import FileRef
from movement import links

NOW = dt.datetime(2027, 3, 1, 2, 30, tzinfo=dt.UTC)
FORM = FileRef("ab" * 32, "Biểu tự chấm MH27-0012.pdf", "application/pdf", 1000)
SITE = "https://kheo.example"


def token_of(url: str) -> str:
    return url.removeprefix(f"{SITE}/f/")


class TestToken:
    def test_it_opens_the_file_it_was_made_for(self) -> None:
        linked = links.read_file(token_of(links.file_url(SITE, FORM, 17, NOW)))

        assert (linked.sha256, linked.name, linked.media_type) == (FORM.sha256, FORM.name, FORM.media_type)
        assert linked.address_id == 17
        assert dt.timedelta(days=7) <= linked.expires_at - NOW < dt.timedelta(days=7, minutes=11)

    def test_the_whole_link_fits_well_into_a_message(self) -> None:
        long = FileRef(FORM.sha256, "Báo cáo tổng kết phong trào thi đua “Dân vận khéo” " * 3 + ".docx", "x/y", 1)

        assert len(links.file_url(SITE, FORM, 17, NOW)) < 170
        assert len(links.file_url(SITE, long, 2**40, NOW)) < 280
        assert links.read_file(token_of(links.file_url(SITE, long, 1, NOW))).name.endswith("….docx")

    def test_made_again_within_minutes_it_is_the_same(self) -> None:
        later = NOW + dt.timedelta(minutes=1)

        assert links.file_url(SITE, FORM, 1, NOW + dt.timedelta(seconds=1)) == links.file_url(SITE, FORM, 1, later)

    def test_one_for_fetching_ends_within_the_hour(self) -> None:
        url = links.file_url(SITE, FORM, 1, NOW, links.FOR_FETCHING)

        assert links.read_file(token_of(url)).expires_at - NOW < dt.timedelta(hours=1)

    @given(st.integers(1, 2**48 - 1), st.text(max_size=80).filter(lambda name: "\n" not in name))
    def test_whatever_it_holds_it_ends_so_that_chats_keep_it_whole(self, address_id: int, name: str) -> None:
        sha256 = "0" * 64
        url = links.file_url(
            SITE, FileRef(sha256, name.encode(errors="ignore").decode(), "a/b", 1), address_id, NOW
        )

        assert url[-1].isalnum()
        assert links.read_file(token_of(url)).address_id == address_id

    def test_it_does_not_show_the_name_to_who_reads_the_log_of_a_proxy(self) -> None:
        url = links.file_url(SITE, FileRef("0" * 64, "A" * 30, "image/png", 1), 1, NOW)

        assert "QUFB" not in url  # AAA in base64

    def test_one_of_another_purpose_opens_nothing(self) -> None:
        with pytest.raises(links.WrongTokenError):
            links.read_file(links.seal("something else", bytes(40), 1, NOW))

    @given(st.data())
    def test_any_change_makes_it_worthless(self, data: st.DataObject) -> None:
        token = token_of(links.file_url(SITE, FORM, 17, NOW))
        at = data.draw(st.integers(0, len(token) - 1))
        other = data.draw(st.sampled_from("ABCabc019-_").filter(lambda letter: letter != token[at]))

        with pytest.raises(links.WrongTokenError):
            links.read_file(token[:at] + other + token[at + 1 :])

    @pytest.mark.parametrize("token", ["", "x", "ả" * 50, "=" * 60, "A" * 120, "A" * 119, "a b", "\x00"])
    def test_what_was_never_one_is_refused(self, token: str) -> None:
        with pytest.raises(links.WrongTokenError):
            links.read_file(token)

    @pytest.mark.parametrize("tail", [".", ")", "=", " ", "A", "AAAA"])
    def test_it_has_no_second_spelling(self, tail: str) -> None:
        with pytest.raises(links.WrongTokenError):
            links.read_file(token_of(links.file_url(SITE, FORM, 17, NOW)) + tail)
