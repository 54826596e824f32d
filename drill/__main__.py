"""``./khcn drill [--short] [NAME …]``: run drills and print a table at the end; exit status 1 where one did not hold."""

from __future__ import annotations

import argparse
import os
import sys
import time
import traceback
from typing import TYPE_CHECKING, Final

from drill import (
    database_kill,
    disk_full,
    failover,
    fuzz,
    history,
    install,
    load,
    long_tests,
    point_in_time,
    power_cut,
    restore,
    sessions,
    slow_disk,
    soak,
    upgrade,
    year_end,
)
from drill.steps import DrillError

if TYPE_CHECKING:
    from collections.abc import Callable

DRILLS: Final[dict[str, Callable[[], str]]] = {
    "attacks": long_tests.run_attacks,
    "database-kill": database_kill.run,
    "disk-full": disk_full.run,
    "failover": failover.run,
    "fuzz": fuzz.run,
    "history": history.run,
    "install": install.run,
    "kills": long_tests.run_kills,
    "load": load.run,
    "point-in-time": point_in_time.run,
    "power-cut": power_cut.run,
    "restore": restore.run,
    "sessions": sessions.run,
    "slow-disk": slow_disk.run,
    "soak": soak.run,
    "upgrade": upgrade.run,
    "writes": long_tests.run_writes,
    "year-end": year_end.run,
}


def main() -> int:
    """Run what was named, or everything."""
    parser = argparse.ArgumentParser(prog="./khcn drill", description=__doc__)
    parser.add_argument(
        "names", nargs="*", metavar="NAME", help=f"of {', '.join(DRILLS)}; all where none is named"
    )
    parser.add_argument("--short", action="store_true", help="the short form, where a drill has one")
    given = parser.parse_args()
    if given.short:
        os.environ["KHCN_DRILL"] = "short"
    names = given.names or list(DRILLS)
    unknown = [name for name in names if name not in DRILLS]
    if unknown:
        parser.error(f"no such drill: {', '.join(unknown)}; there are {', '.join(DRILLS)}")
    rows = []
    for name in names:
        print(f"== {name}", flush=True)
        started = time.monotonic()
        try:
            passed, figures = True, DRILLS[name]()
        except DrillError as fault:
            passed, figures = False, str(fault)
        except Exception:  # noqa: BLE001 -- the other drills are run all the same
            passed, figures = False, traceback.format_exc()
        rows.append((name, passed, time.monotonic() - started, figures))
    print(f"\nLoad of the machine (1, 5, 15 minutes): {' '.join(f'{each:.1f}' for each in os.getloadavg())}")
    print("\n| drill | passed | seconds | figures |\n|---|---|---|---|")
    for name, passed, seconds, figures in rows:
        print(f"| {name} | {'yes' if passed else 'NO'} | {seconds:.0f} | {figures} |")
    return 0 if all(passed for _name, passed, *_rest in rows) else 1


if __name__ == "__main__":
    sys.exit(main())
