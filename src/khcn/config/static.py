"""Static files brought up to date, also after the process was killed while doing so."""

import hashlib
import shutil
from importlib.metadata import version
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command

from khcn.kernel.durable_writes import sync_file, sync_folder

WHOLE = ".whole"  # written last: without it the folder may hold half a file, or half the list of files


def collect_static() -> None:
    """Copy what changed into ``STATIC_ROOT``. A folder that was not finished the last time is made anew: a half-written
    list of files would keep the program from starting, and a half-written style sheet would never be copied again.
    """
    folder = Path(settings.STATIC_ROOT)
    mark = folder / WHOLE
    sources = _sources()
    if not mark.exists():
        shutil.rmtree(folder, ignore_errors=True)
    elif mark.read_text() == sources:
        return  # Django would read and pack every file again, which takes as long as loading the program
    else:
        mark.unlink()
        sync_folder(folder)
    call_command("collectstatic", verbosity=0, interactive=False)
    _sync(folder)  # after a loss of power the mark could be there without what it is about
    mark.write_text(sources)


def _sync(folder: Path) -> None:
    """Return when all below a folder is on the disk, with its names."""
    for each in (*folder.rglob("*"), folder):
        if each.is_dir():
            sync_folder(each)
        else:
            with each.open("rb") as file:
                sync_file(file)


def _sources() -> str:
    """A sum over all that the folder is made of: names, sizes and times of the files, and what makes it from them."""
    packers = [version(each) for each in ("django", "whitenoise")]
    found = hashlib.sha256(f"{packers} {settings.STORAGES['staticfiles']}".encode())
    for finder in get_finders():
        for name, storage in finder.list([]):
            state = Path(storage.path(name)).stat()
            found.update(f"{name} {state.st_size} {state.st_mtime_ns}\n".encode())
    return found.hexdigest()
