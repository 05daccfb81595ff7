"""The process that makes files for another one: jobs come in, endings go out, as lines of JSON.

Started by `bot/export_process.py` as `python -m bot.export_worker`, and by nobody else. The first line says where
database and files are, each following one is a request. It ends at once when the pipe is closed, so it cannot
outlive the process it works for.
"""

from __future__ import annotations

import datetime as dt
import json
import os
import signal
import sys
from pathlib import Path
from queue import SimpleQueue
from threading import Thread
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import structlog

import conversations.member
import conversations.officer  # noqa: F401 - both declare the makers of files
from bot import logs
from bot.exporter import Failed, make
from bot.inbox import Desk
from movement.controller import Controller
from movement.ways_in import WayIn
from storage import secret_key
from storage.database import open_database
from storage.files import FileStore

if TYPE_CHECKING:
    from storage.database import Database

NICE = 10  # where there is no idle scheduling: answers come first where there are few processors

_log = structlog.get_logger()


def serve(told: dict[str, Any], jobs: SimpleQueue[bytes], answers: int) -> None:
    """Make what is asked for, one after the other, for ever; endings go to the file descriptor `answers`."""
    if told["stands_back"]:
        _stand_back()
    secret_key.use(told["secret"])
    database = open_database(told["database"])
    store = FileStore(Path(told["files"]))
    while True:
        job = json.loads(jobs.get())
        line = json.dumps(ending(database, store, job), ensure_ascii=False) + "\n"
        os.write(answers, line.encode())


def ending(database: Database, store: FileStore, job: dict[str, Any]) -> dict[str, Any]:
    """The file in the store, why there is none for this person, or that we failed."""
    row, now = SimpleNamespace(**job["row"]), dt.datetime.fromisoformat(job["now"])
    try:
        desk = _desk(database.process, job["desk"])
        made = database.read_now(make, row, desk, now, store.read)
        if isinstance(made, Failed):
            return {"failed": made.sentence}
        file = {"name": made.name, "media_type": made.media_type, "size": len(made.data)}
        return {"file": {"sha256": store.put(made.data), **file}, "result": made.result}
    except Exception:  # a bug in a maker, or a full disk: the next request goes on
        _log.exception("file_not_made", kind=row.kind)
        return {"broken": True}


def _desk(process: int, told: dict[str, Any]) -> Desk:
    """What makers are told of the deployment."""
    controller = Controller(**{**told["controller"], "abroad": tuple(told["controller"]["abroad"])})
    ways = tuple(WayIn(**each) for each in told["ways_in"])
    zone = ZoneInfo(told["zone"])
    return Desk(process, zone, public_url=told["public_url"], controller=controller, ways_in=lambda: ways)


def _listen(jobs: SimpleQueue[bytes]) -> None:
    """Pass requests on, also while one is worked on; the end of the pipe ends us, whatever we are at."""
    for line in sys.stdin.buffer:
        jobs.put(line)
    os._exit(0)


def _stand_back() -> None:
    """Run only when nothing else wants the processor: a process that is merely nice still delays what wakes up."""
    if hasattr(os, "SCHED_IDLE"):  # Linux
        os.sched_setscheduler(0, os.SCHED_IDLE, os.sched_param(0))
    else:
        os.nice(NICE)


def main() -> None:
    """Work until the pipe is closed."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the process we work for, which ends us
    answers = os.dup(sys.stdout.fileno())
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())  # what else is printed must not be taken for an answer
    logs.configure()
    jobs: SimpleQueue[bytes] = SimpleQueue()
    Thread(target=_listen, args=(jobs,), daemon=True).start()
    serve(json.loads(jobs.get()), jobs, answers)


if __name__ == "__main__":
    main()
