"""Names of roles: no two alike, and each labels apart where one is chosen."""

import pytest
import time_machine
from django.db import IntegrityError, transaction

from khcn.kernel.actors import SYSTEM, Role, acting
from khcn.kernel.audit.models import ChangeEntry
from khcn.parties.models import AccountRole, RoleAssignment, RoleRight
from tests.web.conftest import account, department_role, tree, words
from tests.web.test_rights import DAY, NOON, TODAY, decided, right
from tests.web.test_roles import ON, added

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def same_day():
    with time_machine.travel(NOON):
        yield


TAKEN = [
    "Kế toán",
    "  kế  TOÁN",
    "Ke toan",
    "Lãnh đạo Sở",
    "lanh dao so",
    "Hệ thống",
    "Leader of the department",
]


@pytest.mark.parametrize("name", TAKEN)
def test_no_two_roles_have_one_name_and_none_that_of_a_built_in_one(sign_in, name):
    admin = sign_in(Role.ADMIN, "VP")
    with acting(SYSTEM):
        leader = AccountRole.objects.get(code="leader")
        leader.name = "Ban Giám đốc"
        leader.save()
    sent = {"name": "Kế toán", "code": "ke-toan", "valid_from": ON(TODAY)}
    assert added(admin, **sent).status_code == 303
    answer = added(admin, **{**sent, "name": name, "code": "ke-toan-2"})
    assert answer.status_code == 422
    (error,) = tree(answer).xpath("//*[contains(@class, 'field-error')]")
    assert "Chọn tên khác" in error.text_content()
    assert AccountRole.objects.filter(code="ke-toan-2").count() == 0


def test_a_name_is_free_from_the_day_on_which_its_role_has_ended(sign_in):
    department_role("ke-toan", end=TODAY)
    admin = sign_in(Role.ADMIN, "VP")
    sent = {"name": "Ke-toan", "code": "ke-toan-2", "valid_from": ON(TODAY)}
    assert added(admin, **{**sent, "valid_from": ON(TODAY - DAY)}).status_code == 422
    assert added(admin, **sent).status_code == 303


def test_the_database_keeps_the_names_of_roles_apart():
    department_role("ke-toan")
    for code, name in (("ke-toan-2", "KẾ TOÁN"), ("ke-toan-3", "Lãnh đạo Sở"), ("system", "Khác")):
        row = AccountRole(code=code, name=name.replace("KẾ TOÁN", "Ke-Toan"), valid_from=TODAY)
        with pytest.raises(IntegrityError), transaction.atomic(), acting(SYSTEM):
            row.save()


def test_the_code_of_the_system_is_nobodys(sign_in):
    answer = added(sign_in(Role.ADMIN, "VP"), name="Máy chủ", code="system", valid_from=ON(TODAY))
    assert answer.status_code == 422
    assert "Mã này là của chính hệ thống" in words(answer)


def test_where_a_role_is_chosen_one_sees_what_it_does(sign_in):
    admin = sign_in(Role.ADMIN, "VP")
    department_role("chi-xem-2", acts_as="leader")
    department_role("ke-toan", end=TODAY + DAY)
    department_role("mai", start=TODAY + DAY)
    with acting(SYSTEM):
        head = AccountRole.objects.get(code="head")
        head.name = "Trưởng phòng"
        head.save()
    labels = {
        "officer": "Chuyên viên",
        "head": "Trưởng phòng (Lãnh đạo phòng, đơn vị)",
        "chi-xem-2": "Chi-xem-2 (chi-xem-2; làm được như Lãnh đạo Sở)",
        "ke-toan": f"Ke-toan (ke-toan; chỉ có quyền được ghi riêng; hết hiệu lực từ ngày {ON(TODAY + DAY)})",
        "mai": f"Mai (mai; chỉ có quyền được ghi riêng; từ ngày {ON(TODAY + DAY)})",
    }
    for address, missing in (
        ("/accounts/new/", {"mai"}),
        ("/assignments/new/", set()),
        ("/rights/new/", set()),
    ):
        options = tree(admin.get(address)).xpath("//select[@name='role']/option")
        shown = {each.get("value"): each.text_content().strip() for each in options}
        assert {code: shown[code] for code in labels if code in shown} == {
            code: text for code, text in labels.items() if code not in missing
        }, address


def test_an_assignment_begins_with_its_role_at_the_earliest(sign_in):
    admin = sign_in(Role.ADMIN, "VP")
    department_role("mai", start=TODAY + DAY)
    sent = {"user": account(Role.READER, "TTRA").pk, "role": "mai", "reason": "thử"}
    refused = admin.post("/assignments/new/", {**sent, "valid_from": ON(TODAY)})
    assert refused.status_code == 422
    assert f"có hiệu lực từ ngày {ON(TODAY + DAY)}" in words(refused)
    assert admin.post("/assignments/new/", {**sent, "valid_from": ON(TODAY + DAY)}).status_code == 303


def test_a_role_added_by_a_slip_is_removed_as_long_as_nothing_names_it(sign_in):
    admin = sign_in(Role.ADMIN, "VP")
    used, old, slip = (
        department_role("co-nguoi", start=TODAY),
        department_role("cu"),
        department_role("nham", start=TODAY),
    )
    account("co-nguoi", "QLKH")
    built_in = AccountRole.objects.get(code="reader")
    for role, removed in ((used, False), (old, False), (built_in, False), (slip, True)):
        address = f"/roles/{role.pk}/remove/"
        assert (address in admin.get(f"/roles/{role.pk}/").content.decode()) == removed, role.code
        page = admin.post(address, follow=True)
        assert ("Đã xóa vai trò" in words(page), "Hãy ghi ngày hết hiệu lực" in words(page)) == (
            removed,
            not removed,
        )
        assert AccountRole.objects.filter(pk=role.pk).exists() != removed
    assert (
        ChangeEntry.objects.filter(model="parties.accountrole", object_id=str(slip.pk)).latest("pk").action
        == "delete"
    )
    assert sign_in(Role.LEADER, "BGD").post(f"/roles/{used.pk}/remove/").status_code == 403


@pytest.mark.parametrize("model", [RoleAssignment, RoleRight])
def test_a_role_that_a_decision_names_is_not_removed(sign_in, model):
    role = department_role("ke-toan", start=TODAY)
    if model is RoleRight:
        right(role="ke-toan")
    else:
        decided(RoleAssignment(user=account(Role.READER), role=role, valid_from=TODAY + DAY, reason="thử"))
    sign_in(Role.ADMIN, "VP").post(f"/roles/{role.pk}/remove/")
    assert AccountRole.objects.filter(pk=role.pk).exists()


def test_units_are_chosen_by_their_names(sign_in):
    admin = sign_in(Role.ADMIN, "VP")
    account(Role.OFFICER, "QLKH")
    options = tree(admin.get("/rights/new/")).xpath("//select[@name='unit_code']/option")
    shown = {each.get("value"): each.text_content().strip() for each in options}
    assert {code: shown[code] for code in ("*", "VP", "QLKH")} == {
        "*": "Mọi phòng, đơn vị", "VP": "Phòng VP", "QLKH": "Phòng QLKH",
    }  # fmt: skip
