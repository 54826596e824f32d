"""Rows of other registers in the form of their record: typed text stays, rights and rules hold, nothing is half written."""

from datetime import date

import pytest
from django.db import connection
from django.db.models import Q
from django.test.utils import CaptureQueriesContext

from khcn.kernel.access.scopes import READING, Scope
from khcn.kernel.actors import SYSTEM, Role, acting
from khcn.kernel.audit.models import ChangeEntry
from khcn.kernel.registers.registry import register_of
from khcn.parties.models import RoleRight
from khcn.science.models import ScienceTask, TeamMember
from tests.factories.parties import OrganisationFactory, PersonFactory
from tests.factories.science import ScienceTaskFactory, TeamMemberFactory
from tests.web.conftest import form_values, tree, words
from tests.web.test_forms import GOOD

TASKS = "/science/tasks/"
TEAM = "team-members"

pytestmark = pytest.mark.django_db


@pytest.fixture
def task(officer):
    """A task with one member, Lê An, and the page of its form."""
    found = ScienceTaskFactory(host=OrganisationFactory(name="Viện Cây lương thực"))
    TeamMemberFactory(task=found, person=PersonFactory(full_name="Lê An"), role="member")
    return found


def sent_by(officer, task, **typed):
    """What a browser sends from the form, with these changes; keys of rows as "0-role"."""
    page = tree(officer.get(f"{TASKS}{task.pk}/edit/"))
    values = {name: value for name, value in form_values(page).items() if "__prefix__" not in name}
    values.pop("more", None)
    return {**values, **{f"{TEAM}-{name.replace('__', '-', 1)}": value for name, value in typed.items()}}


def post(officer, task, sent):
    return officer.post(f"{TASKS}{task.pk}/edit/", sent)


def team(task):
    return sorted((member.person.full_name, member.role) for member in task.team.all())


def test_rows_are_added_changed_and_removed_with_their_record(officer, task):
    PersonFactory(full_name="Trần Bình")
    sent = sent_by(officer, task, **{"0-role": "secretary", "1-person": "Trần Bình", "1-role": "member"})
    assert post(officer, task, {**sent, "note": "đổi cả hai"}).status_code == 303
    assert team(task) == [("Lê An", "secretary"), ("Trần Bình", "member")]
    assert ScienceTask.objects.get().note == "đổi cả hai"
    first = task.team.get(person__full_name="Lê An").pk
    sent = sent_by(officer, task)
    row = next(
        name[: -len("-id")] for name, value in sent.items() if name.endswith("-id") and value == str(first)
    )
    assert post(officer, task, {**sent, f"{row}-DELETE": "on"}).status_code == 303
    assert team(task) == [("Trần Bình", "member")]
    kinds = [
        (event.xpath("string(.//strong)"), event.xpath("string(.//span[contains(@class,'badge')])"))
        for event in tree(officer.get(f"{TASKS}{task.pk}/history/")).xpath("//ol[contains(@class,'line')]/li")
    ]
    assert (
        len(kinds)
        == ChangeEntry.objects.filter(model__in=["science.sciencetask", "science.teammember"]).count()
    )


def test_a_new_record_comes_with_its_rows_or_not_at_all(officer):
    OrganisationFactory(name="Viện Cây lương thực")
    PersonFactory(full_name="Lê An")
    page = tree(officer.get(f"{TASKS}new/"))
    rows = {
        name: value for name, value in form_values(page).items() if name.startswith(TEAM) and "__" not in name
    }
    sent = {**GOOD, "host": "Viện Cây lương thực", **rows, f"{TEAM}-0-person": "Lê An"}
    refused = officer.post(f"{TASKS}new/", sent)
    assert refused.status_code == 422
    assert "Thành viên thực hiện, dòng 1, Vai trò: Hãy chọn “Vai trò”." in words(refused)
    assert (ScienceTask.objects.count(), TeamMember.objects.count()) == (0, 0)
    assert officer.post(f"{TASKS}new/", {**sent, f"{TEAM}-0-role": "member"}).status_code == 303
    assert team(ScienceTask.objects.get()) == [("Lê An", "member")]


def test_one_more_row_without_a_script_keeps_what_was_typed_and_checks_nothing(officer, task):
    other = PersonFactory(full_name="Trần Bình")
    sent = sent_by(officer, task, **{"1-person": f"#{other.pk}", "1-from_on": "không phải ngày"})
    page = post(officer, task, {**sent, "title": "", "note": "đang gõ dở", "more": TEAM})
    assert page.status_code == 200
    shown = form_values(tree(page))
    typed_again = (shown["note"].strip(), shown[f"{TEAM}-1-person"], shown[f"{TEAM}-1-from_on"])
    assert typed_again == ("đang gõ dở", f"#{other.pk}", "không phải ngày")
    assert int(shown[f"{TEAM}-TOTAL_FORMS"]) == int(sent[f"{TEAM}-TOTAL_FORMS"]) + 1
    assert tree(page).xpath("//*[contains(@class,'field-error')]") == []
    assert team(task) == [("Lê An", "member")]


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"1-person": "Không ai cả", "1-role": "member"}, "dòng 2, Cá nhân: Chưa có cá nhân “Không ai cả”"),
        ({"1-person": "Lê An", "1-role": "member"}, "dòng 2: Dòng này giống một dòng ở trên."),
        ({"0-from_on": "2/3/2026", "0-to_on": "1/3/2026"}, "dòng 1: Ngày kết thúc phải sau ngày bắt đầu."),
    ],
)
def test_what_is_wrong_is_shown_at_its_row_and_nothing_is_written(officer, task, typed, sentence):
    before = ChangeEntry.objects.count()
    page = post(officer, task, {**sent_by(officer, task, **typed), "note": "không được lưu"})
    assert page.status_code == 422
    assert sentence in words(page)
    assert form_values(tree(page))["note"].strip() == "không được lưu"
    assert ChangeEntry.objects.count() == before


def test_a_row_that_somebody_else_changed_is_a_conflict(officer, task):
    new = PersonFactory(full_name="Trần Bình")
    sent = sent_by(officer, task, **{"1-person": f"#{new.pk}", "1-role": "member"})
    TeamMemberFactory(task=task, person=PersonFactory(full_name="Phạm Chi"), role="secretary")
    page = post(officer, task, sent)
    assert page.status_code == 409
    assert "Phạm Chi" in words(page)
    assert team(task) == [("Lê An", "member"), ("Phạm Chi", "secretary")]
    again = {name: value for name, value in form_values(tree(page)).items() if "__prefix__" not in name}
    again.pop("more", None)
    assert post(officer, task, again).status_code == 303
    assert team(task) == [("Lê An", "member"), ("Phạm Chi", "secretary"), ("Trần Bình", "member")]


def test_a_row_of_another_record_is_out_of_reach(officer, task):
    other = TeamMemberFactory(role="member")
    sent = sent_by(officer, task, **{"0-id": str(other.pk), "0-role": "secretary"})
    assert post(officer, task, sent).status_code == 422
    other.refresh_from_db()
    assert other.role == "member"


def test_a_program_that_sends_no_rows_leaves_them_alone(officer, task):
    sent = {name: value for name, value in sent_by(officer, task).items() if not name.startswith(TEAM)}
    sent = {name: value for name, value in sent.items() if not name.startswith(("partners", "task-partners"))}
    sent["rows_version"] = ""
    assert post(officer, task, {**sent, "note": "chỉ ghi chú"}).status_code == 303
    assert team(task) == [("Lê An", "member")]


def test_who_may_not_write_the_rows_does_not_get_them(sign_in, task):
    page = tree(sign_in(Role.READER, "BGD").get(f"{TASKS}{task.pk}/edit/"))
    assert page.xpath(f"//*[@data-rows='{TEAM}']") == []


def test_one_request_carries_a_bounded_number_of_rows(officer, task):
    rows = {f"{TEAM}-TOTAL_FORMS": "1990", "task-partners-TOTAL_FORMS": "1990"}
    sent = {**sent_by(officer, task), **rows, "note": "đổi"}
    page = post(officer, task, sent)
    assert page.status_code == 422
    assert "Một lần gửi có nhiều nhất 101 dòng." in words(page)
    assert len(page.content) < 1_500_000
    assert (
        len(tree(page).xpath(f"//input[starts-with(@name, '{TEAM}-') and contains(@name, '-DELETE')]")) <= 102
    )
    assert ScienceTask.objects.get().note == ""


def test_rows_are_shown_with_one_look_up_for_all(officer, task):
    PersonFactory.create_batch(45)  # too many for a plain list
    officer.get(f"{TASKS}{task.pk}/edit/")
    counts = []
    for number in (2, 12):
        for person in PersonFactory.create_batch(number):
            TeamMemberFactory(task=task, person=person, role="member")
        with CaptureQueriesContext(connection) as made:
            assert officer.get(f"{TASKS}{task.pk}/edit/").status_code == 200
        counts.append(len(made))
    assert counts[0] == counts[1]


def test_a_row_is_removed_only_by_whoever_may_delete_rows(officer, task):
    with acting(SYSTEM):
        RoleRight(
            register="science.teammember", verb="delete", allowed=False, reason="thử",
            valid_from=date(2023, 1, 1),
        ).save()  # fmt: skip
    page = post(officer, task, {**sent_by(officer, task, **{"0-DELETE": "on"}), "note": "không được lưu"})
    assert page.status_code == 422
    assert "Tài khoản của bạn không được xóa dòng này." in words(page)
    assert (team(task), ScienceTask.objects.get().note) == ([("Lê An", "member")], "")


class MembersOnly(Scope):
    """Only rows of plain members are written; all are read."""

    def reach(self, actor, verb):
        return verb in READING or Q(role="member")


@pytest.mark.parametrize(
    ("role", "typed"),
    [("member", {"0-role": "secretary"}), ("secretary", {"0-role": "member"}), ("member", {"1-role": "secretary"})],
    ids=["out of reach", "into reach", "new"],
)  # fmt: skip
def test_a_row_is_written_only_within_reach_before_and_after(officer, task, monkeypatch, role, typed):
    monkeypatch.setattr(register_of(TeamMember), "scope", MembersOnly())
    with acting(SYSTEM):
        TeamMember.objects.get().delete()
    TeamMemberFactory(task=task, person=PersonFactory(full_name="Trần Bình"), role=role)
    person = PersonFactory(full_name="Phạm Chi")
    more = {"1-person": f"#{person.pk}"} if "1-role" in typed else {}
    page = post(officer, task, {**sent_by(officer, task, **typed, **more), "note": "không được lưu"})
    assert page.status_code == 422
    assert "Tài khoản của bạn không được ghi dòng này." in words(page)
    assert (team(task), ScienceTask.objects.get().note) == ([("Trần Bình", role)], "")
