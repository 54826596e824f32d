"""A wrong import is undone by going back to the moment before it (R10), with the commands of the guide, on a bare Debian."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Final

from drill.installation import CHECKOUT, ask_database, contents_of_tables, installed
from drill.steps import DrillError, commands_of

if TYPE_CHECKING:
    from drill.debian import Debian

GUIDE: Final = CHECKOUT / "docs" / "van-hanh" / "phuc-hoi-theo-gio.md"
_WRONG: Final = "UPDATE reference_adminunit SET name = name || ' (sai)'"


def run() -> str:
    """Raises DrillError where rows of that moment are missing, later ones are there, or too much time passed unarchived."""
    steps = commands_of(GUIDE)
    [set_up], [go_back] = (
        [blocks for title, blocks in steps.items() if title.startswith(number)] for number in "12"
    )
    with installed() as system:
        debian = system.debian
        for block in set_up:
            debian.run(block)
        debian.run("khcn account-password dungtruoc --new 'Trước việc sai' --role officer")
        before = _settled(debian)
        moment = debian.run("date '+%Y-%m-%d %H:%M:%S%:::z'").stdout.strip()
        time.sleep(2)
        debian.run("khcn account-password dungsau --new 'Sau việc sai' --role officer")
        ask_database(debian, _WRONG)
        changed = contents_of_tables(debian)
        wrong = sorted(name for name in before if before[name] != changed[name])
        if not {"parties_user", "reference_adminunit"} <= set(wrong):
            raise DrillError(f"only {wrong} were changed, so nothing is shown")
        started = time.monotonic()
        for block in go_back:
            debian.run(f"export GIO='{moment}'\n{block}")
        took = time.monotonic() - started
        system.wait_for_service()
        after = contents_of_tables(debian)
        different = sorted(name for name in before if before[name] != after.get(name))
        if different or before.keys() != after.keys():
            raise DrillError(
                f"tables that differ from the moment: {different or before.keys() ^ after.keys()}"
            )
        system.use("quantri", system.administrator)
    return f"{len(wrong)} tables were changed, then all {len(before)} equal row by row at the moment before, back in {took:.0f} s; archived after at most 300 s"


def _settled(debian: Debian) -> dict[str, str]:
    """The contents once nothing changes any more: what was written last is sealed in the background. The moment lies after it.

    Raises DrillError after a minute.
    """
    contents = contents_of_tables(debian)
    for _attempt in range(30):
        time.sleep(2)
        last, contents = contents, contents_of_tables(debian)
        if contents == last:
            return contents
    raise DrillError("rows still change a minute after the last command")
