"""Pictures that look alike, whatever their size and quality: a picture sent for two initiatives is to be noticed.

A look is the difference hash of a picture: 64 bits, each saying whether a place of its 9 × 8 grey thumbnail is
brighter than its neighbour. Pictures whose looks differ in at most `MOST_DIFFERENT` bits are taken for the same.
"""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from PIL import Image
from sqlalchemy import insert, select

from movement import access, codes, evidence_images
from movement.access import Thing
from storage.decision_tables import picture, picture_band
from storage.tables import cycle, entry, evidence, evidence_file
from storage.unit_tables import unit

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from movement.context import Context
    from storage.session import Session

MOST_DIFFERENT: Final = 5  # bits: with six bands, two looks that differ in so few share a band
FEWEST_SET: Final = 8  # bits set, or unset: fewer have blank pages and dark pictures, which all look the same
MOST_CANDIDATES: Final = 2000
_BANDS: Final = (11, 11, 11, 11, 10, 10)  # bits of each band: 64 in all
_SIGN: Final = 1 << 63


@dataclass(frozen=True, slots=True)
class Reuse:
    """A picture of an entry that stands in another one too. Without number and name: one that may not be seen."""

    is_same_file: bool
    number: str = ""
    name: str = ""
    year: int = 0


def look_of(data: bytes) -> int:
    """The look of a kept picture, a signed number of 64 bits; raise what `evidence_images.small` does."""
    with Image.open(io.BytesIO(evidence_images.small(data, 64))) as opened:
        grey = opened.convert("L").resize((9, 8), Image.Resampling.LANCZOS)
    values = grey.tobytes()
    bits = 0
    for row in range(8):
        for column in range(8):
            at = row * 9 + column
            bits = bits << 1 | (values[at] > values[at + 1])
    return bits - (1 << 64) if bits & _SIGN else bits


def unknown(session: Session, most: int) -> list[str]:
    """Hashes of pictures of the evidence whose look is not known yet."""
    query = (
        select(evidence_file.c.sha256)
        .join(picture, picture.c.sha256 == evidence_file.c.sha256, isouter=True)
        .where(evidence_file.c.media_type.like("image/%"), picture.c.sha256.is_(None))
        .distinct()
        .limit(most)
    )
    return [row.sha256 for row in session.rows(query)]


def keep(session: Session, looks: Mapping[str, int]) -> None:
    """Keep looks by the hashes of their pictures; 0 stands for one that could not be looked at."""
    known = {row.sha256 for row in session.rows(select(picture.c.sha256).where(picture.c.sha256.in_(looks)))}
    new = {sha256: look for sha256, look in looks.items() if sha256 not in known}
    if new:
        session.execute(insert(picture), [{"sha256": sha256, "look": look} for sha256, look in new.items()])
    bands = [{"band": band, "sha256": sha256} for sha256, look in new.items() for band in bands_of(look)]
    if bands:
        session.execute(insert(picture_band), bands)


def bands_of(look: int) -> list[int]:
    """The bands by which pictures that look alike are found; none for a picture with nothing in it."""
    bits = look % (1 << 64)
    if not FEWEST_SET <= bits.bit_count() <= 64 - FEWEST_SET:
        return []
    bands = []
    for place, width in enumerate(_BANDS):
        bands.append(place << 11 | bits & (1 << width) - 1)
        bits >>= width
    return bands


def reused(ctx: Context, entry_id: int, pictures: Iterable[str]) -> list[Reuse]:
    """Where else these pictures of an entry stand, each other entry once, with three statements."""
    own = list(dict.fromkeys(pictures))
    if not own:
        return []
    looks = {row.sha256: row.look for row in ctx.session.rows(select(picture).where(picture.c.sha256.in_(own)))}
    rows = [(row, True) for row in ctx.session.rows(_standing(entry_id).where(evidence_file.c.sha256.in_(own)))]
    rows += [(row, row.sha256 in own) for row in _alike(ctx, entry_id, looks)]
    found: dict[int, Reuse] = {}
    for row, is_same in sorted(rows, key=lambda each: not each[1]):
        found.setdefault(row.entry_id, _reuse(ctx, row, is_same_file=is_same))
    return list(found.values())


def _alike(ctx: Context, entry_id: int, looks: Mapping[str, int]) -> Sequence[Any]:
    bands = {band for look in looks.values() for band in bands_of(look)}
    if not bands:
        return []
    query = (
        _standing(entry_id)
        .add_columns(picture.c.look)
        .join(picture, picture.c.sha256 == evidence_file.c.sha256)
        .where(
            picture.c.sha256.in_(select(picture_band.c.sha256).where(picture_band.c.band.in_(bands))),
        )
    )
    return [row for row in ctx.session.rows(query.limit(MOST_CANDIDATES)) if _is_like(row.look, looks.values())]


def _is_like(look: int, others: Iterable[int]) -> bool:
    return any(((look ^ other) % (1 << 64)).bit_count() <= MOST_DIFFERENT for other in others if bands_of(other))


def _standing(entry_id: int) -> Any:
    """Files of other entries, each with what must be known to name the entry."""
    return (
        select(
            evidence_file.c.sha256,
            evidence.c.entry_id,
            entry.c.name,
            entry.c.author_id,
            cycle.c.year,
            unit.c.path,
        )
        .join(evidence, evidence.c.id == evidence_file.c.evidence_id)
        .join(entry, entry.c.id == evidence.c.entry_id)
        .join(cycle, cycle.c.id == entry.c.cycle_id)
        .join(unit, unit.c.id == entry.c.unit_id)
        .where(evidence.c.entry_id != entry_id)
    )


def _reuse(ctx: Context, row: Any, *, is_same_file: bool) -> Reuse:
    if not access.may(ctx, "see", Thing(row.path, row.author_id)):
        return Reuse(is_same_file)
    return Reuse(is_same_file, codes.code(codes.ENTRY, row.year, row.entry_id), row.name, row.year)
