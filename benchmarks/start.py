"""From starting the program to its first answer, and what it takes up at rest.

    uv run benchmarks/start.py [--times 3]

First answer: the page is asked for until it comes, then “/start” is posted; the clock stops when the answer is
in the database. The first start of a new database makes its tables (and fills the demo), the second finds them.
Memory: resident, three seconds after the first answer. Python's compiled files are there, as they are from the
second start on a machine.
"""

from __future__ import annotations

import argparse
import json
import re
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))  # as a script it is started from anywhere

from benchmarks import world
from tests.fakes.telegram_server import TOKEN

REST = 3.0  # seconds until memory is looked at


def first_answer(port: int) -> None:
    """Open the page and be answered; raise for anything else than 200."""
    world.wait_until_up(port)
    address = f"http://127.0.0.1:{port}"
    with urllib.request.urlopen(address, timeout=10) as page:
        cookie = page.headers["Set-Cookie"].partition(";")[0]
    body = json.dumps({"id": "00000000-0000-4000-8000-000000000000", "text": "/start"}).encode()
    headers = {"Cookie": cookie, "Content-Type": "application/json", "Origin": address}
    urllib.request.urlopen(urllib.request.Request(f"{address}/chat/message", body, headers), timeout=10).close()


def start(folder: Path, settings: dict[str, str]) -> tuple[float, float]:
    """Start, wait for the first answer, stop; seconds and MB."""
    port = world.free_port()
    environment = world.foreign_environment() | {"DATA_DIR": str(folder), "PORT": str(port)} | settings
    begun = time.perf_counter()
    with world.process(["run_bot.py"], environment) as bot:
        first_answer(port)
        seconds = time.perf_counter() - begun
        time.sleep(REST)
        status = Path(f"/proc/{bot.pid}/status").read_text()
    match = re.search(r"VmRSS:\s+(\d+)", status)
    assert match is not None
    return seconds, int(match[1]) / 1024


def help_seconds() -> float:
    """How long `--help` takes."""
    begun = time.perf_counter()
    subprocess.run([sys.executable, "run_bot.py", "--help"], cwd=world.ROOT, check=True, capture_output=True)
    return time.perf_counter() - begun


def measure(name: str, settings: dict[str, str], times: int) -> None:
    """Start on a new folder and once more, so many times, and print the medians."""
    first, second = [], []
    for _ in range(times):
        with tempfile.TemporaryDirectory(prefix="kheo-bench-") as place:
            first.append(start(Path(place), settings))
            second.append(start(Path(place), settings))
    seconds = [statistics.median(each[0] for each in starts) for starts in (first, second)]
    print(
        f"{name:<28}{seconds[0]:>12.2f}{seconds[1]:>12.2f}{statistics.median(each[1] for each in second):>10.0f}"
    )


def main() -> None:
    """Measure and print the table."""
    parser = argparse.ArgumentParser(description="From the start to the first answer.")
    parser.add_argument("--times", type=int, default=3)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="kheo-bench-") as place:  # once before, for the compiled files
        start(Path(place), {"DEMO": "true"})
    print(f"{'':<28}{'first, s':>12}{'again, s':>12}{'RSS, MB':>10}")
    measure("demo", {"DEMO": "true"}, asked.times)
    measure("no demo", {"DEMO": "false"}, asked.times)
    nowhere = {"TELEGRAM_TOKEN": TOKEN, "TELEGRAM_API_URL": "http://127.0.0.1:9"}
    measure("no demo, Telegram (away)", {"DEMO": "false"} | nowhere, asked.times)
    print(f"{'--help':<28}{statistics.median(help_seconds() for _ in range(5)):>12.2f}")


if __name__ == "__main__":
    main()
