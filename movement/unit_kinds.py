"""The kinds of units a guideline may speak of, and what each is called.

Which units there are, and who belongs to them, is not its business. Kinds are general: no unit's name stands here.
"""

from __future__ import annotations

from types import MappingProxyType

from locales import N_, _

UNIT_KINDS = MappingProxyType(
    {
        "confederation": N_("Vietnam General Confederation of Labour"),
        "federation_province": N_("provincial federation of labour"),
        "federation_district": N_("district federation of labour"),
        "sector_union_local": N_("local sector union"),
        "industrial_park_union": N_("industrial parks union"),
        "commune_union": N_("commune union"),
        "ward_union": N_("ward union"),
        "zone_union": N_("special zone union"),
        "corporation_union": N_("corporation union"),
        "grassroots_union": N_("grassroots union"),
        "section_union": N_("section union"),
        "union_group": N_("union group"),
        "party_committee_province": N_("provincial Party committee"),
        "party_mass_board": N_("mass mobilisation board of the provincial Party committee"),
        "party_bloc": N_("Party committee of the bloc"),
        "party_committee_direct": N_("Party committee directly under the province"),
        "party_committee_district": N_("district Party committee"),
        "party_committee_grassroots": N_("grassroots Party committee"),
        "party_cell_grassroots": N_("grassroots Party cell"),
        "party_cell": N_("Party cell"),
        "mass_organisation": N_("mass organisation of the bloc"),
        "front_and_mass_province": N_("Fatherland Front and mass organisations of the province"),
        "people_committee_province": N_("provincial People's Committee"),
        "specialist_board": N_("specialist board"),
        "agency": N_("agency, office or enterprise"),
    },
)


def kind_label(kind: str) -> str:
    """What a kind of unit is called in the reader's language; raise KeyError for an unknown kind."""
    return _(UNIT_KINDS[kind])
