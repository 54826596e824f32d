"""Numbers of documents restart at 01 when the year ends in Vietnam, whatever time zone the server is in (Decree 30/2020, article 15).

As a program: the writers of one round, on the database of DATABASE_URL, with the clock that `faketime` gives them.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import threading
import time
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

from drill.steps import DrillError
from tools import postgres

ZONES: Final = ("UTC", "America/New_York", "Asia/Ho_Chi_Minh")
WRITERS: Final = 16
_VIETNAM: Final = ZoneInfo("Asia/Ho_Chi_Minh")
_MIDNIGHT: Final = datetime(2027, 1, 1, tzinfo=_VIETNAM)
_LOADING: Final = timedelta(seconds=40)  # that the writers get to load the program, by the false clock
_AROUND: Final = 3.0  # seconds before midnight and after it in which they write
_PLACE: Final = "year-end"


def run() -> str:
    """Raises DrillError where a number is missing, there twice, or of the wrong year."""
    binaries = postgres.find_binaries()
    if binaries is None or shutil.which("faketime") is None:
        raise DrillError("needs PostgreSQL and faketime (Debian: postgresql, faketime)")
    figures = []
    for zone in ZONES:
        with postgres.server(binaries) as address:
            numbers = _numbers_taken(address, zone)
        years = {
            year: sorted(number for each, number, _at in numbers if each == year) for year in (2026, 2027)
        }
        for year, found in years.items():
            if found != list(range(1, len(found) + 1)) or not found:
                raise DrillError(f"{zone}: numbers of {year} are {found[:20]} …")
        wrong = [row for row in numbers if datetime.fromtimestamp(row[2], _VIETNAM).year != row[0]]
        if wrong:
            raise DrillError(f"{zone}: of the wrong year: {wrong[:5]}")
        figures.append(f"{zone} 01–{len(years[2026])} then 01–{len(years[2027])}")
    return "; ".join(figures)


def _numbers_taken(address: str, zone: str) -> list[tuple[int, int, float]]:
    """Year, number and moment of each that the writers took."""
    environment = {
        **os.environ,
        "DATABASE_URL": address,
        "TZ": zone,
        "PYTHONPATH": os.pathsep.join((os.environ.get("PYTHONPATH", ""), str(Path(__file__).parent.parent))),
    }
    subprocess.run([sys.executable, "-m", "khcn", "migrate", "--verbosity", "0"], env=environment, check=True)
    begin = (_MIDNIGHT - _LOADING).astimezone(ZoneInfo(zone))
    command = ["faketime", "-f", f"@{begin:%Y-%m-%d %H:%M:%S}", sys.executable, "-m", "drill.year_end"]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        raise DrillError(done.stderr[-3000:])
    return [tuple(row) for row in json.loads(done.stdout)]


def take_numbers() -> None:
    """Sixteen threads take numbers until some seconds after midnight, each on the day that it is for a person here."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "khcn.config.settings")
    import django  # local: settings first

    django.setup()
    taken: list[tuple[int, int, float]] = []
    threads = [threading.Thread(target=_write, args=(taken,)) for _each in range(WRITERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    print(json.dumps(taken))


def _write(taken: list[tuple[int, int, float]]) -> None:
    from django.db import connection, transaction  # local: settings first
    from django.utils import timezone  # local: settings first

    from khcn.kernel.actors import SYSTEM  # local: settings first
    from khcn.kernel.numbering.operations import allocate  # local: settings first

    time.sleep(max(0.0, _MIDNIGHT.timestamp() - _AROUND - time.time()))
    while (at := time.time()) < _MIDNIGHT.timestamp() + _AROUND:
        today = timezone.localdate(datetime.fromtimestamp(at, _VIETNAM))
        with transaction.atomic():
            issued = allocate(book=_PLACE, unit_code="VP", on=today, pattern="{number}/BC", actor=SYSTEM)
        taken.append((today.year, issued.number, at))
    connection.close()


if __name__ == "__main__":
    take_numbers()
