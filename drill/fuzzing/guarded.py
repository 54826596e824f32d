"""One file through the real guard of uploads: `python -m drill.fuzzing.guarded TARGET FILE FOLDER`; 0 where it is read or refused in order.

The fuzzer works files out in its own process and is ended by one that takes a gigabyte; the guard ends a process of 480 MB.
"""

from __future__ import annotations

import sys
from pathlib import Path

from django.conf import settings


def main(name: str, file: Path) -> None:
    """Raises what the guard lets through."""
    settings.configure(USE_I18N=False, USE_TZ=True)
    from khcn.kernel.intake.import_plan import WorkbookRefused  # local: settings first
    from khcn.kernel.intake.readers.workbook_reading import read_workbook  # local: settings first

    try:
        read_workbook(file.read_bytes(), f"a.{name}")
    except WorkbookRefused as refused:
        print(refused)


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
