"""Static files brought up to date, also after the process was killed while doing so."""

import shutil
from pathlib import Path

from django.conf import settings
from django.core.management import call_command

WHOLE = ".whole"  # written last: without it the folder may hold half a file, or half the list of files


def collect_static() -> None:
    """Copy what changed into ``STATIC_ROOT``. A folder that was not finished the last time is made anew: a half-written
    list of files would keep the program from starting, and a half-written style sheet would never be copied again.
    """
    folder = Path(settings.STATIC_ROOT)
    mark = folder / WHOLE
    if mark.exists():
        mark.unlink()
    else:
        shutil.rmtree(folder, ignore_errors=True)
    call_command("collectstatic", verbosity=0, interactive=False)
    mark.touch()
