"""A merger and its undoing ask what every other change of the records asks: papers in force, the records' own rules, accounts."""

from datetime import date

import pytest

from khcn.kernel.actors import SYSTEM, Role, acting
from khcn.kernel.audit.erasing import erase_columns
from khcn.kernel.papers.models import Paper
from khcn.kernel.papers.operations import withdraw_paper
from khcn.kernel.papers.printing import finish_paper
from khcn.kernel.refusals import Refused
from khcn.kernel.registers.registry import register_of
from khcn.parties.models import Organisation, Person, User
from khcn.parties.operations import MergeRefused, merge_preview, merge_records, undo_merger
from khcn.science.enums import AmendmentKind
from tests.factories.base import an_actor
from tests.factories.councils import CouncilMemberFactory
from tests.factories.parties import OrganisationFactory, PersonFactory
from tests.factories.science import ScienceTaskFactory, TaskAmendmentFactory
from tests.kernel.papers_given import DAY, OFFICER, accepted_task, draft, issue
from tests.science.channels import run_action

pytestmark = pytest.mark.django_db
OFFICE = an_actor(Role.OFFICE, "VP")
ADMIN = an_actor(Role.ADMIN, "VP")
TODAY = date(2023, 12, 1)


@pytest.fixture
def pair():
    return OrganisationFactory(name="Trại giống A"), OrganisationFactory(name="Trại giống B")


def refused_merger(target, duplicate, actor=OFFICE, **values):
    """The sentence by which operation and action refuse; the preview shows it too where records are the reason."""
    values = {"duplicate": duplicate, **values}
    with pytest.raises(MergeRefused) as refused:
        merge_records(target=target, **values, actor=actor, on=TODAY)
    with pytest.raises(Refused) as by_action:
        run_action(target, "merge", actor, TODAY, **values)
    assert str(by_action.value) == str(refused.value)
    assert type(target).objects.filter(pk=duplicate.pk).exists()
    return str(refused.value)


def test_the_organisation_that_a_certificate_in_force_has_printed_is_merged_into_no_other(pair):
    other, printed = pair
    task = accepted_task(host=printed)
    paper = issue(draft(task))
    why = refused_merger(other, printed)
    assert "“Giấy chứng nhận" in why
    assert "“Trại giống B”. Nếu “Trại giống B” là tên đúng" in why
    assert merge_preview(other, duplicate=printed, actor=OFFICE, on=TODAY) == [why]
    task.refresh_from_db()
    assert task.host == printed
    finish_paper(paper=paper, actor=SYSTEM)
    notice = withdraw_paper(
        paper=Paper.objects.get(pk=paper.pk), reason="tên cũ", actor=OFFICER, on=TODAY, signer_name="Ký"
    )
    issue(notice, on=TODAY)
    merge_records(target=other, duplicate=printed, actor=OFFICE, on=TODAY)
    task.refresh_from_db()
    assert task.host == other


def test_a_member_whom_a_certificate_in_force_names_is_merged_into_no_other():
    task = accepted_task()
    issue(draft(task))
    assert "01/GCN-SKHCN" in refused_merger(PersonFactory(), task.team.get().person)


def test_a_merger_is_not_undone_when_a_certificate_has_printed_what_it_brought(pair):
    target, duplicate = pair
    task = accepted_task(host=duplicate)
    merge_records(target=target, duplicate=duplicate, actor=OFFICE, on=DAY)
    task.refresh_from_db()
    issue(draft(task))
    with pytest.raises(MergeRefused, match=r"01/GCN-SKHCN.*cấp sau khi gộp"):
        undo_merger(target=target, actor=OFFICE, on=TODAY)
    with pytest.raises(MergeRefused, match="cấp sau khi gộp"):
        run_action(target, "undo-merge", OFFICE, TODAY)
    task.refresh_from_db()
    assert (task.host, Organisation.objects.filter(name="Trại giống B").count()) == (target, 0)


@pytest.mark.parametrize("erased", [True, False])
def test_what_was_erased_after_a_merger_does_not_come_back_by_its_undoing(erased):
    target = PersonFactory(phone="0900000001", email="mot@example.vn")
    duplicate = PersonFactory(phone="0900000002", email="hai@example.vn")
    merge_records(target=target, duplicate=duplicate, actor=OFFICE, on=TODAY)
    if erased:
        with acting(SYSTEM, "Hết thời hạn lưu giữ"):
            erase_columns(Person, target.pk, ("phone", "email"))
    returned = undo_merger(target=target, actor=OFFICE, on=TODAY)
    expected = ("", "") if erased else ("0900000002", "hai@example.vn")
    assert (returned.phone, returned.email, returned.full_name) == (*expected, duplicate.full_name)


def test_a_change_from_one_organisation_to_the_other_stops_their_merger(pair):
    old, new = pair
    task = ScienceTaskFactory(host=new)
    TaskAmendmentFactory(
        task=task, kind=AmendmentKind.CHANGE_HOST, old_organisation=old, new_organisation=new
    )
    for target, duplicate in (pair, pair[::-1]):
        why = refused_merger(target, duplicate)
        assert "Thay đổi tổ chức chủ trì" in why
        assert "tự mâu thuẫn. Trước và sau điều chỉnh là một." in why


def test_a_change_from_one_person_to_the_other_stops_their_merger():
    old, new = PersonFactory(), PersonFactory()
    task = ScienceTaskFactory(principal_investigator=new)
    TaskAmendmentFactory(task=task, kind=AmendmentKind.CHANGE_PI, old_person=old, new_person=new)
    assert "Thay đổi chủ nhiệm" in refused_merger(new, old)


def test_two_seats_at_once_on_one_council_stop_the_merger_of_two_persons():
    chair = CouncilMemberFactory(role="chair", from_on=date(2023, 1, 1))
    member = CouncilMemberFactory(council=chair.council, from_on=date(2023, 2, 1))
    CouncilMemberFactory(person=member.person, from_on=date(2023, 2, 1))
    why = refused_merger(chair.person, member.person)
    assert why.count("Chưa gộp được") == 1
    assert "đã ở trong hội đồng từ ngày 01/01/2023, chức danh “Chủ tịch”" in why
    with acting(SYSTEM):
        member.from_on = date(2023, 3, 1)
        member.save()
        chair.to_on = date(2023, 3, 1)
        chair.save()
    merge_records(target=chair.person, duplicate=member.person, actor=OFFICE, on=TODAY)


@pytest.mark.parametrize("side", [0, 1])
def test_only_who_administers_accounts_lets_an_account_outside_see_more(pair, side):
    target, duplicate = pair
    with acting(SYSTEM):
        User.objects.create(username="ngoai", full_name="Tài khoản ngoài", organisation=pair[side])
    assert "Tài khoản ngoài. Việc này do quản trị hệ thống làm" in refused_merger(
        target, duplicate, outside_access=True
    )
    delegated = an_actor(Role.ADMIN, "VP", delegated=("*",))
    assert "do quản trị hệ thống làm" in refused_merger(target, duplicate, delegated, outside_access=True)
    assert "Hãy đánh dấu xác nhận" in refused_merger(target, duplicate, ADMIN)
    run_action(target, "merge", ADMIN, TODAY, duplicate=duplicate, outside_access=True)
    assert list(User.objects.filter(organisation=target).values_list("username", flat=True)) == ["ngoai"]


def test_an_account_that_was_ended_stops_no_merger(pair):
    with acting(SYSTEM):
        User.objects.create(username="ngoai", full_name="Ngoài", organisation=pair[0], is_active=False)
    merge_records(target=pair[0], duplicate=pair[1], actor=OFFICE, on=TODAY)
    assert register_of(Organisation).model.objects.count() == 1


def test_a_merger_fills_in_nothing_that_a_certificate_in_force_has_printed_empty(pair):
    target, duplicate = pair
    with acting(SYSTEM):
        target.address, duplicate.address = "", "Đức Xuân"
        target.phone, duplicate.phone = "", "0209 3871 234"
        target.save()
        duplicate.save()
    issue(draft(accepted_task(host=target)))
    why = refused_merger(target, duplicate)
    assert "còn trống: địa chỉ" in why
    assert merge_preview(target, duplicate=duplicate, actor=OFFICE, on=TODAY) == [why]
    particulars = {"name": target.name, "address": "Đức Xuân", "governing_body": None, "reason": "bổ sung"}
    run_action(target, "change-particulars", OFFICE, TODAY, **particulars)
    target.refresh_from_db()
    merge_records(target=target, duplicate=duplicate, actor=OFFICE, on=TODAY)
    target.refresh_from_db()
    assert target.phone == "0209 3871 234"
