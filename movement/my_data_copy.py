"""The copy of everything that is kept of a person: one ZIP with JSON, their files, and a page that explains it.

Source: Law 91/2025/QH15, the right to be given one's data.
"""

from __future__ import annotations

import datetime as dt
import io
import json
import zipfile
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import select

from locales import _
from movement import codes, my_data, my_data_readme, people_data, role_names, transitions
from movement.exports import Made, maker
from movement.vietnamese_text import clean_line
from storage.channel_tables import outbox, upload
from storage.decision_tables import exemplar, recognition, ruling
from storage.files import Damaged
from storage.people_tables import address, conversation, data_request, person
from storage.reminder_tables import reminder, reminder_choice, reminder_letter
from storage.tables import audit, cycle, entry, evidence, evidence_file, score, score_sheet
from storage.unit_tables import unit

if TYPE_CHECKING:
    from collections.abc import Sequence

    from movement.context import Context
    from movement.exports import Json, ReadFile

KIND: Final = "my_data"
MOST_BYTES: Final = 45 * 1024 * 1024  # Telegram's bots may send 50 MB


@maker(KIND)
def make(ctx: Context, _arguments: Json, read: ReadFile) -> Made:
    """Everything about whoever asked, and nobody else."""
    parts = {
        "nguoi.json": _person(ctx),
        "mo-hinh.json": _entries(ctx),
        "minh-chung.json": _evidence(ctx),
        "yeu-cau.json": _requests(ctx),
        "nhac-han.json": _reminders(ctx),
        "nhat-ky.json": _acts(ctx),
        "tin-nhan.json": _messages(ctx),
        "dang-do.json": _memory(ctx),
    }
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, json.dumps(content, ensure_ascii=False, indent=2, default=_plain))
        missing = _add_files(archive, _files(ctx), read)
        archive.writestr("README.txt", my_data_readme.page(ctx, missing))
    return Made(_("my-data-{day}.zip").format(day=ctx.today.isoformat()), "application/zip", data.getvalue())


def _add_files(archive: zipfile.ZipFile, files: Sequence[Any], read: ReadFile) -> list[str]:
    """Put the files in; give the names of those that are too much for one message, or damaged on the disk."""
    room, missing = MOST_BYTES, []
    for number, row in enumerate(files, 1):
        name = f"{number:03} {clean_line(row.name)}"
        if row.size > room:
            missing.append(name)
            continue
        try:
            archive.writestr(zipfile.ZipInfo(f"tep/{name}", _zip_time(row.created_at)), read(row.sha256))
        except (FileNotFoundError, Damaged):
            missing.append(name)
        room -= row.size
    return missing


def _person(ctx: Context) -> dict[str, Any]:
    found = my_data.kept(ctx)
    row = ctx.session.first(
        select(person.c.locale, person.c.preferred_channel).where(person.c.id == ctx.person.id)
    )
    at = select(address.c.channel, address.c.chat, address.c.created_at).where(
        address.c.person_id == ctx.person.id
    )
    return {
        "ho_ten": found.name,
        "so_dien_thoai": found.phone,
        "ngon_ngu": row.locale,
        "kenh_uu_tien": row.preferred_channel,
        "tu_ngay": found.since,
        "dang_han_che": found.is_restricted,
        "vai_tro": [{"don_vi": name, "vai_tro": role_names.label(role)} for role, name in found.roles],
        "kenh": [dict(each._mapping) for each in ctx.session.rows(at)],  # noqa: SLF001 - the public name of it
        "dong_y": [
            {"viec": each.act, "ban": each.version, "luc": each.at, "kenh": each.channel, "noi_dung": each.text}
            for each in found.consents
        ],
        "nguoi_da_xem": [
            {"ho_ten": each.name, "vai_tro": each.role, "luc": each.at, "xem": each.subject or "person"}
            for each in my_data.views(ctx)
        ],
    }


def _entries(ctx: Context) -> list[dict[str, Any]]:
    query = (
        select(entry, cycle.c.year, unit.c.name.label("unit_name"))
        .select_from(entry)
        .join(cycle, cycle.c.id == entry.c.cycle_id)
        .join(unit, unit.c.id == entry.c.unit_id)
    )
    rows = ctx.session.rows(query.where(entry.c.author_id == ctx.person.id).order_by(entry.c.id))
    ids = [row.id for row in rows]
    about = {
        "diem": _of(ctx, _scores(ids)),
        "y_kien": _of(ctx, select(ruling).where(ruling.c.entry_id.in_(ids)).order_by(ruling.c.id)),
        "cong_nhan": _of(ctx, select(recognition).where(recognition.c.entry_id.in_(ids))),
        "dien_hinh": _of(ctx, select(exemplar).where(exemplar.c.entry_id.in_(ids))),
    }
    return [
        {
            "so": codes.code(codes.ENTRY, row.year, row.id),
            "don_vi": row.unit_name,
            "trang_thai": transitions.label(row.state),
            **{column.name: getattr(row, column.name) for column in entry.columns if not _is_inner(column.name)},
            **{name: [each for each in found if each["entry_id"] == row.id] for name, found in about.items()},
        }
        for row in rows
    ]


def _scores(ids: Sequence[int]) -> Any:
    columns = [column for column in score.columns if column.name != "sheet_id"]
    sheet = (score_sheet.c.entry_id, score_sheet.c.kind, score_sheet.c.created_at)
    joined = select(*sheet, *columns).join(score, score.c.sheet_id == score_sheet.c.id)
    return joined.where(score_sheet.c.entry_id.in_(ids)).order_by(score_sheet.c.id)


def _evidence(ctx: Context) -> list[dict[str, Any]]:
    query = select(evidence.c.id, evidence.c.entry_id, evidence.c.kind, evidence.c.text, evidence.c.created_at)
    return _of(ctx, query.where(evidence.c.author_id == ctx.person.id).order_by(evidence.c.id))


def _files(ctx: Context) -> list[Any]:
    """The files of the person's evidence and those on their way, each once."""
    columns = ("sha256", "name", "media_type", "size")
    proven = select(*[evidence_file.c[each] for each in columns], evidence.c.created_at).join(evidence)
    mine = select(address.c.id).where(address.c.person_id == ctx.person.id)
    sent = select(*[upload.c[each] for each in columns], upload.c.created_at).where(upload.c.address_id.in_(mine))
    rows = [*ctx.session.rows(proven.where(evidence.c.author_id == ctx.person.id)), *ctx.session.rows(sent)]
    return list({row.sha256: row for row in sorted(rows, key=lambda row: row.created_at, reverse=True)}.values())


def _requests(ctx: Context) -> list[dict[str, Any]]:
    names = ("kind", "note", "state", "asked_at", "answer_by", "due_on", "closed_at", "answer")
    query = select(*[data_request.c[name] for name in names]).where(data_request.c.person_id == ctx.person.id)
    return [
        {**each, "kind": people_data.label(each["kind"])} for each in _of(ctx, query.order_by(data_request.c.id))
    ]


def _reminders(ctx: Context) -> dict[str, Any]:
    """What the person is and was reminded of, on which days they were told, and what they chose."""
    names = ("act", "deadline", "year", "last_day", "due_at", "state", "letter_on", "ended_at")
    rows = select(unit.c.name.label("unit_name"), *[reminder.c[name] for name in names]).join_from(reminder, unit)
    told = select(reminder_letter.c.day, reminder_letter.c.queued_at)
    chosen = select(reminder_choice.c.off, reminder_choice.c.snoozed_until)
    return {
        "lua_chon": _of(ctx, chosen.where(reminder_choice.c.person_id == ctx.person.id)),
        "viec": _of(
            ctx, rows.where(reminder.c.person_id == ctx.person.id).order_by(reminder.c.due_at, reminder.c.id)
        ),
        "ngay": _of(ctx, told.where(reminder_letter.c.person_id == ctx.person.id).order_by(reminder_letter.c.day)),
    }


def _acts(ctx: Context) -> list[dict[str, Any]]:
    query = select(audit.c.at, audit.c.channel, audit.c.act, audit.c.subject, audit.c.role)
    return _of(ctx, query.where(audit.c.person_id == ctx.person.id).order_by(audit.c.id))


def _messages(ctx: Context) -> list[dict[str, Any]]:
    """When which message came and went; of the words only their own, since screens may have told of others."""
    query = select(outbox.c.created_at, outbox.c.kind, address.c.channel, outbox.c.payload).join_from(
        outbox, address
    )
    found = _of(ctx, query.where(address.c.person_id == ctx.person.id).order_by(outbox.c.id))
    return [{**each, "payload": each["payload"] if each["kind"] == "echo" else None} for each in found]


def _memory(ctx: Context) -> Json:
    return ctx.session.scalar(select(conversation.c.memory).where(conversation.c.person_id == ctx.person.id))


def _of(ctx: Context, query: Any) -> list[dict[str, Any]]:
    return [dict(row._mapping) for row in ctx.session.rows(query)]  # noqa: SLF001 - the public name of it


def _is_inner(column: str) -> bool:
    """Whether a column is of no use outside the database."""
    return column in {"folded", "search", "version", "author_id", "initiative_id", "cycle_id"}


def _plain(value: Any) -> str:
    if isinstance(value, dt.date):  # and times
        return value.isoformat()
    if isinstance(value, Decimal):
        return str(value)
    message = f"not JSON: {type(value).__name__}"
    raise TypeError(message)


def _zip_time(at: dt.datetime) -> tuple[int, int, int, int, int, int]:
    return (at.year, at.month, at.day, at.hour, at.minute, at.second)
