"""Khéo's command line: start the assistant, look at guidelines and try them, open years of the movement.

Heavy imports come later, so that `--help` answers at once.
"""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from bot import commands_audit, commands_invite, commands_people, commands_units, commands_zalo_oa

if TYPE_CHECKING:
    from collections.abc import Callable

    from bot.app import App
    from bot.settings import Settings

_ARGPARSE = {
    "usage: ": "cách dùng: ",
    "positional arguments": "lệnh",
    "options": "tuỳ chọn",
    "show this help message and exit": "hiện trợ giúp này rồi thoát",
    "the following arguments are required: %s": "còn thiếu: %s",
    "unrecognized arguments: %s": "không hiểu: %s",
    "invalid choice: %(value)r (choose from %(choices)s)": "không có %(value)r (chọn một trong: %(choices)s)",
    "expected one argument": "cần một giá trị",
    "argument %(argument_name)s: %(message)s": "%(argument_name)s: %(message)s",
    "invalid %(type)s value: %(value)r": "%(value)r không dùng được ở đây",
    "%(prog)s: error: %(message)s\n": "%(prog)s: lỗi: %(message)s\n",
}


def main(arguments: list[str] | None = None) -> int:
    """Run a command and give its exit code."""
    argparse._ = lambda text: _ARGPARSE.get(text, text)  # type: ignore[attr-defined]  # argparse's own gettext
    asked = _parser().parse_args(arguments)
    run = asked.run
    try:
        code: int = run(asked)
        sys.stdout.flush()
    except BrokenPipeError:  # `| head` has read enough; what is still to be written goes nowhere
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    return code


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="run_bot.py",
        description="Khéo, trợ lý trò chuyện cho phong trào thi đua “Dân vận khéo”. Không có lệnh là khởi động.",
    )
    parser.set_defaults(run=_serve, record=None)
    commands = parser.add_subparsers(title="lệnh", metavar="")
    serve = commands.add_parser("run", help="khởi động trợ lý: trang web, Telegram nếu đã cài đặt")
    serve.set_defaults(run=_serve)
    console = commands.add_parser("console", help="trò chuyện ngay trong cửa sổ dòng lệnh")
    console.add_argument("--record", type=Path, metavar="TỆP", help="ghi cuộc trò chuyện vào tệp")
    console.set_defaults(run=_console)
    rules = commands.add_parser("guidelines", help="liệt kê, xem và kiểm tra các hướng dẫn")
    actions = rules.add_subparsers(title="lệnh", metavar="")
    rules.set_defaults(run=_list_guidelines)
    show = actions.add_parser("show", help="xem một hướng dẫn")
    show.add_argument("id", help="mã hướng dẫn")
    show.set_defaults(run=_show_guideline)
    check = actions.add_parser("check", help="kiểm tra một tệp hướng dẫn")
    check.add_argument("file", type=Path, help="tệp TOML")
    check.set_defaults(run=_check_guideline)
    trial = actions.add_parser("try", help="thử một tệp hướng dẫn trên một đợt đã có, không thay đổi gì")
    trial.add_argument("file", type=Path, help="tệp TOML")
    trial.add_argument("--on", required=True, metavar="ĐỢT", help="số của đợt, hoặc năm")
    trial.set_defaults(run=_try_guideline)
    commands_audit.add_to(commands, _told)
    commands_units.add_to(commands, _told)
    commands_zalo_oa.add_to(commands, _told)
    commands_invite.add_to(commands, _told)
    commands_people.add_to(commands, _told)
    _add_cycles(commands.add_parser("cycles", help="liệt kê và mở các đợt (năm) của phong trào"))
    return parser


def _add_cycles(years: argparse.ArgumentParser) -> None:
    years.set_defaults(run=_list_cycles)
    actions = years.add_subparsers(title="lệnh", metavar="")
    shown = actions.add_parser("list", help="liệt kê các đợt đã mở")
    shown.set_defaults(run=_list_cycles)
    opening = actions.add_parser("open", help="mở một năm cho một đơn vị và mọi đơn vị bên dưới")
    opening.add_argument("unit", type=int, metavar="ĐƠN_VỊ", help="số của đơn vị")
    opening.add_argument("year", type=int, metavar="NĂM", help="năm")
    opening.add_argument("guideline", metavar="HƯỚNG_DẪN", help="mã hướng dẫn")
    opening.set_defaults(run=_open_cycle)


def _serve(_asked: argparse.Namespace) -> int:
    """Start everything and say where to click."""
    import asyncio

    settings = _settings()
    if settings is None:
        return 2
    from bot import app, logs, os_reasons

    logs.configure()
    try:
        asyncio.run(app.serve(settings, lambda running: print(_welcome(running), flush=True)))
    except OSError as error:
        why = os_reasons.reason(error)
        print(f"Không mở được cổng {settings.port}: {why}. Đặt PORT khác rồi chạy lại.", file=sys.stderr)
        return 1
    return 0


def _console(asked: argparse.Namespace) -> int:
    """Talk in the terminal."""
    import asyncio

    settings = _settings()
    if settings is None:
        return 2
    from bot import app, logs

    logs.configure()
    asyncio.run(app.talk(settings, asked.record))
    return 0


def _settings() -> Settings | None:
    """The settings, or None after telling every mistake."""
    from bot import settings

    try:
        return settings.read()
    except settings.WrongSettingsError as error:
        print(error, file=sys.stderr)
        return None


def _welcome(running: App) -> str:
    """What was started and where to click."""
    settings = running.settings
    lines = [
        "Khéo đã khởi động.",
        f"• Trang trò chuyện: {settings.address}",
        f"• Dữ liệu: {settings.database}",
        f"• Telegram: {'đang bật' if running.telegram else 'tắt (đặt TELEGRAM_TOKEN để bật)'}",
        f"• Zalo Bot: {_zalo(running)}",
    ]
    if running.zalo_oa:
        lines.append(f"• Zalo OA: đang bật (webhook: {settings.address}/zalo/oa)")
    if running.links_stay_here:
        lines.append("• Chưa đặt PUBLIC_URL: liên kết gửi trong Telegram, Zalo chỉ mở được trên máy này.")
    if running.demo:
        from movement.demo import DEMO_CODES
        from movement.vietnamese_dates import show_date

        today = show_date(running.now().astimezone(settings.zone).date())
        lines += ["", f"Đây là bản thử với dữ liệu giả định, hôm nay là {today}."]
        lines += ["Mở một trong các địa chỉ sau để vào vai:"]
        lines += [f"• {settings.address}/j/{each.code} – {each.description}" for each in DEMO_CODES]
    return "\n".join([*lines, "", "Dừng lại: Ctrl+C."])


def _zalo(running: App) -> str:
    """Which bots on Zalo are on, and where people find them."""
    bots, links = len(running.zalo.bots), running.settings.zalo_bot_link
    if not bots:
        return "tắt (đặt ZALO_BOT_TOKEN để bật)"
    return " ".join(["đang bật", *([f"({bots} bot)"] if bots > 1 else []), *([links] if links else [])])


def _list_guidelines(_asked: argparse.Namespace) -> int:
    """List and check every guideline that came with the program."""
    from movement import guidelines

    wrong = 0
    for path in sorted(guidelines.FOLDER.glob("*.toml")):
        mistakes = guidelines.mistakes(path)
        wrong += bool(mistakes)
        mark = "✗" if mistakes else "✓"
        title = guidelines.load(path).title if not mistakes else ""
        print(f"{mark} {path.stem}  {title}")
        for mistake in mistakes:
            print(f"    {mistake.path}: {mistake.message}")
    return 1 if wrong else 0


def _show_guideline(asked: argparse.Namespace) -> int:
    """Print a guideline as words."""
    from movement import guidelines
    from movement.guideline_page import page

    try:
        print(page(guidelines.get(asked.id)))
    except KeyError:
        known = ", ".join(guidelines.every())
        print(f"Không có hướng dẫn “{asked.id}”. Có: {known}.", file=sys.stderr)
        return 1
    return 0


def _check_guideline(asked: argparse.Namespace) -> int:
    """List every mistake of a file."""
    from movement import guidelines

    mistakes = guidelines.mistakes(asked.file)
    for mistake in mistakes:
        print(f"{mistake.path}: {mistake.message}")
    print(f"{asked.file.name}: {f'{len(mistakes)} lỗi' if mistakes else 'đúng'}.")
    return 1 if mistakes else 0


def _try_guideline(asked: argparse.Namespace) -> int:
    """Print what would become of a cycle under a guideline."""
    from bot import commands

    return _told(lambda settings: commands.try_guideline(settings, asked.file, asked.on))


def _list_cycles(_asked: argparse.Namespace) -> int:
    """List every cycle."""
    from bot import commands

    return _told(commands.list_cycles)


def _open_cycle(asked: argparse.Namespace) -> int:
    """Open a year."""
    from bot import commands

    return _told(lambda settings: commands.open_cycle(settings, asked.unit, asked.year, asked.guideline))


def _told(work: Callable[[Settings], str]) -> int:
    """Print what the work gives, or why it was refused."""
    from movement.errors import DomainError

    settings = _settings()
    if settings is None:
        return 2
    try:
        print(work(settings))
    except DomainError as refused:
        print(refused, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
