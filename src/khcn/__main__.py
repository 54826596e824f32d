"""The program's command line: ``python -m khcn WORD [ARGUMENTS]``; people reach it as ``./khcn``."""

import os
import sys

from django.core.exceptions import ImproperlyConfigured
from django.db import DatabaseError

# Words of ours that Django uses for something else, or that are not fit for a module name.
COMMANDS = {
    "import": "import_workbook",
    "check": "check_report",
    "check-system": "check",
    "account-password": "account_password",
    "trace-key": "trace_key",
    "verify-log": "verify_log",
    "end-access": "end_access",
    "check-data": "check_data",
}


def main(arguments: list[str]) -> None:
    """Run one management command; exits with the command's own status."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "khcn.config.settings")
    from django.core.management import execute_from_command_line  # local: settings first

    word, *rest = arguments or ["help"]
    if word == "restore":
        os.environ["KHCN_RESTORING"] = "1"  # the one command that runs where a restore was not finished
    if [word, *rest[:1]] == ["province", "move"]:
        os.environ["KHCN_MOVING"] = "1"  # the same, where a store was not moved to the end
    execute_from_command_line(["khcn", COMMANDS.get(word, word), *rest])


def explanation_of(problem: DatabaseError) -> str:
    """What to do about a fault of the database: where it lacks migrations, or has tables of an older trial, a table that is not there
    is no fault of the program.

    Raises the problem itself where the structure is right, or cannot be asked.
    """
    from khcn.kernel.upgrading.other_structure import (  # local: settings first
        explain_differences,
        structure_differences,
    )
    from khcn.kernel.upgrading.pending_migrations import (  # local: settings first
        explain_missing,
        pending_migrations,
    )

    try:
        missing = pending_migrations()
        differences = [] if missing else structure_differences()
    except DatabaseError:
        raise problem from None
    if not missing and not differences:
        raise problem
    advice = explain_missing(missing) if missing else explain_differences(differences)
    return f"{advice} ({problem})"


if __name__ == "__main__":
    try:
        main(sys.argv[1:])
        sys.stdout.flush()
    except DatabaseError as problem:
        sys.exit(f"khcn: {explanation_of(problem)}")
    except ImproperlyConfigured as problem:
        sys.exit(
            f"khcn: {problem}"
        )  # a wrong variable, or a restore that was not finished: no fault of the program
    except BrokenPipeError:  # the program that reads our output (head, less) has read enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(1)
