"""For the tests of power loss: one operation of each kind that writes files, in a program that `strace` watches.

Usage: KHCN_DATA=… python -m tests.security.durable_program OPERATION …
"""

import contextlib
import json
import os
import sys
from pathlib import Path

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "khcn.config.settings")
django.setup()

from django.conf import settings  # noqa: E402 -- after set-up
from django.core.mail import EmailMessage  # noqa: E402 -- the same
from django.core.management import call_command  # noqa: E402 -- the same
from django.db import connection  # noqa: E402 -- the same
from django.test import Client  # noqa: E402 -- the same
from django.utils import timezone  # noqa: E402 -- the same

from khcn.config.mail import EmlBackend  # noqa: E402 -- the same
from khcn.kernel.actors import Role  # noqa: E402 -- the same
from khcn.kernel.audit.anchors import append_anchor, take_anchor  # noqa: E402 -- the same
from khcn.kernel.audit.sealer import seal_log  # noqa: E402 -- the same
from khcn.kernel.intake.models import Batch  # noqa: E402 -- the same
from khcn.kernel.papers.models import Paper  # noqa: E402 -- the same
from khcn.kernel.registers.models import Attachment  # noqa: E402 -- the same
from khcn.science.models import ScienceTask  # noqa: E402 -- the same
from tests.factories.reference import LegalDocumentFactory  # noqa: E402 -- the same
from tests.kernel.intake_sample import TASK, book_of, reference_data  # noqa: E402 -- the same
from tests.kernel.papers_given import accepted_task, draft, issue  # noqa: E402 -- the same
from tests.security.traced_writes import MARK  # noqa: E402 -- the same
from tests.security.world import pdf_file  # noqa: E402 -- the same
from tests.web.conftest import account  # noqa: E402 -- the same


@contextlib.contextmanager
def marked(name):
    """Between two calls of the system that fail, and are easy to find."""
    for word in ("begin", "end"):
        with contextlib.suppress(FileNotFoundError):
            Path(f"{MARK}{word} {name}").mkdir()
        if word == "begin":
            yield


def browser():
    client = Client(headers={"host": "127.0.0.1"})
    client.force_login(account(Role.ADMIN))
    return client


def attachment():
    """An officer puts a file on a record; the folder of stored files is not there yet."""
    record, client = LegalDocumentFactory(), browser()
    with marked("attachment"):
        answer = client.post(f"{record.get_absolute_url()}files/", {"file": pdf_file()})
    assert answer.status_code == 303, answer.content[-2000:]
    return [Attachment.objects.get().file.content.path]


def attachment_again():
    """The same file on another record: it may be there under its name, which is not on the disk yet."""
    record, client = LegalDocumentFactory(), browser()
    with marked("attachment_again"):
        answer = client.post(f"{record.get_absolute_url()}files/", {"file": pdf_file()})
    assert answer.status_code == 303, answer.content[-2000:]
    return [Attachment.objects.order_by("pk").last().file.content.path]


def workbook():
    """An officer uploads a workbook."""
    reference_data()
    client = browser()
    file = pdf_file("nhiệm vụ.xlsx")
    file.file.seek(0)
    file.file.truncate()
    file.file.write(book_of(ScienceTask, [TASK]))
    file.size = file.file.tell()
    file.file.seek(0)
    with marked("workbook"):
        answer = client.post("/import/upload/", {"file": file})
    assert answer.status_code == 303, answer.content[-2000:]
    return [Batch.objects.get().file.path]


def paper():
    """A certificate is issued: its number, then its Word and PDF file."""
    made = draft(accepted_task())
    with marked("paper"):
        issue(made)
    stored = Paper.objects.get()
    return [stored.file.content.path, stored.pdf.content.path]


def anchor():
    """The head of the log is written beside the database."""
    seal_log()
    with marked("anchor"):
        append_anchor(take_anchor(at=timezone.now()))
    return [str(settings.ANCHORS)]


def backup():
    """A set of everything."""
    before = set(settings.BACKUP_FOLDER.glob("khcn-*")) if settings.BACKUP_FOLDER.exists() else set()
    with marked("backup"):
        call_command("backup", unencrypted=True, verbosity=0)
    [made] = set(settings.BACKUP_FOLDER.glob("khcn-*")) - before
    return [str(made)]


def mail():
    """A mail for a department without a mail server."""
    with marked("mail"):
        EmlBackend().send_messages([EmailMessage("Nhắc việc", "…", "a@example.vn", ["b@example.vn"])])
    return [str(each) for each in settings.DATA.glob("mail/*.eml")]


def main(names):
    if connection.vendor == "postgresql":
        call_command("migrate", verbosity=0)
    print(json.dumps({name: globals()[name]() for name in names}))  # noqa: T201


if __name__ == "__main__":
    main(sys.argv[1:])
