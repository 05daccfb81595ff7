"""Evidence: words, photos and files that show what was done. What a file really is, `evidence_files` tells."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import LABEL_STYLE_TABLENAME_PLUS_COL, func, insert, select

from movement import access, audit, codes, entries, transitions
from storage.tables import entry, evidence, evidence_file
from storage.unit_tables import unit

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence

    from movement.context import Context


@dataclass(frozen=True, slots=True)
class Attached:
    """A file of the evidence store, with what was written beside it."""

    sha256: str
    name: str
    media_type: str
    size: int
    caption: str


@dataclass(frozen=True, slots=True)
class Shown:
    """One piece of evidence with its files."""

    id: int
    kind: str
    text: str
    criteria: tuple[str, ...]
    created_at: dt.datetime
    files: tuple[Attached, ...]


def submit(
    ctx: Context, entry_id: int, kind: str, text: str, files: Sequence[Attached], criteria: Sequence[str] = ()
) -> dict[str, Any]:
    """Keep evidence for an entry: {id, receipt}; raise DomainError where person or state do not allow it."""
    found = entries.demand(ctx, "prove", entries.find(ctx, entry_id))
    transitions.after(found.state, "prove")
    new = insert(evidence).values(
        entry_id=entry_id,
        author_id=ctx.person.id,
        kind=kind,
        text=text,
        criteria=list(criteria),
        created_at=ctx.now,
    )
    evidence_id = ctx.session.scalar(new.returning(evidence.c.id))
    rows = [
        {
            "evidence_id": evidence_id,
            "position": position,
            "sha256": file.sha256,
            "name": file.name,
            "media_type": file.media_type,
            "size": file.size,
            "caption": file.caption,
        }
        for position, file in enumerate(files)
    ]
    if rows:
        ctx.session.execute(insert(evidence_file), rows)
    ctx.memo.pop(f"evidence:{entry_id}", None)
    audit.write(ctx, "prove", f"entry:{entry_id}", {"evidence": evidence_id, "files": len(rows)})
    kind_code = codes.REPORT if kind == "result" else codes.EVIDENCE
    return {"id": evidence_id, "receipt": codes.code(kind_code, found.year, evidence_id)}


def of_entry(ctx: Context, entry_id: int) -> list[Shown]:
    """The evidence of an entry the person may see, oldest first, read once; nothing where they may not."""
    if entries.find(ctx, entry_id) is None:
        return []
    key = f"evidence:{entry_id}"
    if key not in ctx.memo:
        ctx.memo[key] = _read(ctx, entry_id)
    found: list[Shown] = ctx.memo[key]
    return found


def _read(ctx: Context, entry_id: int) -> list[Shown]:
    query = (
        select(evidence, evidence_file)
        .join(evidence_file, evidence_file.c.evidence_id == evidence.c.id, isouter=True)
        .where(evidence.c.entry_id == entry_id)
        .order_by(evidence.c.id, evidence_file.c.position)
        .set_label_style(LABEL_STYLE_TABLENAME_PLUS_COL)
    )
    shown: dict[int, Shown] = {}
    for row in ctx.session.rows(query):
        before = shown.get(row.evidence_id)
        files = before.files if before else ()
        if row.evidence_file_sha256:
            files = (*files, _attached(row))
        shown[row.evidence_id] = Shown(
            row.evidence_id,
            row.evidence_kind,
            row.evidence_text,
            tuple(row.evidence_criteria),
            row.evidence_created_at,
            files,
        )
    return list(shown.values())


def file_name(ctx: Context, sha256: str) -> tuple[str, str] | None:
    """The name and media type of a file that belongs to an entry the person may see, or None."""
    query = (
        select(evidence_file.c.name, evidence_file.c.media_type)
        .join(evidence, evidence.c.id == evidence_file.c.evidence_id)
        .join(entry, entry.c.id == evidence.c.entry_id)
        .join(unit, unit.c.id == entry.c.unit_id)
        .where(evidence_file.c.sha256 == sha256, access.visible_entries(ctx))
    )
    row = ctx.session.first(query.limit(1))
    return (row.name, row.media_type) if row else None


def is_withheld(ctx: Context, sha256: str) -> bool:
    """Whether a file is evidence, and only of entries that the person may not see, nor sent by themself."""
    query = (
        select(entry.c.id, access.visible_entries(ctx).label("visible"))
        .join(evidence, evidence.c.entry_id == entry.c.id)
        .join(evidence_file, evidence_file.c.evidence_id == evidence.c.id)
        .join(unit, unit.c.id == entry.c.unit_id)
        .where(evidence_file.c.sha256 == sha256)
    )
    proves = ctx.session.rows(query)
    return bool(proves) and not any(row.visible for row in proves)


def counts(ctx: Context, entry_ids: Sequence[int]) -> dict[int, int]:
    """How many pieces of evidence each of these entries has; entries without any are left out."""
    query = select(evidence.c.entry_id, func.count()).where(evidence.c.entry_id.in_(entry_ids))
    return {row[0]: row[1] for row in ctx.session.rows(query.group_by(evidence.c.entry_id))}


def proven(ctx: Context, entry_ids: Sequence[int]) -> dict[int, frozenset[str]]:
    """The criteria that the evidence of each of these entries speaks for; entries without any are left out."""
    query = select(evidence.c.entry_id, evidence.c.criteria).where(evidence.c.entry_id.in_(entry_ids))
    found: dict[int, frozenset[str]] = {}
    for row in ctx.session.rows(query):
        found[row.entry_id] = found.get(row.entry_id, frozenset()) | frozenset(row.criteria)
    return found


def _attached(row: Any) -> Attached:
    return Attached(
        row.evidence_file_sha256,
        row.evidence_file_name,
        row.evidence_file_media_type,
        row.evidence_file_size,
        row.evidence_file_caption,
    )
