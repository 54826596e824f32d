"""Scenes of test_at_once.py about files that are planned while others write."""

import threading

from tests.security.concurrent_helpers import (
    a_world,
    at_once,
    browser,
    chain_is_whole,
    opened_preview,
    posting,
    statuses,
)

# The file corrects it: quite another title would be asked about.
ENTERED_FIRST = "Nhiệm vụ X1 khác"


def nobody_waits_for_the_planning_of_a_file():
    """While a file is planned (sent, answered, confirmed) another officer saves: the planning has no write lock."""
    from unittest.mock import patch

    from django.core.files.base import ContentFile

    from khcn.kernel.intake import operations
    from khcn.kernel.intake.plans import batch_plans, plan_cache
    from khcn.science.models import ScienceTask
    from tests.kernel.intake_sample import TASK, book_of

    world = a_world()
    document = world.records["reference.legaldocument"]
    address = f"/api/reference/legal-documents/{document.pk}/"
    officer, office = browser(world.people["officer"]), browser(world.people["office"])
    new = ContentFile(book_of(ScienceTask, [{**TASK, "code": "X9"}]), name="mới.xlsx")
    plan = operations.prepare_import
    steps = {
        "upload": posting(officer, "/import/upload/", {"file": new}),
        "decide": posting(
            officer, f"/import/{world.asking.pk}/decide/", {f"answer-{world.question}": "skip:"}
        ),
        "confirm": posting(
            officer, f"/import/{world.previewed.pk}/confirm/", opened_preview(officer, world.previewed)
        ),
    }
    for name, step in steps.items():
        planning, saved = threading.Event(), threading.Event()
        waited = []

        def planned(*arguments, started=planning, until=saved, found=waited, **options):
            started.set()
            found.append(until.wait(120))
            return plan(*arguments, **options)

        def save(word=name, started=planning, then=saved):
            assert started.wait(120)
            answer = office.patch(
                address, f'{{"note": "{word}"}}', content_type="application/json", headers={"If-Match": "*"}
            )
            then.set()
            return answer

        plan_cache.take_plan(None)  # so that a plan is made
        with (
            patch.object(operations, "prepare_import", planned),
            patch.object(batch_plans, "prepare_import", planned),
        ):
            answers = at_once(step, save)
        assert statuses(answers) == [200, 303], (name, statuses(answers))
        # an answer is followed by a second plan, whose open points the list of files shows
        assert set(waited) == {True}, (name, waited)
    chain_is_whole()


def a_file_is_planned_again_when_its_records_change_meanwhile():
    """Between planning and writing somebody enters the same record: it is neither entered twice nor changed unseen."""
    from unittest.mock import patch

    from khcn.kernel.actors import SYSTEM, acting
    from khcn.kernel.intake import operations
    from khcn.science.models import ScienceTask
    from tests.factories.science import ScienceTaskFactory

    world = a_world()
    write, made = operations._write_plan, []

    def entered_first(batch, *arguments, **options):
        if not made:
            with acting(SYSTEM):
                made.append(ScienceTaskFactory(code="X1", title=ENTERED_FIRST, start_year=2023))
        return write(batch, *arguments, **options)

    # The head, because the file moves the day of a term that has passed.
    client, address = browser(world.people["head"]), f"/import/{world.previewed.pk}/confirm/"
    with patch.object(operations, "_write_plan", entered_first):
        (answer,) = at_once(posting(client, address, opened_preview(client, world.previewed)))
    assert answer.status_code == 409
    (task,) = ScienceTask.objects.filter(code="X1")
    assert (task.pk, task.title) == (made[0].pk, ENTERED_FIRST)
    assert client.post(address, opened_preview(client, world.previewed)).status_code == 303
    (task,) = ScienceTask.objects.filter(code="X1")
    assert task.pk == made[0].pk
    assert task.title != ENTERED_FIRST
    chain_is_whole()


def a_row_that_is_left_out_while_its_file_is_planned_is_not_written():
    """Between planning and writing a colleague leaves a row out: who confirms sees the preview again."""
    from unittest.mock import patch

    from khcn.kernel.intake import operations
    from khcn.science.models import ScienceTask

    world = a_world()
    client, colleague = browser(world.people["head"]), browser(world.people["office"])
    write, row = operations._write_plan, {"sheet": "Dữ liệu", "row": "2", "choice": "skip"}
    chosen = []

    def left_out_first(batch, *arguments, **options):
        if not chosen:
            chosen.append(colleague.post(f"/import/{batch.pk}/rows/", row).status_code)
        return write(batch, *arguments, **options)

    sent = opened_preview(client, world.previewed)
    with patch.object(operations, "_write_plan", left_out_first):
        (answer,) = at_once(posting(client, f"/import/{world.previewed.pk}/confirm/", sent))
    assert (chosen, answer.status_code) == ([303], 409), (chosen, answer.status_code)
    assert not ScienceTask.objects.filter(code="X1").exists()
    chain_is_whole()
