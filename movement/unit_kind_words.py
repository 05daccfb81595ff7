"""The kind of a unit as a list writes it: by the kind's name, its abbreviation, or as the unit's own name says."""

from __future__ import annotations

from functools import cache
from typing import Final

from locales import LOCALES, speaking
from movement.matching import fold
from movement.unit_kinds import UNIT_KINDS, kind_label
from movement.unit_names import expanded

_ALSO: Final = {  # folded, abbreviations written out
    "cong doan cap tren truc tiep co so la xa": "commune_union",
    "nghiep doan": "grassroots_union",
    "nghiep doan co so": "grassroots_union",
    "cong doan co so thanh vien": "section_union",
    "cong doan cac khu cong nghiep": "industrial_park_union",
    "cong doan khu cong nghiep": "industrial_park_union",
    "cong doan nganh": "sector_union_local",
    "cong doan vien chuc": "sector_union_local",
    "lien doan lao dong thanh pho": "federation_province",
    "lien doan lao dong quan": "federation_district",
    "lien doan lao dong thi xa": "federation_district",
}
_BEGINNINGS: Final = (  # of a unit's name, folded; the first that fits
    ("tong lien doan lao dong", "confederation"),
    ("lien doan lao dong tinh", "federation_province"),
    ("lien doan lao dong huyen", "federation_district"),
    ("lien doan lao dong quan", "federation_district"),
    ("lien doan lao dong thi xa", "federation_district"),
    ("cong doan phuong", "ward_union"),
    ("cong doan xa", "commune_union"),
    ("cong doan dac khu", "zone_union"),
    ("cong doan co so thanh vien", "section_union"),
    ("cong doan co so", "grassroots_union"),
    ("nghiep doan", "grassroots_union"),
    ("cong doan bo phan", "section_union"),
    ("to cong doan", "union_group"),
    ("cong doan nganh", "sector_union_local"),
    ("cong doan vien chuc", "sector_union_local"),
    ("cong doan cac khu cong nghiep", "industrial_park_union"),
    ("cong doan khu cong nghiep", "industrial_park_union"),
    ("cong doan cac khu kinh te", "industrial_park_union"),
    ("cong doan tong cong ty", "corporation_union"),
)


def kind_of(text: str) -> str:
    """The kind that these words name in any of our languages, or nothing."""
    return _named().get(text.strip()) or _named().get(expanded(text), "")


def kind_by_name(name: str) -> str:
    """The kind that a unit's own name tells, or nothing: "CĐCS Công ty May" is a grassroots union.

    A federation of a city may be a province's or a district's: its list has to say.
    """
    spelt = f"{expanded(name)} "
    return next((kind for start, kind in _BEGINNINGS if spelt.startswith(f"{start} ")), "")


@cache
def _named() -> dict[str, str]:
    named = {kind: kind for kind in UNIT_KINDS} | dict(_ALSO)
    for locale in LOCALES:
        with speaking(locale):
            named |= {
                form: kind for kind in UNIT_KINDS for form in (fold(kind_label(kind)), expanded(kind_label(kind)))
            }
    return named
