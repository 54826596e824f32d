"""Accounts, permissions, change log, search."""

import re
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from khcn.kernel.actors import Role
from khcn.kernel.audit.logged_values import masked_value
from khcn.kernel.audit.models import ChangeEntry
from khcn.kernel.backup.models import BackupRun
from khcn.parties.models import OrgUnit, User
from tests.factories.parties import OrganisationFactory, PersonFactory
from tests.factories.science import ScienceTaskFactory, TaskMilestoneFactory
from tests.web.conftest import account, form_values, tree, words

NEW = {"username": "le.hoa", "full_name": "Lê Thị Hoa", "role": "officer", "email": "", "is_active": "on"}


def password_on(page):
    return tree(page).xpath("string(//code)")


@pytest.mark.django_db
def test_an_account_is_made_used_given_a_new_password_and_stopped(sign_in, client):
    admin = sign_in(Role.ADMIN, "VP")
    unit = OrgUnit.objects.get(code="VP")
    page = admin.post("/accounts/new/", {**NEW, "unit": unit.pk})
    first = password_on(page)
    assert re.fullmatch(r"([a-z2-9]{4}-){3}[a-z2-9]{4}", first)
    assert page["Cache-Control"] == "no-store"
    user = User.objects.get(username="le.hoa")
    assert user.check_password(first)
    assert first not in words(admin.get(f"/accounts/{user.pk}/"))
    second = password_on(admin.post(f"/accounts/{user.pk}/password/"))
    user.refresh_from_db()
    assert user.check_password(second)
    assert not user.check_password(first)
    assert admin.post(f"/accounts/{user.pk}/", {**NEW, "is_active": ""}).status_code == 303
    user.refresh_from_db()
    assert not user.is_active
    logged = ChangeEntry.objects.filter(model="parties.user", object_id=str(user.pk))
    assert [each.action for each in logged.order_by("pk")] == ["create", "update", "update"]
    assert logged.order_by("pk")[1].after == {"password": masked_value(user, "password", user.password)}
    assert logged.order_by("pk")[1].actor_label == str(User.objects.get(pk=admin.session["_auth_user_id"]))
    written = " ".join(f"{each.before} {each.after}" for each in logged)
    assert not any(secret in written for secret in (first, second, user.password))


@pytest.mark.django_db
def test_account_form_refuses_in_words(sign_in):
    admin = sign_in(Role.ADMIN, "VP")
    page = admin.post("/accounts/new/", {**NEW, "username": "Lê Hoa", "full_name": ""})
    assert page.status_code == 422
    assert "Gõ 3 đến 40 chữ thường không dấu" in words(page)
    assert form_values(tree(page))["username"] == "Lê Hoa"
    page = admin.post("/accounts/new/", {**NEW, "username": account(Role.ADMIN, "VP").username})
    assert "đã có người dùng" in words(page)


@pytest.mark.django_db
def test_an_administrator_does_not_shut_himself_out(sign_in):
    admin = sign_in(Role.ADMIN, "VP")
    me = account(Role.ADMIN, "VP")
    for change in ({"is_active": ""}, {"role": "reader"}):
        page = admin.post(f"/accounts/{me.pk}/", {**NEW, "username": me.username, "role": "admin", **change})
        assert page.status_code == 422
    me.refresh_from_db()
    assert (me.is_active, me.role_id) == (True, "admin")


@pytest.mark.django_db
@pytest.mark.parametrize(
    "role", [role for role in Role if role not in {Role.ADMIN, Role.SYSTEM}], ids=lambda r: r.value
)
def test_nobody_else_comes_near_accounts(sign_in, role):
    client = sign_in(role)
    me = account(role)
    before = User.objects.count()
    for address in ("/accounts/", "/accounts/new/", f"/accounts/{me.pk}/"):
        assert client.get(address).status_code == 403
        assert client.post(address, {**NEW, "role": "admin"}).status_code in {403, 405}
    assert client.post(f"/accounts/{me.pk}/password/").status_code == 403
    assert User.objects.count() == before
    assert User.objects.get(pk=me.pk).role_id == role.value


@pytest.mark.django_db
def test_one_changes_ones_own_password(officer, client):
    sent = {
        "old_password": "mat-khau-thu-nghiem",
        "new_password1": "ba-ngan-con-ga",
        "new_password2": "ba-ngan-con-ga",
    }
    wrong = officer.post("/password/", {**sent, "old_password": "sai"})
    assert wrong.status_code == 422
    assert "Mật khẩu đang dùng chưa đúng" in words(wrong)
    assert officer.post("/password/", sent)["Location"] == "/"
    assert User.objects.get(username="officer.qlkh").check_password("ba-ngan-con-ga")


@pytest.mark.django_db
def test_change_log_filters(sign_in):
    client = sign_in(Role.LEADER, "BGD")
    ScienceTaskFactory(title="Chè Shan tuyết")
    text = words(client.get("/log/", {"model": "science.sciencetask"}))
    assert "Chè Shan tuyết" in text
    assert "Trung tâm Dịch vụ nông nghiệp" not in text.split("Bỏ lọc")[1].split("Chè Shan tuyết")[0]


@pytest.mark.django_db
def test_change_log_is_not_for_officers(officer):
    assert officer.get("/log/").status_code == 403
    assert officer.post("/log/verify/").status_code == 403


@pytest.mark.django_db
def test_old_and_failed_backups_are_shown_to_administrators_and_to_monitoring(sign_in, client, settings):
    admin = sign_in(Role.ADMIN, "VP")
    assert "KHCN_BACKUP_FOLDER" in words(admin.get("/backups/"))
    settings.BACKUP_FOLDER = Path("/srv/sets")
    now = timezone.now()

    def run(action, hours, *, is_good, **fields):
        at = now - timedelta(hours=hours)
        names = {"folder": "/srv/sets", "set_name": f"khcn-06-{hours}", "started_at": at, "finished_at": at}
        BackupRun.objects.create(action=action, is_good=is_good, **names, **fields)

    def ready():
        alarms = {each["code"]: each["text"] for each in client.get("/readyz").json()["alarms"]}
        return {code: alarms[code] for code in ("backup", "rehearsal") if code in alarms}

    assert ready() == {
        "backup": "Sao lưu: chưa có lần nào đạt.",
        "rehearsal": "Phục hồi thử: chưa có lần nào đạt.",
    }
    run("backup", 1, is_good=True)
    run("rehearsal", 1, is_good=True)
    assert ready() == {}
    assert "chưa có lần nào đạt" not in words(admin.get("/my-work/"))
    BackupRun.objects.update(finished_at=now - timedelta(hours=60))
    run("backup", -50_000, is_good=True)  # of a clock that had jumped
    run("rehearsal", -50_000, is_good=True)
    assert [text.rpartition(" là ")[0] for text in ready().values()] == [
        "Sao lưu: lần đạt gần nhất",
        "Phục hồi thử: lần đạt gần nhất",
    ]
    assert "Phục hồi thử: lần đạt gần nhất là" in words(admin.get("/my-work/"))
    run("backup", 0, is_good=False, problem="Đĩa đầy")
    assert ready()["backup"].endswith("Sao lưu: lần gần nhất không đạt: Đĩa đầy")
    page = words(admin.get("/backups/"))
    assert "Không đạt Đĩa đầy" in page
    assert "khcn-06-1" in page
    assert "Sao lưu" not in words(sign_in(Role.OFFICE, "VP").get("/my-work/"))


@pytest.mark.django_db
def test_search_groups_hits_and_puts_the_typed_spelling_first(officer):
    for number in range(9):
        PersonFactory(full_name=f"Dang Thi Hong {number}", organisation=None)
    PersonFactory(full_name="Đặng Thị Hồng", organisation=None)
    OrganisationFactory(name="Hợp tác xã Đặng Thị Hồng")
    page = tree(officer.get("/search/", {"q": "đặng thị hồng"}))
    groups = {
        each.xpath("string(.//h2)").strip(): [a.text for a in each.xpath(".//li/a")]
        for each in page.xpath("//main//section")
    }
    assert sorted(groups) == ["Cá nhân", "Tổ chức"]
    assert groups["Cá nhân"][0] == "Đặng Thị Hồng"
    assert len(groups["Cá nhân"]) == 8


@pytest.mark.django_db
@pytest.mark.parametrize("typed", ["nam linh chi", "Nấm Linh chi", "nấm", "linh"])
def test_search_as_one_types(officer, typed):
    task = ScienceTaskFactory(title="Nấm Linh chi", short_name="")
    found = tree(officer.get("/search/suggest/", {"q": typed})).xpath(
        "//a[starts-with(@href,'/science/tasks/')]/@href"
    )
    assert found == [f"/science/tasks/{task.pk}/"]


@pytest.mark.django_db
def test_search_puts_the_task_before_what_only_mentions_it(officer):
    milestone = TaskMilestoneFactory(task__title="Trồng nấm dược liệu Linh chi")
    page = tree(officer.get("/search/", {"q": "nam linh chi"}))
    assert page.xpath("string(//main//section//h2)").strip() == "Nhiệm vụ KH&CN"
    assert page.xpath("//main//section//li/a/@href")[0] == f"/science/tasks/{milestone.task.pk}/"


@pytest.mark.django_db
@pytest.mark.parametrize("typed", ["", "a", " ", "'; drop table x; --", "%", "x" * 5000])
def test_search_takes_anything(officer, typed):
    ScienceTaskFactory()
    assert officer.get("/search/", {"q": typed}).status_code == 200


@pytest.mark.django_db
def test_search_for_nul_is_answered_without_a_crash(officer):
    assert officer.get("/search/", {"q": "nấm\0"}).status_code == 400


@pytest.mark.django_db
def test_search_asks_the_table_once_for_records_and_once_for_files_and_no_register(officer):
    ScienceTaskFactory(title="Nấm Linh chi")
    with CaptureQueriesContext(connection) as asked:
        officer.get("/search/", {"q": "nam linh chi"})
    found = [each["sql"] for each in asked if "kernel_search" in each["sql"] or "science_" in each["sql"]]
    assert len(found) == 2


@pytest.mark.django_db
def test_search_says_what_it_left_out(officer):
    text = words(officer.get("/search/", {"q": "nấm " + " ".join(f"chữ{n}" for n in range(8000))}))
    assert "Chỉ tìm theo 12 chữ đầu tiên" in text
    assert "Chỉ tìm theo 12 chữ đầu tiên" in words(officer.get("/science/tasks/", {"q": "x" * 5000}))
