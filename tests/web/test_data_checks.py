"""The page “Kiểm tra dữ liệu”: which rules are broken, by which records, and what mends them; for administrators alone."""

import pytest
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from khcn.kernel.actors import Role
from khcn.kernel.integrity.jobs import check_data_job
from khcn.kernel.integrity.models import IntegrityCheck
from khcn.parties.models import RoleRight
from khcn.trace.models import Event
from khcn.trace.store import write_events
from tests.factories.parties import OrganisationFactory
from tests.factories.science import ScienceTaskFactory
from tests.integrity.given import made, put
from tests.trace.store_given import AT as CAPTURED
from tests.trace.store_given import event, item
from tests.web.conftest import tree, words

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin(sign_in):
    return sign_in(Role.ADMIN, "VP")


@pytest.mark.parametrize(
    "role", [role for role in Role if role not in {Role.ADMIN, Role.SYSTEM}], ids=lambda r: r.value
)
def test_it_is_for_administrators_alone(sign_in, role):
    client = sign_in(role)
    assert client.get("/data-checks/").status_code == 403
    assert client.get("/data-checks/science.task_side/").status_code == 403
    assert client.post("/data-checks/run/").status_code == 403
    assert "/data-checks/" not in client.get("/").content.decode()


def test_before_the_first_run_it_says_so_and_lists_all_rules(admin):
    page = admin.get("/data-checks/")
    assert "Chưa kiểm tra lần nào" in words(page)
    assert "/data-checks/science.task_side/" in tree(page).xpath("//details//a/@href")
    areas = [each.text_content().partition(" (")[0] for each in tree(page).xpath("//main//summary")]
    assert {"Báo cáo", "Nhiệm vụ KH&CN", "Phần dùng chung của hệ thống"} <= set(areas)


def test_what_the_last_run_found_stands_first_with_its_remedy(admin):
    task = put(ScienceTaskFactory(), managing_side="central")
    OrganisationFactory(tax_code="1")
    check_data_job()
    page = admin.get("/data-checks/")
    rows = [
        " ".join(each.text_content().split())
        for each in tree(page).xpath("//section[.//h2[@id='broken']]//tbody/tr")
    ]
    assert ["Lỗi" in each for each in rows[:1]] == [True]
    assert rows[0].startswith("Nhiệm vụ cấp tỉnh ghi bên quản lý là trung ương")
    assert "Đính chính nhiệm vụ" in rows[0]
    assert any("Mã số thuế không đúng dạng" in each and "Cảnh báo" in each for each in rows)
    assert task.pk


def test_a_rule_leads_to_its_offenders_as_they_are_now(admin):
    task = put(ScienceTaskFactory(short_name="Giống A"), managing_side="central")
    page = admin.get("/data-checks/science.task_side/")
    assert task.get_absolute_url() in tree(page).xpath("//section[.//h2[@id='offenders']]//a/@href")
    assert "Giống A" in words(page)
    put(task, managing_side="province")
    assert "Không có bản ghi nào vi phạm" in words(admin.get("/data-checks/science.task_side/"))


def test_records_outside_the_scope_are_counted_and_not_named(admin):
    put(ScienceTaskFactory(short_name="Giống A"), managing_side="central")
    made(
        RoleRight, role_id="admin", register="science.sciencetask", verb="read", allowed=False,
        valid_from=timezone.localdate(), reason="x",
    )  # fmt: skip
    text = words(admin.get("/data-checks/science.task_side/"))
    assert "Giống A" not in text
    assert "01 bản ghi ngoài phạm vi xem" in text or "1 bản ghi ngoài phạm vi xem" in text


def test_what_has_no_page_is_named_and_long_lists_are_cut(admin, monkeypatch):
    from khcn.web.views import data_checks  # local: patched

    monkeypatch.setattr(data_checks, "SHOWN", 1)
    for _each in range(3):
        put(ScienceTaskFactory(), managing_side="central")
    assert "Còn 2 bản ghi nữa" in words(admin.get("/data-checks/science.task_side/")).replace("02", "2")
    assert admin.get("/data-checks/parties.account_second_person/").status_code == 200


def test_an_unknown_rule_is_not_found(admin):
    assert admin.get("/data-checks/science.gone/").status_code == 404


def test_the_button_asks_once(admin):
    for _each in range(2):
        assert admin.post("/data-checks/run/").status_code == 303
    assert DBTaskResult.objects.count() == 1


def test_what_another_version_stored_is_left_out(admin):
    at = timezone.now()
    old = {
        "rule": "science.gone",
        "level": "error",
        "count": 1,
        "keys": [],
        "fault": "",
        "since": "2023-01-01",
    }
    IntegrityCheck.objects.create(started_at=at, finished_at=at, errors=1, results=[old])
    assert tree(admin.get("/data-checks/")).xpath("//h2[@id='broken']") == []


def test_the_page_of_a_rule_that_reads_all_events_shows_what_the_last_run_found(admin):
    address = "/data-checks/trace.event_rows/"
    assert "Chưa kiểm tra lần nào" in words(admin.get(address))
    write_events([event(epcList=[item("1")])], at=CAPTURED, owner=1, job=1)
    Event.objects.update(biz_step="https://ref.gs1.org/cbv/BizStep-packing")
    check_data_job()
    [changed] = Event.objects.all()
    Event.objects.update(biz_step="")
    page = words(admin.get(address))
    assert "Bản ghi vi phạm ở lần kiểm tra gần nhất" in page
    assert f"Sự kiện số {changed.pk}, mã {changed.event_id}" in page
