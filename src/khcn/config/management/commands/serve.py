"""Start the web application."""

import os
import subprocess
import sys
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone

from khcn.config.static import collect_static
from khcn.kernel.actors import SYSTEM
from khcn.kernel.deadlines.startup_checks import refuse_start_without_rules
from khcn.reference.operations import enter_shipped_rules


class Command(BaseCommand):
    """Serve with granian: several worker processes, no proxy needed for a small office."""

    help = "Chạy ứng dụng web / serve the web application"

    def add_arguments(self, parser: CommandParser) -> None:
        """Address and size."""
        parser.add_argument("--host", default="127.0.0.1")
        parser.add_argument("--port", type=int, default=8000)
        parser.add_argument("--workers", type=int, default=2)
        parser.add_argument(
            "--no-worker", action="store_true", help="không chạy kèm công việc nền (./khcn work)"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Bring the database and static files up to date, then become the server; refused where deadlines miss a rule."""
        call_command("migrate", verbosity=0)
        enter_shipped_rules(actor=SYSTEM)  # those of a fresh installation, or of a new release
        refuse_start_without_rules(on=timezone.localdate())
        collect_static()
        self.stdout.write(f"http://{options['host']}:{options['port']}/")
        self.stdout.flush()
        if not options["no_worker"]:
            # It watches this process, which is about to become the server, and keeps `work` running beside it.
            supervisor = [sys.executable, "-m", "khcn.config.supervisor", str(os.getpid())]
            subprocess.Popen([*supervisor, sys.executable, "-m", "khcn", "work", "--parent"])  # noqa: S603 -- no shell
        # Without it each thread keeps memory for itself that one at a time needs (glibc).
        os.environ.setdefault("MALLOC_ARENA_MAX", "2")
        server = os.path.join(os.path.dirname(sys.executable), "granian")  # noqa: PTH118, PTH120 -- handed to exec
        os.execv(  # noqa: S606 -- our own server, no shell
            server,
            [
                server,
                "--interface",
                "wsgi",
                "--host",
                options["host"],
                "--port",
                str(options["port"]),
                "--workers",
                str(options["workers"]),
                # One takes events in while others wait for the disk or in the line (khcn.trace.store.database.sqlite_group_commit); each
                # has a connection to the database with a cache of its own.
                "--blocking-threads",
                "4",
                "--no-ws",
                # A worker that the system ends (out of memory) is replaced; without this the whole service stops.
                "--respawn-failed-workers",
                "--respawn-interval",
                "0.5",
                "--log-level",
                "warning",
                "khcn.config.wsgi:application",
            ],
        )
