"""For the test that kills: each issue and each approval in a process of its own, which ends itself at a chosen point.

Usage: KHCN_DATA=… python -m tests.security.paper_killed

Reads lines ``ready | prepare | issue <n> <where> | approve <n> <where> | judge``. Each is done in a process forked for it, since starting Python
and loading the program takes longer than the work; the answer is what that process printed and its exit status, one line.
The n-th point is the last thing that the process does: it is killed there as by ``kill -9``. Points are before each statement
sent to the database, and before, inside and after each write of a file: with half of its bytes written, before and after it is
synced, and before and after its name is. <where> ``file`` counts the points of files alone, ``any`` all of them. With 0 the process
is not killed and says how many there were of both.
"""

import contextlib
import hashlib
import json
import os
import signal
import sys
import traceback
from datetime import timedelta
from pathlib import Path

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "khcn.config.settings")
django.setup()

from django.apps import apps  # noqa: E402 -- after set-up
from django.conf import settings  # noqa: E402 -- the same
from django.core.files.storage import default_storage  # noqa: E402 -- the same
from django.core.management import call_command  # noqa: E402 -- the same
from django.db import connection  # noqa: E402 -- the same
from django.utils import timezone  # noqa: E402 -- the same

from khcn.kernel.audit.jobs import verify_log_job  # noqa: E402 -- the same
from khcn.kernel.files import storage  # noqa: E402 -- the same
from khcn.kernel.files.storage import DurableStorage  # noqa: E402 -- the same
from khcn.kernel.numbering.gaps import missing_numbers  # noqa: E402 -- the same
from khcn.kernel.numbering.models import IssuedNumber, NumberBook  # noqa: E402 -- the same
from khcn.kernel.papers.models import Paper  # noqa: E402 -- the same
from khcn.kernel.papers.printing import finish_waiting  # noqa: E402 -- the same
from khcn.reports.freezing.approval import approve_report, finish_reports  # noqa: E402 -- the same
from khcn.reports.models import FormVersion, ReportInstance  # noqa: E402 -- the same
from khcn.science.enums import MilestoneKind  # noqa: E402 -- the same
from khcn.science.models import ScienceTask  # noqa: E402 -- the same
from tests.factories.parties import OrganisationFactory, PersonFactory  # noqa: E402 -- the same
from tests.factories.science import ScienceTaskFactory  # noqa: E402 -- the same
from tests.kernel.papers_given import accepted_task, draft, issue  # noqa: E402 -- the same
from tests.reports.approval_given import each_waived  # noqa: E402 -- the same
from tests.reports.conftest import LEADER, OFFICE  # noqa: E402 -- the same
from tests.security.concurrent_helpers import a_form_version  # noqa: E402 -- the same
from tests.security.world import DAY, _submitted  # noqa: E402 -- the same


def prepare():
    if connection.vendor == "sqlite":  # PostgreSQL gets its extensions and partitions from the migrations
        settings.MIGRATION_MODULES = {each.label: None for each in apps.get_app_configs()}
    call_command("migrate", run_syncdb=True, verbosity=0)
    a_form_version()


class Points:
    """Points at which the process may end, of all kinds and of files alone; it ends at the chosen one."""

    def __init__(self, last, where):
        self.last, self.where = last, where
        self.counts = {"any": 0, "file": 0}

    def point(self, *kinds):
        for kind in kinds:
            self.counts[kind] += 1
        if self.where in kinds and self.counts[self.where] == self.last:
            os.kill(os.getpid(), signal.SIGKILL)

    def file(self):
        self.point("any", "file")

    def statement(self, execute, sql, params, many, context):
        self.point("any")
        return execute(sql, params, many, context)

    @contextlib.contextmanager
    def counted(self):
        """Counts what reaches the database and the disk; only ever used in a process of its own, so nothing is put back."""
        write, sync_file, sync_folder = DurableStorage._save, storage.sync_file, storage.sync_folder

        def saving(stored, name, content):
            self.file()
            return write(stored, name, HalfWritten(content, self.file))

        def syncing(file):
            file.flush()  # all of it is with the system, and not on the disk
            self.file()
            sync_file(file)
            self.file()

        def syncing_name(folder):
            self.file()
            sync_folder(folder)
            self.file()

        DurableStorage._save, storage.sync_file, storage.sync_folder = saving, syncing, syncing_name
        with connection.execute_wrapper(self.statement):
            yield


class HalfWritten:
    """Content that is given in two halves, with a point between them."""

    def __init__(self, content, point):
        self.content, self.point = content, point

    def chunks(self):
        whole = b"".join(self.content.chunks())
        yield whole[: len(whole) // 2]
        self.point()
        yield whole[len(whole) // 2 :]


def act(what, points):
    for each in (
        ScienceTaskFactory,
        OrganisationFactory,
        PersonFactory,
    ):  # names that no earlier process gave
        each.reset_sequence(1000 * (1 + ScienceTask.objects.count()), force=True)
    if what == "issue":
        paper = draft(accepted_task())
        action = lambda: issue(paper)  # noqa: E731
    else:
        variant = f"v{ReportInstance.objects.count()}"
        report = _submitted(FormVersion.objects.get(), OFFICE, variant)
        waivers = each_waived(report, "thử")
        action = lambda: approve_report(instance=report, actor=LEADER, on=DAY, waivers=waivers)  # noqa: E731
    with points.counted():
        action()
    print(json.dumps(points.counts))  # noqa: T201


def stored_files():
    """All that lie in the store under a name: each holds the bytes that its name is the hash of."""
    names = [path for path in Path(default_storage.path("stored")).iterdir() if not path.name.startswith(".")]
    for path in names:
        assert hashlib.sha256(path.read_bytes()).hexdigest() == path.name
    return len(names)


def judge():
    """After the jobs have looked for what was left: every number has its paper, every paper its file, or neither."""
    later = timezone.now() + timedelta(seconds=1)
    finished = finish_waiting(before=later) + finish_reports(before=later)
    for book in NumberBook.objects.all():
        assert missing_numbers(book) == [], book
    taken = {(each.model, each.object_id): each for each in IssuedNumber.objects.all()}
    assert len(taken) == IssuedNumber.objects.count()
    for paper in Paper.objects.select_related("number", "file", "pdf"):
        number = taken.pop(("kernel_papers.paper", paper.pk), None)
        task = ScienceTask.objects.get(pk=paper.object_id)
        noted = list(task.milestones.filter(kind=MilestoneKind.REGISTERED).values_list("number", flat=True))
        if paper.state == "draft":
            assert (paper.number, number, noted, paper.file) == (None, None, [], None)
            continue
        assert (paper.state, paper.number, noted) == ("issued", number, [number.text])
        assert paper.file.is_intact()
        assert paper.pdf.is_intact()
    for report in ReportInstance.objects.select_related("issued_number"):
        number = taken.pop(("reports.reportinstance", report.pk), None)
        if report.state == "submitted":
            assert (report.issued_number, number, report.doc_number, report.is_frozen) == (
                None,
                None,
                "",
                False,
            )
            continue
        frozen = report.frozen
        assert (report.state, report.issued_number, report.doc_number) == ("approved", number, number.text)
        assert frozen.sha256_docx == hashlib.sha256(bytes(frozen.docx)).hexdigest()
        assert frozen.sha256_pdf == hashlib.sha256(bytes(frozen.pdf)).hexdigest()
        assert frozen.figures.exists()
    assert taken == {}, taken
    verify_log_job()
    states = [
        *Paper.objects.values_list("state", flat=True),
        *ReportInstance.objects.values_list("state", flat=True),
    ]
    print(json.dumps({"finished": finished, "states": states, "files": stored_files()}))  # noqa: T201


def carry_out(word, last="0", where="any"):
    """In a process of its own. Returns its exit status, negative for the signal that ended it."""
    child = os.fork()
    if child:
        return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    status = 1
    try:
        {"prepare": prepare, "judge": judge, "ready": lambda: None}.get(
            word, lambda: act(word, Points(int(last), where))
        )()
        sys.stdout.flush()
        status = 0
    except BaseException:  # noqa: BLE001 -- printed; the exit status reports it
        traceback.print_exc()
    finally:
        os._exit(status)  # nothing of the parent's is ended in the child


if __name__ == "__main__":
    for line in sys.stdin:
        status = carry_out(*line.split())
        print(json.dumps({"status": status}), flush=True)  # noqa: T201
