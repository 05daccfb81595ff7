from __future__ import annotations

import pytest

from movement import vietnamese_phones

MOBILE, LANDLINE = "0912345678", "02513822888"


@pytest.mark.parametrize(
    "typed",
    [
        "0912345678", "0912 345 678", "0912.345.678", "091-234-5678", "+84912345678", "+84 912 345 678",
        "84912345678", "0084912345678", "+84 (0)912 345 678", "(0912) 345 678", "  0912345678 ", "0912–345–678",
    ],
)  # fmt: skip
def test_one_mobile_number_is_kept_in_one_form_however_it_is_typed(typed: str) -> None:
    assert vietnamese_phones.parse(typed) == MOBILE


@pytest.mark.parametrize("typed", ["0251 3822 888", "+84 251 3822888", "02513822888"])
def test_a_landline_has_eleven_digits_with_its_area_code(typed: str) -> None:
    assert vietnamese_phones.parse(typed) == LANDLINE


@pytest.mark.parametrize(
    "typed",
    [
        "", "không", "0912", "091234567", "09123456789", "01234567890", "0412345678", "0612345678",
        "+1 202 555 0123",
        "0912345678 0987654321", "0251382288", "MAY27", "0912a45678", "12/03/2027", "٠٩١٢٣٤٥٦٧٨",
    ],
)  # fmt: skip
def test_what_is_no_number_in_use_is_not_taken(typed: str) -> None:
    assert vietnamese_phones.parse(typed) is None


def test_a_number_is_shown_in_groups_and_can_be_told_by_its_end() -> None:
    assert vietnamese_phones.show(MOBILE) == "0912 345 678"
    assert vietnamese_phones.show(LANDLINE) == "02513 822 888"
    assert vietnamese_phones.show_end(MOBILE).endswith("678")
    assert "345" not in vietnamese_phones.show_end(MOBILE)
