"""Roles that the administrator adds: what they give, from one day to another, and what nobody can give with one."""

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.test import Client
from django.utils import timezone

from khcn.kernel.actors import SYSTEM, Role, acting
from khcn.kernel.audit.findings import FindingKind, LogFinding
from khcn.kernel.audit.models import ChangeEntry
from khcn.kernel.audit.record_comparison import compare_records, compare_these
from khcn.kernel.registers.registry import registers
from khcn.parties.models import AccountRole, Delegation, RoleAssignment, RoleRight
from khcn.parties.operations.password_issues import are_independent, may_confirm
from khcn.parties.operations.shipped_roles import enter_shipped_roles
from khcn.parties.operations.two_persons import takes_two_persons
from khcn.web import permissions
from tests.factories.parties import OrganisationFactory
from tests.factories.science import ScienceTaskFactory
from tests.web.conftest import account, department_role, form_values, tree, words
from tests.web.test_rights import DAY, NOON, TASKS, TODAY, decided, right

pytestmark = pytest.mark.django_db
ON = "{:%d/%m/%Y}".format


@pytest.fixture(autouse=True)
def same_day():
    with time_machine.travel(NOON):
        yield


def signed_in(user):
    client = Client()
    client.force_login(user)
    return client


def added(admin, **values):
    """What the administrator's form answers."""
    page = form_values(tree(admin.get("/roles/new/")))
    return admin.post("/roles/new/", {**page, **values})


def test_the_administrator_adds_a_role_gives_it_a_right_and_an_account_for_a_week(sign_in):
    admin = sign_in(Role.ADMIN, "VP")
    made = added(admin, name="Kế toán", code="ke-toan", description="Theo Quyết định 12", acts_as="")
    assert made.status_code == 303
    assert "Kế toán" in words(admin.get("/roles/"))
    user = account(Role.READER, "TTRA")
    sent = {
        "role": "ke-toan", "unit_code": "*", "register": "science.sciencetask", "verb": "*", "allowed": "yes",
        "valid_from": ON(TODAY), "reason": "Quyết định 12",
    }  # fmt: skip
    shown = admin.post("/rights/new/", sent)
    assert admin.post("/rights/new/", {**form_values(tree(shown)), "confirmed": "1"}).status_code == 303
    week = {"valid_from": ON(TODAY), "valid_to": ON(TODAY + 7 * DAY)}
    given = {"user": user.pk, "role": "ke-toan", "unit": user.unit_id, **week, "reason": "Quyết định 13"}
    assert admin.post("/assignments/new/", given).status_code == 303
    assert "Kế toán" in words(admin.get("/assignments/"))
    task = ScienceTaskFactory(host=OrganisationFactory(name="Viện Cây lương thực"))
    at = f"{TASKS}{task.pk}/"
    client = signed_in(user)
    opened = (TASKS, at, f"{TASKS}new/", f"{at}edit/", f"{TASKS}export/", f"/api{TASKS}", f"/api{at}")
    assert [client.get(address).status_code for address in opened] == [200] * len(opened)
    page = words(client.get(at))
    assert task.title in page
    assert "Viện Cây lương thực" not in page
    assert "(không có quyền xem)" in page
    assert "Kế toán" in words(client.get("/"))
    others = ("/parties/organisations/", "/api/parties/organisations/", "/reports/", "/figures/", "/brief/",
              "/papers/", "/log/", "/permissions/", "/accounts/", "/roles/", f"{at}history/")  # fmt: skip
    assert {address: client.get(address).status_code for address in others} == dict.fromkeys(others, 403)
    edited = {**form_values(tree(client.get(f"{at}edit/"))), "note": "kế toán ghi"}
    assert client.post(f"{at}edit/", edited).status_code == 303
    entry = ChangeEntry.objects.filter(model="science.sciencetask", object_id=str(task.pk)).latest("pk")
    assert (entry.actor_id, entry.after["note"]) == (user.pk, "kế toán ghi")
    with time_machine.travel(NOON + 7 * DAY):
        assert signed_in(user).get(f"{TASKS}new/").status_code == 403
        assert user.actor_on(TODAY + 7 * DAY).role is Role.READER


def test_actions_are_open_by_a_right_to_act_alone():
    department_role("ke-toan")
    task = ScienceTaskFactory()
    client = signed_in(account("ke-toan", "VP"))
    actions = f"{TASKS}{task.pk}/actions/amend/"
    (known,) = {each.name for each in registers() if each.name == "science.sciencetask"}
    names = [each.name for each in next(r for r in registers() if r.name == known).actions]
    actions = f"{TASKS}{task.pk}/actions/{names[0]}/"
    right(register=known, verb="read", role="ke-toan")
    assert client.get(actions).status_code == 403
    right(register=known, verb="act", role="ke-toan")
    assert client.get(actions).status_code == 200


def test_a_role_without_rights_sees_nothing():
    department_role("ke-toan")
    ScienceTaskFactory(title="Nghiên cứu nấm linh chi")
    user = account("ke-toan", "QLKH")
    client = signed_in(user)
    actor = user.actor_on(TODAY)
    reached = [
        (each.name, verb) for each in registers() for verb in permissions.VERBS if each.reach(verb, actor)
    ]
    assert reached == []
    for register in registers():
        assert client.get(register.list_url()).status_code == 403, register.name
    assert "linh chi" not in words(client.get("/"))
    assert "Không tìm thấy gì" in words(client.get("/search/", {"q": "linh chi"}))


def test_a_role_acts_as_a_built_in_one_and_has_its_own_rights(sign_in):
    department_role("van-thu", acts_as="officer")
    user, officer = account("van-thu", "QLKH"), account(Role.OFFICER, "QLKH")
    right(register="science.sciencetask", verb="create", role="officer", allowed=False)
    clerk = signed_in(user)
    for address in (f"{TASKS}new/", "/import/", "/my-work/", "/reports/"):
        assert clerk.get(address).status_code == 200, address
    assert signed_in(officer).get(f"{TASKS}new/").status_code == 403
    right(register="science.sciencetask", verb="create", role="van-thu", allowed=False)
    assert clerk.get(f"{TASKS}new/").status_code == 403


def test_a_role_gives_nothing_from_the_day_on_which_it_ends(sign_in):
    admin = sign_in(Role.ADMIN, "VP")
    role = department_role("van-thu", acts_as="officer")
    user, other = account("van-thu", "QLKH"), account(Role.READER, "TTRA")
    decided(RoleAssignment(user=other, role=role, unit=user.unit, valid_from=TODAY - DAY, reason="thử"))
    lent = decided(
        Delegation(
            principal=user, delegate=account(Role.READER, "QLCN"), registers=["science"],
            valid_from=TODAY - DAY, valid_to=TODAY + 9 * DAY, reason="thử",
        )
    )  # fmt: skip
    page = admin.get(f"/roles/{role.pk}/")
    assert "Số tài khoản có vai trò này hôm nay: 2" in words(page)
    sent = form_values(tree(page))
    assert admin.post(f"/roles/{role.pk}/", {**sent, "valid_to": ON(TODAY - DAY)}).status_code == 422
    assert admin.post(f"/roles/{role.pk}/", {**sent, "valid_to": ON(TODAY + DAY)}).status_code == 303
    entry = ChangeEntry.objects.filter(model="parties.accountrole").latest("pk")
    assert entry.after == {"valid_to": (TODAY + DAY).isoformat()}
    assert [
        (each.actor_on(TODAY).role, each.actor_on(TODAY + DAY).role_in_force) for each in (user, other)
    ] == [(Role.OFFICER, "")] * 2
    assert (lent.is_valid(on=TODAY), lent.is_valid(on=TODAY + DAY)) == (True, False)
    assert [each.code for each in permissions.roles(TODAY + DAY)] == [each.value for each in Role][:6]
    with time_machine.travel(NOON + DAY):
        assert signed_in(user).get(TASKS).status_code == 403
        choices = tree(sign_in(Role.ADMIN, "VP").get("/assignments/new/")).xpath(
            "//select[@name='role']/option/@value"
        )
        assert "van-thu" not in choices


def test_a_role_gives_nothing_before_its_first_day():
    department_role("van-thu", acts_as="officer", start=TODAY + DAY)
    user = account("van-thu", "QLKH")
    assert [user.actor_on(day).role for day in (TODAY, TODAY + DAY)] == [None, Role.OFFICER]


# ------------------------------------------------------------------------------- the built-in roles


def test_a_built_in_role_is_called_otherwise_and_works_as_before(sign_in):
    admin = sign_in(Role.ADMIN, "VP")
    head = AccountRole.objects.get(code="head")
    sent = {**form_values(tree(admin.get(f"/roles/{head.pk}/"))), "name": "Trưởng phòng"}
    ended = {**sent, "valid_to": ON(TODAY + DAY), "acts_as": "admin", "code": "x"}
    answer = admin.post(f"/roles/{head.pk}/", ended)
    assert answer.status_code == 303, words(answer)[-900:]
    head.refresh_from_db()
    assert (head.name, head.code, head.acts_as, head.valid_to) == ("Trưởng phòng", "head", "head", None)
    client = sign_in(Role.HEAD, "QLKH")
    assert "Trưởng phòng" in words(client.get("/"))
    assert client.get(f"{TASKS}new/").status_code == 200
    enter_shipped_roles(at=NOON)  # after each upgrade
    assert AccountRole.objects.get(code="head").name == "Trưởng phòng"


def test_a_built_in_role_under_its_own_name_is_shown_in_the_language_of_the_page(sign_in):
    client = sign_in(Role.HEAD, "QLKH")
    client.cookies["django_language"] = "en"
    with acting(SYSTEM):
        reader = AccountRole.objects.get(code="reader")
        reader.name = "Người xem"
        reader.save()
        AccountRole(code="ke-toan", name="Chỉ xem", valid_from=TODAY).save()
    heads = [each.text for each in tree(client.get("/permissions/")).xpath("(//table)[1]/thead//th")]
    assert "Head of division or unit" in heads
    assert heads.count("Chỉ xem") == 1


@pytest.mark.parametrize(
    "change", [{"valid_to": TODAY}, {"acts_as": "leader"}, {"acts_as": ""}, {"valid_from": TODAY}]
)
def test_the_database_keeps_the_built_in_roles(change):
    role = AccountRole.objects.get(code="officer")
    for name, value in change.items():
        setattr(role, name, value)
    with pytest.raises(IntegrityError), transaction.atomic(), acting(SYSTEM):
        role.save()


def test_the_log_has_nothing_about_built_in_roles_until_one_is_changed():
    assert AccountRole.objects.count() == len(permissions.roles(TODAY)) == 6
    assert (compare_records()[1], ChangeEntry.objects.count()) == ([], 0)
    role = AccountRole.objects.get(code="head")
    with acting(SYSTEM):
        role.name = "Trưởng phòng"
        role.save()
    assert compare_records()[1] == []


@pytest.mark.parametrize(
    ("code", "more"), [("head", {"name": "Trưởng phòng"}), ("x1", {"acts_as": "leader"})]
)
def test_a_role_written_past_the_program_is_named(code, more):
    plain = QuerySet(AccountRole)
    if not plain.filter(code=code).update(**more):
        now = timezone.now()
        plain.bulk_create(
            [AccountRole(code=code, name="X", valid_from=TODAY, created_at=now, updated_at=now, **more)]
        )
    role = AccountRole.objects.get(code=code)
    expected = LogFinding(FindingKind.RECORD_INSERTED, f"Vai trò “{role}” (#{role.pk})")
    assert compare_records()[1] == [expected] == compare_these(AccountRole, [role.pk])


# ------------------------------------------------------------------------------------- attackers


def test_no_role_acts_as_administrator_and_none_is_widened(sign_in):
    admin = sign_in(Role.ADMIN, "VP")
    sent = {"name": "Phó quản trị", "code": "pho", "valid_from": ON(TODAY)}
    assert added(admin, **sent, acts_as="admin").status_code == 422
    with pytest.raises(IntegrityError), transaction.atomic(), acting(SYSTEM):
        AccountRole(code="pho", name="Phó quản trị", acts_as="admin", valid_from=TODAY).save()
    role = department_role("ke-toan")
    wider = {**form_values(tree(admin.get(f"/roles/{role.pk}/"))), "acts_as": "leader", "code": "leader2"}
    assert admin.post(f"/roles/{role.pk}/", wider).status_code == 303
    role.refresh_from_db()
    assert (role.code, role.acts_as) == ("ke-toan", "")
    for name, value in (("acts_as", "leader"), ("code", "khac")):
        changed = AccountRole.objects.get(pk=role.pk)
        setattr(changed, name, value)
        with pytest.raises(ValidationError, match="Kết thúc vai trò này"):
            changed.full_clean()
    for code, taken in (("KT", 422), ("head", 422), ("ke-toan", 422), ("a" * 21, 422)):
        assert added(admin, **{**sent, "code": code}).status_code == taken, code


def test_administrators_do_not_take_the_place_of_their_own_role(sign_in):
    admin = sign_in(Role.ADMIN, "VP")
    me = admin.get("/").wsgi_request.user
    department_role("lanh-dao", acts_as="leader")
    given = {"user": me.pk, "role": "lanh-dao", "valid_from": ON(TODAY), "reason": "thử"}
    refused = admin.post("/assignments/new/", given)
    assert (refused.status_code, RoleAssignment.objects.count()) == (422, 0)
    assert "Không tự ngừng hoặc hạ quyền" in words(refused)
    form = form_values(tree(admin.get(f"/accounts/{me.pk}/")))
    assert admin.post(f"/accounts/{me.pk}/", {**form, "role": "lanh-dao"}).status_code == 422


def test_who_acts_as_a_leader_is_guarded_as_a_leader(sign_in):
    """An administrator cannot make a second person of a puppet by a role of another name."""
    admin = sign_in(Role.ADMIN, "VP")
    me = admin.get("/").wsgi_request.user
    department_role("lanh-dao", acts_as="leader")
    puppet = account(Role.READER, "TTRA")
    assert not takes_two_persons(puppet)
    given = {"user": puppet.pk, "role": "lanh-dao", "valid_from": ON(TODAY), "reason": "thử"}
    assert admin.post("/assignments/new/", given).status_code == 303
    assert takes_two_persons(puppet)
    assert may_confirm(puppet.actor_on(TODAY))
    assert not are_independent(me.pk, puppet.pk)
    other = account(Role.READER, "QLCN")
    with acting(SYSTEM):
        other.role_id = "lanh-dao"
        other.save()
    assert (other.needs_second_person, takes_two_persons(other)) == (True, True)


@pytest.mark.parametrize("role", [role for role in Role if role not in {Role.SYSTEM, Role.ADMIN}])
def test_nobody_else_sees_or_makes_roles(sign_in, role):
    client = sign_in(role, "VP")
    stored = AccountRole.objects.get(code="reader").pk
    before = list(AccountRole.objects.values())
    for address in ("/roles/", "/roles/new/", f"/roles/{stored}/"):
        assert client.get(address).status_code == 403, address
        assert client.post(address, {"name": "x", "code": "xx", "valid_from": ON(TODAY)}).status_code in {
            403,
            405,
        }
    assert list(AccountRole.objects.values()) == before


def test_a_right_of_every_role_is_one_of_the_added_roles_too_and_is_shown_before(sign_in):
    admin = sign_in(Role.ADMIN, "VP")
    department_role("ke-toan")
    user = account("ke-toan", "VP")
    sent = {
        "role": "*", "unit_code": "*", "register": "science.sciencetask", "verb": "read", "allowed": "yes",
        "valid_from": ON(TODAY), "reason": "thử",
    }  # fmt: skip
    shown = admin.post("/rights/new/", sent)
    assert str(user) in words(shown)
    assert RoleRight.objects.count() == 0


@pytest.mark.django_db
def test_only_staff_are_sent_to_the_permission_page(client):
    staff = account(Role.OFFICER)
    client.force_login(staff)
    assert "“Phân quyền”" in words(client.get("/rights/"))
    with acting(SYSTEM):
        staff.role, staff.unit, staff.organisation = None, None, OrganisationFactory()
        staff.save()
    client.force_login(staff)
    page = client.get("/rights/")
    assert page.status_code == 403
    assert "Phân quyền" not in words(page)
    assert "liên hệ quản trị hệ thống của Sở" in words(page)


@pytest.mark.parametrize("change", ["is_active", "role_id"])
def test_an_administrator_who_is_lowered_while_the_request_waits_changes_no_role(
    sign_in, monkeypatch, change
):
    admin = sign_in(Role.ADMIN, "VP")
    me = admin.get("/").wsgi_request.user
    role = department_role("ke-toan")
    sent = {**form_values(tree(admin.get(f"/roles/{role.pk}/"))), "name": "Tên khác"}

    def lowered(_turn):
        """What another administrator has written when the turn comes."""
        with acting(SYSTEM):
            setattr(me, change, False if change == "is_active" else "reader")
            me.save()

    monkeypatch.setattr("khcn.web.administering.wait_for_turn", lowered)
    answer = admin.post(f"/roles/{role.pk}/", sent)
    before = role.name
    role.refresh_from_db()
    assert (answer.status_code, role.name) == (403, before)


def test_the_built_in_role_of_administrators_is_called_otherwise(sign_in):
    admin = sign_in(Role.ADMIN, "VP")
    role = AccountRole.objects.get(code="admin")
    page = tree(admin.get(f"/roles/{role.pk}/"))
    assert page.xpath("//select[@name='acts_as']/option[@selected]/@value") == ["admin"]
    assert admin.post(f"/roles/{role.pk}/", {**form_values(page), "name": "Quản trị mạng"}).status_code == 303
    role.refresh_from_db()
    assert (role.name, role.acts_as) == ("Quản trị mạng", "admin")
