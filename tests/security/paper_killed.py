"""For the test that kills: each issue and each approval in a process of its own, which ends itself at a chosen point.

Usage: KHCN_DATA=… python -m tests.security.paper_killed

Reads lines ``ready | prepare | issue <n> | approve <n> | judge``. Each is done in a process forked for it, since starting Python
and loading the program takes longer than the work; the answer is what that process printed and its exit status, one line.
The n-th statement sent to the database, or file written, is the last thing that the process does: it is killed as by
``kill -9`` before it. With 0 it is not killed and says how many there were.
"""

import hashlib
import itertools
import json
import os
import signal
import sys
import traceback
from datetime import timedelta

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "khcn.config.settings")
django.setup()

from django.apps import apps  # noqa: E402 -- after set-up
from django.conf import settings  # noqa: E402 -- the same
from django.core.management import call_command  # noqa: E402 -- the same
from django.db import connection  # noqa: E402 -- the same
from django.utils import timezone  # noqa: E402 -- the same

from khcn.kernel.audit.jobs import verify_log_job  # noqa: E402 -- the same
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
from tests.security.together_helpers import a_form_version  # noqa: E402 -- the same
from tests.security.world import DAY, _submitted  # noqa: E402 -- the same


def prepare():
    if connection.vendor == "sqlite":  # PostgreSQL gets its extensions and partitions from the migrations
        settings.MIGRATION_MODULES = {each.label: None for each in apps.get_app_configs()}
    call_command("migrate", run_syncdb=True, verbosity=0)
    a_form_version()


def counting(last):
    """Count what reaches the disk, and end at ``last``."""
    points = itertools.count(1)

    def point():
        if next(points) == last:
            os.kill(os.getpid(), signal.SIGKILL)

    def statement(execute, sql, params, many, context):
        point()
        return execute(sql, params, many, context)

    write = DurableStorage._save

    def saving(self, name, content):
        point()
        return write(self, name, content)

    DurableStorage._save = saving
    return connection.execute_wrapper(statement), points


def act(what, last):
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
    counted, points = counting(last)
    with counted:
        action()
    print(json.dumps({"points": next(points) - 1}))  # noqa: T201


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
    print(json.dumps({"finished": finished, "states": states}))  # noqa: T201


def carry_out(word, last="0"):
    """In a process of its own. Returns its exit status, negative for the signal that ended it."""
    child = os.fork()
    if child:
        return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    status = 1
    try:
        {"prepare": prepare, "judge": judge, "ready": lambda: None}.get(word, lambda: act(word, int(last)))()
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
