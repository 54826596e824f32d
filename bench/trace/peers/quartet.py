"""QU4RTET (quartet-epcis, GPL) stores documents in SQLite: run by its own interpreter, see `bench.trace.peers`.

Usage: quartet.py FOLDER_OF_XML DATABASE_FILE. Prints the seconds it took and the events it stored.

It is given the best case: its parser in the mode that enforces no business rules, called in process, without its web
interface and its task queue, one transaction a document, the same SQLite settings as ours. Its migrations ask for a
package that capturing does not need, so its tables are made from its models.
"""

from __future__ import annotations

import io
import json
import sys
import time
from pathlib import Path

import django
from django.conf import settings
from django.core.management import call_command


def main(folder: Path, database: Path) -> None:
    """Store every document of the folder."""
    settings.configure(
        USE_TZ=True,
        DEFAULT_AUTO_FIELD="django.db.models.AutoField",
        INSTALLED_APPS=["django.contrib.contenttypes", "django.contrib.auth", "quartet_epcis"],
        MIGRATION_MODULES={"quartet_epcis": None},
        DATABASES={
            "default": {
                "ENGINE": "django.db.backends.sqlite3",
                "NAME": str(database),
                "OPTIONS": {
                    "transaction_mode": "IMMEDIATE",
                    "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA cache_size=-16384",
                },
            }
        },
    )
    django.setup()
    call_command("migrate", run_syncdb=True, verbosity=0)
    from quartet_epcis.models.events import Event  # type: ignore[import-not-found]  # local: settings first
    from quartet_epcis.parsing.parser import QuartetParser  # type: ignore[import-not-found]  # local: settings first

    documents = [file.read_bytes() for file in sorted(folder.iterdir())]
    started = time.monotonic()
    for document in documents:
        QuartetParser(io.BytesIO(document)).parse()
    seconds = time.monotonic() - started
    json.dump({"seconds": seconds, "events": Event.objects.count()}, sys.stdout)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
