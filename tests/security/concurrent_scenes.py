"""Things that two or eight people do in the same moment. Each function is one scene, on whatever database is configured.

On PostgreSQL pytest plays all of them (test_at_once.py); on a SQLite file this module plays some as a program of its own, for
pytest's own SQLite lives in memory, where there is only one connection.
"""

import logging
import sys
import traceback

from tests.own_rows import put_rows, take_rows
from tests.security.concurrent_administrators import two_administrators_lower_each_other
from tests.security.concurrent_helpers import (
    a_world,
    at_once,
    browser,
    chain_is_whole,
    edit_form,
    opened,
    opened_preview,
    posting,
    statuses,
)
from tests.security.concurrent_imports import (
    a_file_is_planned_again_when_its_records_change_meanwhile,
    a_row_that_is_left_out_while_its_file_is_planned_is_not_written,
    nobody_waits_for_the_planning_of_a_file,
)
from tests.security.concurrent_keys import (
    a_key_is_used_while_somebody_else_writes,
    one_form_is_sent_twice_and_two_people_exchange_one_key,
)
from tests.security.concurrent_new_records import (
    a_grade_ends_while_a_result_with_it_is_recorded,
    two_people_give_one_number_or_code,
    two_people_make_the_same_thing,
    what_a_new_record_names_is_deleted_in_the_same_moment,
)
from tests.security.concurrent_papers import nobody_changes_what_minutes_print_while_they_are_issued
from tests.security.concurrent_phone_entries import one_entry_of_a_telephone_is_sent_five_times_at_once
from tests.security.concurrent_reports import (
    nobody_opens_a_replacement_between_the_lock_and_the_question_of_a_removal,
    who_cancels_a_replacement_and_who_relies_on_it_wait_for_each_other,
)

ROUNDS = 6


# ------------------------------------------------------------------------------------------ scenes


def two_officers_save_one_record():
    """One wins; the other is told with both versions and keeps what was typed."""
    from khcn.kernel.audit.models import ChangeEntry
    from khcn.science.models import ScienceTask

    world = a_world()
    task = world.records["science.sciencetask"]
    address = f"/science/tasks/{task.pk}/edit/"
    pair = [browser(world.people["officer"]), browser(world.people["head"])]
    for number in range(ROUNDS):
        sent = [
            {**edit_form(each, address), "note": f"ghi chú {number} của {who}"}
            for who, each in enumerate(pair)
        ]
        before = ChangeEntry.objects.count()
        answers = at_once(*(posting(c, address, data) for c, data in zip(pair, sent, strict=True)))
        assert statuses(answers) == [303, 409], statuses(answers)
        winner = [each.status_code for each in answers].index(303)
        stored = ScienceTask.objects.get(pk=task.pk)
        assert stored.note == sent[winner]["note"]
        assert sent[1 - winner]["note"] in answers[1 - winner].content.decode()
        assert sent[winner]["note"] in answers[1 - winner].content.decode()
        assert ChangeEntry.objects.count() == before + 1
    chain_is_whole()


def programs_change_one_record():
    """Of eight that are based on one version exactly one is let in."""
    world = a_world()
    record = world.records["reference.legaldocument"]
    address = f"/api/reference/legal-documents/{record.pk}/"
    clients = [browser(world.people["office"]) for _each in range(8)]
    for number in range(2):
        match = {"If-Match": clients[0].get(address)["ETag"]}
        answers = at_once(
            *(
                lambda c=client, body=f'{{"note": "{number} {place}"}}', headers=match: c.patch(
                    address, body, content_type="application/json", headers=headers
                )
                for place, client in enumerate(clients)
            )
        )
        assert statuses(answers) == [200] + [412] * 7, statuses(answers)


def two_people_save_one_section():
    """The slower one loses nothing: 409 with the other's text."""
    world = a_world()
    address = f"/reports/{world.report.pk}/sections/{world.section.key}/"
    pair = [browser(world.people["officer"]), browser(world.people["office"])]
    for number in range(ROUNDS):
        form = edit_form(pair[0], address)
        sent = [{**form, "text": f"Nội dung {number} của {who}"} for who in range(2)]
        answers = at_once(*(posting(c, address, data) for c, data in zip(pair, sent, strict=True)))
        assert statuses(answers) == [303, 409], statuses(answers)
        winner = [each.status_code for each in answers].index(303)
        world.section.refresh_from_db()
        assert world.section.text == sent[winner]["text"]
        assert sent[1 - winner]["text"] in answers[1 - winner].content.decode()


def two_people_confirm_one_file():
    """Written exactly once."""
    from khcn.kernel.workflow.models import WorkflowStep
    from khcn.science.models import ScienceTask

    world = a_world()
    batch = world.previewed
    pair = [browser(world.people["officer"]), browser(world.people["head"])]
    answers = at_once(
        *(posting(each, f"/import/{batch.pk}/confirm/", opened_preview(each, batch)) for each in pair)
    )
    assert statuses(answers) == [303, 409], statuses(answers)
    assert ScienceTask.objects.filter(code="X1").count() == 1
    assert (
        WorkflowStep.objects.filter(workflow="intake_batch", object_id=batch.pk, name="confirm").count() == 1
    )
    answers = at_once(*(posting(each, f"/import/{batch.pk}/undo/", {}) for each in pair))
    assert statuses(answers) == [303, 409], statuses(answers)
    assert not ScienceTask.objects.filter(code="X1").exists()
    chain_is_whole()


def two_leaders_approve_one_report():
    """One number, no gap, one frozen copy; three more reports at once take the next three."""

    from khcn.kernel.actors import Role
    from khcn.kernel.numbering.models import IssuedNumber
    from khcn.reports.models import FrozenReport
    from tests.security.world import _submitted
    from tests.web.conftest import account

    world = a_world()
    leaders = [browser(each) for each in (world.people["leader"], account(Role.LEADER, "QLKH"))]

    def signing(client, report):
        address = f"/reports/{report.pk}/steps/approve/"
        return posting(client, address, opened(client, address))

    answers = at_once(*(signing(each, world.submitted) for each in leaders))
    assert set(statuses(answers)) <= {303, 409, 422}, statuses(answers)
    assert FrozenReport.objects.count() == 1
    assert [
        each.number for each in IssuedNumber.objects.filter(model="reports.reportinstance").order_by("number")
    ] == [1]
    more = [_submitted(world.report.form_version, world.actor("office"), name) for name in ("m", "n", "o")]
    answers = at_once(*(signing(browser(world.people["leader"]), each) for each in more))
    assert statuses(answers) == [303, 303, 303], statuses(answers)
    assert [
        each.number for each in IssuedNumber.objects.filter(model="reports.reportinstance").order_by("number")
    ] == [1, 2, 3, 4]
    chain_is_whole()


def editing(world, who, record, name):
    """Saves one field again and again, as this person."""
    client, address = browser(world.people[who]), f"{record.get_absolute_url()}edit/"

    def once(number):
        return client.post(address, {**edit_form(client, address), name: f"{who} {number}"}).status_code

    return lambda: [once(number) for number in range(ROUNDS)]


def importing(world, who, tasks):
    """Imports changes of these tasks again and again, in their order."""
    from khcn.kernel.intake import operations as intake
    from khcn.science.models import ScienceTask
    from tests.kernel.intake_sample import TASK, book_of
    from tests.security.world import DAY

    actor, client = world.actor(who), browser(world.people[who])

    def once(number):
        rows = [
            {**TASK, "code": each.code, "title": f"Nhiệm vụ {each.code}", "objective": f"{who} {number}"}
            for each in tasks
        ]
        content = book_of(ScienceTask, rows)
        batch = intake.upload(content=content, name=f"{who}{number}.xlsx", actor=actor, on=DAY)
        return client.post(f"/import/{batch.pk}/confirm/", opened_preview(client, batch)).status_code

    return lambda: [once(number) for number in range(ROUNDS)]


def attaching(world, who, record):
    """Puts one file after the other on a record."""
    from tests.security.world import pdf_file

    client, address = browser(world.people[who]), f"{record.get_absolute_url()}files/"

    def once(number):
        return client.post(address, {"file": pdf_file(f"{number}.pdf")}).status_code

    return lambda: [once(number) for number in range(ROUNDS)]


def eight_people_write_at_once():
    """Records, imports that change the same records, files: nobody fails and the log stays whole."""
    from khcn.kernel.intake import operations as intake
    from khcn.kernel.registers.models import Attachment
    from khcn.science.models import ScienceTask
    from tests.security.world import DAY

    world = a_world()
    intake.confirm_import(batch=world.previewed, actor=world.actor("officer"), on=DAY)
    tasks = list(ScienceTask.objects.filter(code__in=["X1", "X3"]).order_by("code"))
    document = world.records["reference.legaldocument"]
    results = at_once(
        editing(world, "officer", tasks[0], "note"),
        editing(world, "head", tasks[1], "note"),
        editing(world, "office", document, "note"),
        editing(world, "admin", document, "subject"),
        importing(world, "officer", tasks),
        importing(world, "head", tasks[::-1]),
        attaching(world, "office", document),
        attaching(world, "admin", document),
    )
    assert all(isinstance(each, list) for each in results), results
    assert {status for each in results for status in each} <= {303, 409}, results
    attached = Attachment.objects.filter(object_id=document.pk, model="reference.legaldocument")
    assert attached.count() == 1 + 2 * ROUNDS
    chain_is_whole()


def writers_of_the_same_records():
    """Four change several records in orders of their own; each locks them by key first, and nobody waits for ever."""
    from django.db import transaction

    from khcn.kernel.actors import SYSTEM, acting
    from khcn.kernel.audit.row_locks import locked_all
    from khcn.reference.models import LegalDocument
    from tests.factories.reference import LegalDocumentFactory

    made = [LegalDocumentFactory().pk for _each in range(3)]

    def changing(order, word):
        def run():
            with acting(SYSTEM):
                for number in range(10):
                    with transaction.atomic():
                        locked_all(LegalDocument, order)
                        for pk in order:
                            record = LegalDocument.objects.get(pk=pk)
                            record.note = f"{word} {number}"
                            record.save()
            return "done"

        return run

    results = at_once(
        changing(made, "a"), changing(made[::-1], "b"), changing(made[1:2], "c"), changing(made[:2], "d")
    )
    assert results == ["done"] * 4, results
    chain_is_whole()


def two_requests_that_wait_for_each_other():
    """The rule of the order is broken on purpose: the one that PostgreSQL breaks off is answered by a second try, on pages and
    over JSON.
    """
    import threading

    from django.db import transaction
    from django.http import HttpResponse
    from django.test import override_settings
    from django.urls import path

    from khcn.kernel.api.urls import outside_transactions
    from khcn.reference.models import LegalDocument
    from tests.factories.reference import LegalDocumentFactory

    world = a_world()
    made = [LegalDocumentFactory().pk for _each in range(2)]
    both_hold_one = threading.Barrier(2)
    tries = []

    def crossing(request, first, second):
        tries.append(first)
        for pk in (first, second):
            record = LegalDocument.objects.get(pk=pk)
            record.note = f"{first} rồi {second}"
            record.save()
            if pk == first and len(tries) <= 2 and postgresql:
                both_hold_one.wait(120)
        return HttpResponse("xong")

    postgresql = connection_is_postgresql()
    places = [
        path("trang/<int:first>/<int:second>/", crossing),
        path("api/<int:first>/<int:second>/", outside_transactions(transaction.atomic(crossing))),
    ]
    urls = type("urls", (), {"urlpatterns": places})
    pair = [browser(world.people["office"]), browser(world.people["admin"])]
    for kind in ("trang", "api"):
        tries.clear()
        with override_settings(ROOT_URLCONF=urls):
            answers = at_once(
                posting(pair[0], f"/{kind}/{made[0]}/{made[1]}/", {}),
                posting(pair[1], f"/{kind}/{made[1]}/{made[0]}/", {}),
            )
        assert statuses(answers) == [200, 200], (kind, statuses(answers))
        # the one that the database breaks off is tried again, under load once more
        assert len(tries) in ({3, 4} if postgresql else {2}), (kind, tries)
    chain_is_whole()


def connection_is_postgresql():
    from django.db import connection

    return connection.vendor == "postgresql"


def one_deletes_what_another_edits():
    """Either the deletion or the change comes first; the other is told."""
    from tests.factories.reference import LegalDocumentFactory

    world = a_world()
    pair = [browser(world.people["office"]), browser(world.people["admin"])]
    for _number in range(ROUNDS):
        record = LegalDocumentFactory()
        address = record.get_absolute_url()
        form = {**edit_form(pair[0], f"{address}edit/"), "note": "sửa"}
        answers = at_once(
            posting(pair[0], f"{address}edit/", form), posting(pair[1], f"{address}delete/", {})
        )
        assert answers[0].status_code in {303, 404, 409}, statuses(answers)
        assert answers[1].status_code in {303, 404, 409}, statuses(answers)
        record = LegalDocumentFactory()
        answers = at_once(*(posting(each, f"{record.get_absolute_url()}delete/", {}) for each in pair))
        assert statuses(answers) in ([303, 303], [303, 404]), statuses(answers)
    chain_is_whole()


SCENES = (
    one_entry_of_a_telephone_is_sent_five_times_at_once,
    two_officers_save_one_record,
    programs_change_one_record,
    two_people_save_one_section,
    two_people_confirm_one_file,
    nobody_waits_for_the_planning_of_a_file,
    a_file_is_planned_again_when_its_records_change_meanwhile,
    a_row_that_is_left_out_while_its_file_is_planned_is_not_written,
    two_leaders_approve_one_report,
    eight_people_write_at_once,
    writers_of_the_same_records,
    two_requests_that_wait_for_each_other,
    two_people_make_the_same_thing,
    two_people_give_one_number_or_code,
    a_grade_ends_while_a_result_with_it_is_recorded,
    what_a_new_record_names_is_deleted_in_the_same_moment,
    one_deletes_what_another_edits,
    nobody_changes_what_minutes_print_while_they_are_issued,
    nobody_opens_a_replacement_between_the_lock_and_the_question_of_a_removal,
    who_cancels_a_replacement_and_who_relies_on_it_wait_for_each_other,
    one_form_is_sent_twice_and_two_people_exchange_one_key,
    a_key_is_used_while_somebody_else_writes,
    two_administrators_lower_each_other,
)

# In an SQLite file one connection writes at a time, and a transaction that writes begins with that. What two people do in the same
# moment there is played for one record, one file, one report, one number, a removal, and where many wait for their turn.
ON_SQLITE = (
    one_entry_of_a_telephone_is_sent_five_times_at_once,
    two_officers_save_one_record,
    two_people_confirm_one_file,
    two_leaders_approve_one_report,
    eight_people_write_at_once,
    writers_of_the_same_records,
    two_requests_that_wait_for_each_other,
    two_people_give_one_number_or_code,
    one_deletes_what_another_edits,
    a_key_is_used_while_somebody_else_writes,
)


def main():
    """Play the scenes for SQLite on the configured file; the exit status says whether all went well."""
    import django
    from django.apps import apps
    from django.conf import settings
    from django.core.management import call_command

    django.setup()
    settings.ALLOWED_HOSTS = ["testserver"]
    settings.MIGRATION_MODULES = {each.label: None for each in apps.get_app_configs()}
    call_command("migrate", run_syncdb=True, verbosity=0)
    failed, empty = 0, take_rows()
    logging.disable(logging.WARNING)
    for scene in ON_SQLITE:
        put_rows(empty)
        try:
            scene()
        except Exception:  # noqa: BLE001 -- shown, counted, and on to the next scene
            failed += 1
            print(f"{scene.__name__}: {traceback.format_exc(limit=-1)}")  # noqa: T201
        else:
            print(f"{scene.__name__}: đạt")  # noqa: T201
    sys.exit(failed)


if __name__ == "__main__":
    main()
