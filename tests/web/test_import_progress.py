"""Long files are read in the background: the page says how far it is, and is left and found again as it was."""

from datetime import datetime, timedelta

import pytest
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from khcn.kernel.actors import SYSTEM, acting
from khcn.kernel.bounded_process import NotDoneNow
from khcn.kernel.intake.models import Batch, StoredPlan, StoredRows
from khcn.kernel.intake.plans import batch_plans, plan_making, stored_plans
from khcn.kernel.intake.readers import workbook_reading
from khcn.kernel.jobs.enqueueing import find_job
from khcn.parties.models import Organisation, Person
from tests.factories.parties import OrganisationFactory
from tests.kernel.intake_sample import book_of
from tests.web.conftest import confirmed, tree, words
from tests.web.test_division_workbooks import send

pytestmark = pytest.mark.django_db
NAMES = [f"Hợp tác xã số {number:03}" for number in range(1, 421)]
KIND = "Hợp tác xã"


@pytest.fixture(autouse=True)
def every_file_is_long(monkeypatch):
    monkeypatch.setattr(stored_plans, "LONG", 1)


def refuse_to_plan(monkeypatch):
    def refuse(*_given, **_named):
        raise AssertionError("planned in the request")

    monkeypatch.setattr(batch_plans, "prepare_import", refuse)


def work():
    """What the background worker does with the jobs that wait; the worker itself would close the connection of the test."""
    for result in DBTaskResult.objects.ready():
        path, arguments = result.args_kwargs["args"]
        with acting(SYSTEM):
            find_job(path)(**arguments)
        result.delete()


def organisations(**more):
    return book_of(Organisation, [{"name": name, "kind": KIND, **more} for name in NAMES])


def page_of(client, **query):
    return client.get(f"/import/{Batch.objects.get().pk}/", query)


def test_a_long_file_is_read_in_the_background_and_the_page_says_how_far_it_is(officer, monkeypatch):
    refuse_to_plan(monkeypatch)
    page = send(officer, organisations())
    assert page["Refresh"] == "2"
    assert "Đang đợi đến lượt (bước 0 trong 4)" in words(page)
    StoredPlan.objects.update(state=StoredPlan.WORKING, step=2)
    again = page_of(officer)  # left and come back
    assert "Đang tìm bản ghi trong sổ (bước 2 trong 4)" in words(again)
    bar = tree(again).xpath("//progress")[0]
    assert (bar.get("value"), bar.get("max")) == ("2", "4")
    work()
    done = page_of(officer)
    assert ("Refresh" in done, "Thêm mới: 420" in words(done)) == (False, True)
    assert Batch.objects.get().counts[0]["create"] == len(NAMES)


def test_every_page_of_a_stored_plan_is_shown_and_it_is_written_as_shown(officer, monkeypatch):
    send(officer, organisations())
    work()
    with monkeypatch.context() as patched:
        refuse_to_plan(patched)
        shown = []
        for number in (1, 2, 3):
            rows = tree(page_of(officer, sheet="1", page=str(number))).xpath("//tr[@class='change']")
            shown += [row.xpath("string(td[3])").strip() for row in rows]
            assert all(KIND in row.xpath("string(td[4])") for row in rows)
    assert shown == NAMES
    assert confirmed(officer, Batch.objects.get().pk).status_code == 303
    assert list(Organisation.objects.order_by("pk").values_list("name", flat=True)) == NAMES
    assert (StoredPlan.objects.count(), StoredRows.objects.count()) == (0, 0)


def test_an_answer_has_the_file_read_again_and_nothing_is_planned_in_the_request(officer, monkeypatch):
    known = OrganisationFactory(name="Trung tâm Khuyến nông")
    content = book_of(Person, [{"full_name": "Ma Thế Khải", "organisation": "Trung tâm Khuyên nông"}])
    send(officer, content)
    work()
    page = page_of(officer)
    (name,) = set(tree(page).xpath("//section[@id='questions']//input[@type='radio']/@name"))
    with monkeypatch.context() as patched:
        refuse_to_plan(patched)
        address = f"/import/{Batch.objects.get().pk}/decide/"
        wrong = officer.post(address, {name: "use:999999"})
        assert (wrong.status_code, "Không dùng được lựa chọn này" in words(wrong)) == (422, True)
        answered = officer.post(address, {name: f"use:{known.pk}"}, follow=True)
        assert answered["Refresh"] == "2"
    work()
    assert confirmed(officer, Batch.objects.get().pk).status_code == 303
    assert Person.objects.values_list("full_name", "organisation").get() == ("Ma Thế Khải", known.pk)


def test_a_file_that_cannot_be_read_says_so_on_its_page_and_can_be_put_aside(officer):
    send(officer, b"PK no workbook")
    work()
    page = page_of(officer)
    assert "Không đọc được tệp này, không có gì được ghi" in words(page)
    assert officer.post(f"/import/{Batch.objects.get().pk}/reject/").status_code == 303
    assert StoredPlan.objects.count() == 0


def test_what_has_changed_since_is_shown_and_the_plan_can_be_made_again(officer):
    send(officer, organisations())
    work()
    OrganisationFactory(name=NAMES[0])
    page = words(page_of(officer))
    assert ("Sổ đã thay đổi sau khi bản xem trước này được tính." in page, "Thêm mới: 420" in page) == (
        True,
        True,
    )
    officer.post(f"/import/{Batch.objects.get().pk}/plan/")
    work()
    page = words(page_of(officer))
    assert ("Sổ đã thay đổi" in page, "Thêm mới: 419" in page) == (False, True)


def test_a_worker_that_was_killed_costs_nothing_and_a_slow_one_is_named(officer, monkeypatch):
    send(officer, organisations())

    def killed(*_given, **_named):
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(stored_plans, "prepare_import", killed)
        with pytest.raises(KeyboardInterrupt):
            stored_plans.make_stored_plan(StoredPlan.objects.get().pk)
    assert StoredPlan.objects.get().state == StoredPlan.WORKING
    StoredPlan.objects.update(
        asked_at=datetime.now(tz=timezone.get_current_timezone()) - timedelta(minutes=2)
    )
    page = page_of(officer)
    assert "Đã đợi hơn một phút." in words(page)
    assert tree(page).xpath("//section[@id='progress']//form[contains(@action, '/plan/')]")
    work()  # the queue gives the job to another worker
    assert "Thêm mới: 420" in words(page_of(officer))


def test_a_short_file_is_read_at_once(officer, monkeypatch):
    monkeypatch.setattr(stored_plans, "LONG", 10**9)
    page = send(officer, organisations())
    assert ("Thêm mới: 420" in words(page), StoredPlan.objects.count()) == (True, 0)
    assert plan_making.STEPS == 4


def test_a_file_for_which_the_machine_was_too_busy_is_read_by_a_button(officer, monkeypatch):
    def end_late(*_given):
        raise NotDoneNow

    send(officer, organisations())
    with monkeypatch.context() as patched:
        patched.setattr(workbook_reading, "run_bounded", end_late)
        work()
    page = words(page_of(officer))
    assert ("chưa được đọc cho tài khoản của bạn" in page, "hỏng" in page) == (True, False)
    officer.post(f"/import/{Batch.objects.get().pk}/plan/")
    work()
    assert "Thêm mới: 420" in words(page_of(officer))
