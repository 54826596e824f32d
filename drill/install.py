"""The install guide, typed by a script on a bare Debian: installed, used, its data lost, restored, upgraded."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from drill.installation import installed
from drill.steps import DrillError

if TYPE_CHECKING:
    from drill.debian import Debian

MOST: Final = 15 * 60  # seconds of all commands together
# Tables that people's work is in: sessions, jobs and runs go on by themselves.
_COUNT_ROWS: Final = """
SELECT relname, (xpath('/row/c/text()', query_to_xml(format('SELECT count(*) AS c FROM %I', relname), false, true, '')))[1]::text
FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace
AND relname !~ '^(django_session|django_tasks|kernel_jobs|kernel_integrity|kernel_backup|kernel_audit|kernel_search|parties_sign|parties_accountsession)'
"""


def run() -> str:
    """Raises DrillError where a command fails, or something is not there after the restore."""
    with installed() as system:
        system.administrator = system.use("quantri", system.administrator)["password"]
        first = system.use("vanphong", system.new_account("vanphong", "Văn phòng", "office"), "report")
        system.debian.run("khcn backup")
        before = _rows(system.debian)
        system.follow("Phục hồi")
        system.wait_for_service()
        after = _rows(system.debian)
        different = {
            name: (count, after.get(name)) for name, count in before.items() if after.get(name) != count
        }
        if different:
            raise DrillError(f"rows before and after the restore: {different}")
        again = system.use("vanphong", first["password"], "report")
        system.use("quantri", system.administrator)
        system.follow("Nâng cấp")
        total = sum(system.spent.values())
    if total > MOST:
        raise DrillError(f"{total:.0f} s of commands, at most {MOST}")
    return (
        f"{total:.0f} s of commands (at most {MOST}), {sum(before.values())} rows of {len(before)} tables equal after the restore, "
        f"report of {first['report_bytes']} and {again['report_bytes']} bytes, HSTS {first['hsts']}"
    )


def _rows(debian: Debian) -> dict[str, int]:
    command = "runuser --user postgres -- psql --no-align --tuples-only --dbname khcn"
    printed = debian.run(f"{command} <<'END'\n{_COUNT_ROWS}\nEND").stdout
    return {name: int(count) for name, _bar, count in (line.partition("|") for line in printed.split())}
