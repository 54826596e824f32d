"""Decisions about rights: nothing chosen beforehand, shown before they are saved, withdrawn without changing their days."""

import pytest

from khcn.kernel.actors import SYSTEM, Role, acting
from khcn.kernel.audit.models import ChangeEntry
from khcn.kernel.registers.registry import registers
from khcn.parties.models import Delegation, RoleAssignment, RoleRight
from khcn.web import right_effects
from khcn.web.right_effects import RightChange, effects_of_saving
from tests.web.conftest import account, form_values, tree, words
from tests.web.test_rights import DAY, TASKS, TODAY, decided, right, same_day

__all__ = ["same_day"]

CHOICES = ("role", "unit_code", "register", "verb", "allowed")


def about_everything(page, **changes):
    """A decision that takes everything from everybody, as typed into the form that the page shows."""
    typed = dict.fromkeys(CHOICES, "*") | {"allowed": "no", "reason": "thử"}
    return {**form_values(tree(page)), **typed, **changes}


@pytest.mark.django_db
def test_a_new_right_opens_with_nothing_chosen_and_each_choice_is_asked_for(sign_in):
    admin = sign_in(Role.ADMIN, "VP")
    page = admin.get("/rights/new/")
    opened = form_values(tree(page))
    assert {name: opened[name] for name in CHOICES} == dict.fromkeys(CHOICES, "")
    for name in CHOICES:
        answer = admin.post("/rights/new/", about_everything(page, **{name: ""}))
        assert answer.status_code == 422, name
        assert len(tree(answer).xpath("//*[contains(@class, 'field-wrong')]")) == 1
    assert RoleRight.objects.count() == 0


@pytest.mark.django_db
def test_a_right_about_everybody_is_shown_in_words_and_saved_only_when_confirmed(sign_in):
    account(Role.OFFICER, "QLKH")
    account(Role.READER, "TTRA")
    admin = sign_in(Role.ADMIN, "VP")
    page = admin.post("/rights/new/", about_everything(admin.get("/rights/new/"), verb="delete"))
    text = words(page)
    assert "Thay đổi quyền của 2 tài khoản." in text  # a reader could delete nothing before
    assert "Chuyên viên (QLKH)" in text
    assert "Chỉ xem (TTRA)" not in text
    assert "Tài khoản quản trị cũng mất quyền" in text
    seen = form_values(tree(page))
    assert "confirmed" not in {name for name, value in seen.items() if value}
    assert admin.post("/rights/new/", seen).status_code == 422
    # what was confirmed is what was seen: another verb is shown first
    other = admin.post("/rights/new/", {**seen, "confirmed": "1", "verb": "*"})
    assert (other.status_code, RoleRight.objects.count()) == (200, 0)
    assert "Chỉ xem (TTRA)" in words(other)
    assert admin.post("/rights/new/", {**seen, "confirmed": "1"}).status_code == 303
    assert RoleRight.objects.get().verb == "delete"


@pytest.mark.django_db
def test_what_the_page_says_a_right_changes_is_what_accounts_can_do_afterwards(sign_in):
    users = [account(Role.OFFICER, "QLKH"), account(Role.READER, "TTRA"), account(Role.HEAD, "QLCN")]
    row = RoleRight(
        role_id="reader", register="science.sciencetask", verb="change", valid_from=TODAY, reason="thử"
    )
    tasks = next(each for each in registers() if each.name == row.register)
    before = [bool(tasks.reach("change", user.actor_on(TODAY))) for user in users]
    shown = effects_of_saving(row, None, on=TODAY)
    assert [(each.who, each.gains, each.losses) for each in shown.groups] == [
        ("Chỉ xem (TTRA)", (RightChange("sửa", ("Nhiệm vụ KH&CN",)),), ())
    ]
    decided(row)
    after = [bool(tasks.reach("change", user.actor_on(TODAY))) for user in users]
    assert [new and not old for old, new in zip(before, after, strict=True)] == [False, True, False]


@pytest.mark.django_db
def test_of_a_right_of_one_role_and_unit_no_other_is_asked_what_it_can_do(monkeypatch):
    for role, unit in ((Role.OFFICER, "QLKH"), (Role.READER, "TTRA"), (Role.READER, "QLCN")):
        account(role, unit)
    asked, reaches = set(), right_effects.reaches
    monkeypatch.setattr(
        right_effects,
        "reaches",
        lambda register, actor: asked.add((actor.role, actor.unit_code)) or reaches(register, actor),
    )
    row = RoleRight(
        role_id="reader",
        unit_code="TTRA",
        register="*",
        verb="*",
        valid_from=TODAY,
        reason="thử",
        allowed=False,
    )
    assert [each.who for each in effects_of_saving(row, None, on=TODAY).groups] == ["Chỉ xem (TTRA)"]
    assert asked == {(Role.READER, "TTRA")}


@pytest.mark.django_db
def test_no_right_closes_the_administrator_out_of_accounts_and_rights(sign_in):
    admin = sign_in(Role.ADMIN, "VP")
    row = right(allowed=False, verb="*", register="*")
    assert admin.get(TASKS).status_code == 403
    for address in (
        "/accounts/",
        "/accounts/new/",
        "/rights/",
        "/rights/new/",
        f"/rights/{row.pk}/withdraw/",
    ):
        assert admin.get(address).status_code == 200, address
    assert admin.post(f"/rights/{row.pk}/withdraw/", {"reason": "nhầm"}).status_code == 303
    assert admin.get(TASKS).status_code == 200


@pytest.mark.django_db
def test_a_decision_begun_today_is_withdrawn_today_and_its_days_stay_as_written(sign_in):
    admin = sign_in(Role.ADMIN, "VP")
    row = right(start=TODAY - DAY, verb="create", role="reader")
    reader = account(Role.READER, "TTRA")
    address = f"/rights/{row.pk}/withdraw/"
    assert "Chỉ xem (TTRA)" in words(admin.get(address))
    assert admin.post(address, {"reason": " "}).status_code == 422
    assert admin.post(address, {"reason": "nhập nhầm vai trò"}).status_code == 303
    row.refresh_from_db()
    assert (row.valid_from, row.valid_to, row.withdrawn_on) == (TODAY - DAY, None, TODAY)
    can = [reader.actor_on(day).granted("science.sciencetask", "create") for day in (TODAY - DAY, TODAY)]
    assert can == [True, None]  # it was in force yesterday, and is not any more
    assert [row.is_valid(on=day) for day in (TODAY - DAY, TODAY)] == [True, False]
    listed = words(admin.get("/rights/"))
    assert "Lý do hủy: nhập nhầm vai trò" in listed
    assert "đang có hiệu lực" not in listed
    for closed in (address, f"/rights/{row.pk}/"):
        assert admin.get(closed).status_code == 303
    assert ChangeEntry.objects.filter(model="parties.roleright").count() == 2


@pytest.mark.django_db
def test_of_a_decision_in_force_only_the_end_changes_and_not_into_the_past(sign_in):
    admin = sign_in(Role.ADMIN, "VP")
    row = right(start=TODAY - 2 * DAY, verb="create", role="reader")
    page = admin.get(f"/rights/{row.pk}/")
    sent = {**form_values(tree(page)), "valid_from": f"{TODAY:%d/%m/%Y}", "role": "*"}
    assert (
        admin.post(f"/rights/{row.pk}/", {**sent, "valid_to": f"{TODAY - DAY:%d/%m/%Y}"}).status_code == 422
    )
    shown = admin.post(f"/rights/{row.pk}/", {**sent, "valid_to": f"{TODAY:%d/%m/%Y}"})
    assert admin.post(f"/rights/{row.pk}/", form_values(tree(shown))).status_code == 303
    row.refresh_from_db()
    assert (row.role_id, row.valid_from, row.valid_to) == ("reader", TODAY - 2 * DAY, TODAY)


@pytest.mark.django_db
def test_an_administrator_does_not_assign_away_their_own_role(sign_in):
    admin, me, other = sign_in(Role.ADMIN, "VP"), account(Role.ADMIN, "VP"), account(Role.OFFICER, "QLKH")
    sent = {"user": me.pk, "role": "reader", "valid_from": f"{TODAY + DAY:%d/%m/%Y}", "reason": "thử"}
    answer = admin.post("/assignments/new/", sent)
    assert (answer.status_code, RoleAssignment.objects.count()) == (422, 0)
    assert "Hãy nhờ một quản trị khác" in words(answer)
    assert admin.post("/assignments/new/", {**sent, "user": other.pk}).status_code == 303
    row = RoleAssignment.objects.get()
    assert admin.post(f"/assignments/{row.pk}/withdraw/", {"reason": "nhầm người"}).status_code == 303
    # the days of a withdrawn assignment are free for another one
    assert admin.post("/assignments/new/", {**sent, "user": other.pk, "role": "head"}).status_code == 303
    assert other.actor_on(TODAY + DAY).role == Role.HEAD


@pytest.mark.django_db
def test_an_administrator_does_not_withdraw_what_makes_them_one(sign_in):
    admin, me = sign_in(Role.ADMIN, "VP"), account(Role.ADMIN, "VP")
    with acting(SYSTEM):
        me.role_id = Role.READER.value
        me.save()
        row = RoleAssignment(user=me, role_id=Role.ADMIN.value, valid_from=TODAY - DAY, reason="thử")
        row.save()
    answer = admin.post(f"/assignments/{row.pk}/withdraw/", {"reason": "nhầm người"})
    assert answer.status_code == 422
    assert "Hãy nhờ một quản trị khác" in words(answer)
    row.refresh_from_db()
    assert row.withdrawn_on is None
    assert me.actor_on(TODAY).role == Role.ADMIN


@pytest.mark.django_db
def test_a_delegation_given_in_advance_is_that_of_the_position_of_its_first_day():
    principal, head = account(Role.OFFICER, "QLKH"), account(Role.HEAD, "QLKH")
    days = {"valid_from": TODAY + DAY, "valid_to": TODAY + 3 * DAY, "reason": "bổ nhiệm"}
    decided(RoleAssignment(user=principal, role_id=Role.HEAD, unit=head.unit, **{**days, "valid_to": None}))
    given = {"principal": principal, "delegate": account(Role.READER, "TTRA"), "registers": ["science"]}
    with acting(SYSTEM, on=TODAY):
        lent = Delegation(**given, **days)
        lent.save()
    assert [lent.is_valid(on=TODAY + number * DAY) for number in range(4)] == [False, True, True, False]


@pytest.mark.django_db
def test_decisions_about_rights_name_registers_and_verbs_in_words(sign_in):
    right(register="science.sciencetask", verb="act", role="officer", unit="QLCN")
    right(register="science", verb="delete")
    text = words(sign_in(Role.ADMIN).get("/rights/"))
    assert "Chuyên viên, QLCN: thực hiện nghiệp vụ – Nhiệm vụ" in text
    assert "Mọi vai trò, mọi phòng, đơn vị: xóa – Lĩnh vực " in text
    assert "sciencetask" not in text
    assert " act" not in text
