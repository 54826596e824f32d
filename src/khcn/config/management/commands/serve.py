"""Start the web application."""

import gc
import os
import socket
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from datetime import date
from functools import partial
from multiprocessing import get_context
from typing import Any

from django.conf import settings
from django.core.files import locks
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.core.servers.basehttp import get_internal_wsgi_application
from django.db import DatabaseError, connections
from django.utils import timezone

from khcn.config.database_use import leave_database
from khcn.config.monitoring.metrics import forget_process, make_folder, remove_folder
from khcn.config.server_limits import ServerLimits
from khcn.config.serving.background import do_background_work, load_background_work
from khcn.config.serving.linux import (
    allow_open_files,
    count_threads,
    end_with,
    notify_service_manager,
)
from khcn.config.serving.supervisor import Child, Supervisor
from khcn.config.serving.web import serve_web
from khcn.config.static import collect_static
from khcn.kernel.actors import SYSTEM
from khcn.kernel.backup.copy_note import write_note
from khcn.kernel.backup.installation import PREPARING
from khcn.kernel.deadlines.startup_checks import refuse_start_without_rules
from khcn.kernel.jobs.memory import give_freed_memory_back
from khcn.reference.operations import enter_shipped_rules

_FILES_OF_CONNECTION = 4  # the socket, the body, the answer, and what the application opens


class Command(BaseCommand):
    """Serve with waitress in several processes, no proxy needed for a small office (docs/adr/0023)."""

    help = "Chạy ứng dụng web / serve the web application"

    def add_arguments(self, parser: CommandParser) -> None:
        """Address and size."""
        parser.add_argument("--host", default=settings.LISTEN.host)
        parser.add_argument("--port", type=int, default=settings.LISTEN.port)
        parser.add_argument("--workers", type=int, default=2)
        parser.add_argument(
            "--no-worker", action="store_true", help="không chạy kèm công việc nền (./khcn work)"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Bring the database and static files up to date, load the program, then fork the processes that run it; refused where
        deadlines miss a rule.
        """
        limits = ServerLimits.from_environment()
        with _bind(options["host"], options["port"]) as listener:
            give_freed_memory_back()
            make_folder(settings.DATA)
            _prepare_apart(timezone.localdate())
            children = _load(
                listener, limits, workers=options["workers"], background=not options["no_worker"]
            )
            allow_open_files(_FILES_OF_CONNECTION * limits.connections)
            _make_ready_to_fork()
            with _refusing_taken_port(options["host"], options["port"]):
                listener.listen(1024)
            host = f"[{options['host']}]" if ":" in options["host"] else options["host"]
            self.stdout.write(f"http://{host}:{listener.getsockname()[1]}/")
            self.stdout.flush()
            notify_service_manager("READY=1")
            Supervisor(children, ended=forget_process).run()
        remove_folder()
        _close_database_in_order()


def _prepare_apart(on: date) -> None:
    """Bring database and static files up to date in a process of its own: what that takes of memory, the processes forked
    later would each have. Raises ``CommandError``.
    """
    fork = get_context("fork")
    with ProcessPoolExecutor(1, mp_context=fork, initializer=end_with, initargs=(os.getpid(),)) as process:
        try:
            process.submit(_prepare, on).result()
        except BrokenProcessPool as fault:
            raise CommandError(
                "Việc chuẩn bị cơ sở dữ liệu bị ngắt giữa chừng; không mất gì, chạy lại ./khcn serve. / "
                "The process that prepares the database was ended; start again."
            ) from fault
        except (DatabaseError, OSError) as fault:
            raise CommandError(
                f"Không chuẩn bị được cơ sở dữ liệu và tệp tĩnh: {fault}. Kiểm tra máy chủ cơ sở dữ liệu, đĩa và quyền ghi vào "
                f"{settings.DATA}; thêm --traceback để xem chi tiết. / The database or its folder cannot be used."
            ) from fault


def _prepare(on: date) -> None:
    """The work of that process. Raises ``CommandError`` where deadlines miss a rule on the day ``on``."""
    with (settings.DATA / PREPARING).open("w") as file:
        locks.lock(file, locks.LOCK_EX)  # of two that start at once the second finds it done
        call_command("migrate", verbosity=0)
        enter_shipped_rules(actor=SYSTEM)  # those of a fresh installation, or of a new release
        refuse_start_without_rules(on=on)
        collect_static()
        write_note(settings.DATABASES["default"])


def _load(listener: socket.socket, limits: ServerLimits, *, workers: int, background: bool) -> list[Child]:
    """Load the program, and say which processes are forked from this one that has it."""
    application = get_internal_wsgi_application()  # after the static files, of which it makes a list
    children = [
        Child("khcn-web", partial(serve_web, application, listener, limits)) for _each in range(workers)
    ]
    if background:
        load_background_work()
        children.append(Child("khcn-work", do_background_work))
    return children


def _bind(host: str, port: int) -> socket.socket:
    """The socket on which all web processes accept; nobody is let in before they are there."""
    listener = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        with _refusing_taken_port(host, port):
            listener.bind((host, port))
    except CommandError:
        listener.close()
        raise
    return listener


@contextmanager
def _refusing_taken_port(host: str, port: int) -> Iterator[None]:
    """Raise ``CommandError`` where another program has the address. Where two have bound it, the second fails when it listens."""
    try:
        yield
    except OSError as fault:
        raise CommandError(
            f"Không mở được địa chỉ {host}, cổng {port}: {fault.strerror}. Chương trình khác đang dùng cổng này? Chọn cổng khác "
            "bằng --port."
        ) from fault


def _make_ready_to_fork() -> None:
    """Leave nothing that must not be in two processes, and let them share the memory of what has been loaded."""
    connections.close_all()
    if (threads := count_threads()) != 1:
        # A forked process has only the thread that forked: locks that another one held would stay locked in it.
        message = (
            f"{threads} threads run where only one may: something started them while the program was loaded"
        )
        raise RuntimeError(message)
    gc.collect()
    gc.freeze()  # a search for garbage writes to every object that it looks at, and so copies its page


def _close_database_in_order() -> None:
    """Be the last to close a SQLite database, which writes its log back into the file: it is whole by itself afterwards."""
    connections["default"].ensure_connection()
    leave_database()
