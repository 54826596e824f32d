"""A replacement is cancelled while somebody corrects or deletes a record that it opened: who comes second waits, and is refused."""

import threading
import time
from datetime import date
from unittest import mock

from tests.security.concurrent_helpers import at_once


def code_of(write):
    from khcn.kernel.refusals import Refused

    try:
        write()
    except Refused as refused:
        return refused.code
    return "done"


def who_cancels_a_replacement_and_who_relies_on_it_wait_for_each_other():
    from django.db import transaction

    from khcn.directives.models import AssignedTask
    from khcn.directives.operations import correct_assignment
    from khcn.kernel.registers.registry import register_of
    from khcn.kernel.registers.writing import remove_row
    from khcn.reports import operations
    from tests.factories.directives import AssignedTaskFactory
    from tests.reports.conftest import OFFICE
    from tests.reports.signed_given import a_signed_report

    day = date(2023, 9, 20)
    task = AssignedTaskFactory()
    report = a_signed_report("NG-01", task)
    first_is_done, asked = threading.Event(), operations.reports.refuse_cancelling_after_corrections

    def cancel(made):
        operations.cancel_report(instance=made, note="lập nhầm", actor=OFFICE, on=day)

    def correct():
        names = ("source_document", "ordinal", "year", "lead_unit", "due_on", "due_precision")
        correct_assignment(
            task=AssignedTask.objects.get(pk=task.pk), content="Nội dung đúng", reason="gõ nhầm",
            extension_document=None, **{name: getattr(task, name) for name in names}, actor=OFFICE, on=day,
        )  # fmt: skip

    def remove():
        remove_row(register_of(AssignedTask), task, actor=OFFICE, on=day)

    def first(write):
        with transaction.atomic():
            code = code_of(write)
            first_is_done.set()
            time.sleep(0.5)
        return code

    def second(write):
        first_is_done.wait(120)
        return code_of(write)

    def slowly(made):
        asked(made)
        first_is_done.set()
        time.sleep(0.5)

    for write in (correct, remove):
        first_is_done.clear()
        made = operations.replace_report(signed=report, actor=OFFICE, on=day)
        with mock.patch.object(operations.reports, "refuse_cancelling_after_corrections", slowly):
            answers = at_once(lambda of=made: code_of(lambda: cancel(of)), lambda verb=write: second(verb))
        assert answers == ["done", "relied_on"], answers

    first_is_done.clear()
    made = operations.replace_report(signed=report, actor=OFFICE, on=day)
    answers = at_once(lambda: first(remove), lambda: second(lambda: cancel(made)))
    assert answers == ["done", "relied_on"], answers


def nobody_opens_a_replacement_between_the_lock_and_the_question_of_a_removal():
    """The removal, which found no replacement to lock, does not rely on one that is made in the next moment."""
    from khcn.kernel.actions import dependents
    from khcn.kernel.registers.registry import register_of
    from khcn.kernel.registers.writing import remove_row
    from khcn.reference.models import LegalDocument
    from khcn.reports import operations
    from tests.factories.reference import LegalDocumentFactory
    from tests.reports.conftest import OFFICE
    from tests.reports.signed_given import a_signed_report

    day = date(2023, 9, 20)
    document = LegalDocumentFactory()
    report = a_signed_report("NT-06", document)
    locked, asked = threading.Event(), dependents.dependents_of

    def slowly(*args, **options):
        locked.set()
        time.sleep(0.5)
        return asked(*args, **options)

    def opened():
        locked.wait(120)
        return str(operations.replace_report(signed=report, actor=OFFICE, on=day).state)

    def removed():
        return code_of(lambda: remove_row(register_of(LegalDocument), document, actor=OFFICE, on=day))

    with mock.patch.object(dependents, "dependents_of", slowly):
        answers = at_once(removed, opened)
    assert answers == ["relied_on", "drafting"], answers
