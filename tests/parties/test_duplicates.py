"""Duplicate warnings that survive missing marks and slips, and the merger of two records of one organisation."""

from datetime import date

import pytest

from khcn.kernel.actors import SYSTEM, Grant, Role, acting
from khcn.kernel.audit.models import ChangeEntry
from khcn.kernel.registers.attachments import attach, attachments_of
from khcn.kernel.registers.registry import register_of
from khcn.kernel.screens.record_forms import form_class
from khcn.parties.models import Organisation, Person, User
from khcn.parties.operations import MergeRefused, merge_preview, merge_records, undo_merger
from tests.factories.base import ATTACHED_AT, OUTSIDER, an_actor
from tests.factories.parties import OrganisationFactory, PersonFactory
from tests.factories.science import ScienceTaskFactory, TaskAmendmentFactory, TaskPartnerFactory

pytestmark = pytest.mark.django_db
OFFICE = an_actor(Role.OFFICE, "VP")
DAY = date(2026, 1, 5)
STAFF = an_actor(Role.OFFICER, "QLKH")


def similar(model, typed, *, actor=STAFF, instance=None):
    """Names that the form of a register warns of before a record is saved under the typed one."""
    register = register_of(model)
    with acting(actor):
        form = form_class(register)({register.similar[0]: typed}, instance=instance)
        form.full_clean()
        return sorted(name for name, _url in form.find_similar())


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("HTX Yên Dương", ["HTX Yến Dương"]),
        ("Hợp tác xã yen duong", ["HTX Yến Dương"]),
        ("htx yến duơng", ["HTX Yến Dương"]),
        ("Trung tâm DVNN huyện Chợ Đồn", ["Trung tâm Dịch vụ nông nghiệp huyện Chợ Đồn"]),
        ("HTX Yến Dương số 2", []),
        ("Đội QLTT số 1", []),
        ("", []),
    ],
)
def test_an_organisation_is_found_in_spite_of_slips(typed, found):
    OrganisationFactory(name="HTX Yến Dương")
    OrganisationFactory(name="Trung tâm Dịch vụ nông nghiệp huyện Chợ Đồn")
    OrganisationFactory(name="Đội Quản lý thị trường số 3")
    assert similar(Organisation, typed) == found
    assert similar(Organisation, typed, actor=OUTSIDER) == []


def test_the_record_being_edited_is_not_its_own_duplicate():
    own = OrganisationFactory(name="HTX Yến Dương")
    assert similar(Organisation, "HTX Yên Dương", instance=own) == []
    assert similar(Organisation, "HTX Yên Dương") == ["HTX Yến Dương"]


def test_a_person_is_found_at_whatever_workplace():
    for name in ("Trần Minh Họa", "Tran Minh Hoạ", "Trần Văn Khác"):
        PersonFactory(full_name=name)
    assert similar(Person, "TRAN MINH HOA") == ["Tran Minh Hoạ", "Trần Minh Họa"]
    assert similar(Person, "Trần Minh Họa", actor=OUTSIDER) == []


def test_the_database_keeps_names_apart_also_where_the_workplace_is_missing():
    PersonFactory(full_name="Trần Minh Họa", organisation=None)
    with pytest.raises(Exception, match=r"(?i)unique"):
        PersonFactory(full_name="Trần Minh Họa", organisation=None)


# ------------------------------------------------------------------------------------------ mergers


def test_merging_moves_every_record_and_logs_each():
    target, duplicate = (
        OrganisationFactory(name="HTX Yến Dương"),
        OrganisationFactory(name="HTX Yên Dương", tax_code="4700"),
    )
    task = ScienceTaskFactory(host=duplicate)
    partner = TaskPartnerFactory(organisation=duplicate)
    change = TaskAmendmentFactory(
        kind="change_host", old_organisation=duplicate, new_organisation=OrganisationFactory()
    )
    person = PersonFactory(organisation=duplicate)
    child = OrganisationFactory(governing_body=duplicate)
    with acting(OFFICE):  # saved by somebody else after both were read
        changed = Organisation.objects.get(pk=duplicate.pk)
        changed.address = "địa chỉ mới"
        changed.save()
    before, gone = ChangeEntry.objects.count(), duplicate.pk
    merge_records(target=target, duplicate=duplicate, actor=OFFICE, on=DAY)
    for record, name in (
        (task, "host"),
        (partner, "organisation"),
        (change, "old_organisation"),
        (person, "organisation"),
        (child, "governing_body"),
    ):
        record.refresh_from_db()
        assert getattr(record, name) == target
    assert not Organisation.objects.filter(name="HTX Yên Dương").exists()
    target.refresh_from_db()
    assert (target.name, target.tax_code, target.address) == ("HTX Yến Dương", "4700", "địa chỉ mới")
    entries = ChangeEntry.objects.order_by("pk")[before:]
    assert len(entries) == 5 + 1 + 1 + 1
    # Who reads the history of what was moved may not know the names of organisations.
    without_names = f"Gộp tổ chức số {gone} vào số {target.pk}"
    assert [entry.reason for entry in entries] == [
        *[without_names] * 5,
        *["Gộp “HTX Yên Dương” vào “HTX Yến Dương”"] * 3,
    ]
    assert len({entry.batch for entry in entries}) == 1


def test_a_body_never_governs_itself_after_a_merger():
    target = OrganisationFactory(name="Sở A")
    duplicate = OrganisationFactory(name="Sở Á", governing_body=target)
    merge_records(target=target, duplicate=duplicate, actor=OFFICE, on=DAY)
    target.refresh_from_db()
    assert target.governing_body is None


def test_records_that_would_become_alike_stop_the_merger_whole():
    target, duplicate = OrganisationFactory(name="Sở A"), OrganisationFactory(name="Sở Á")
    PersonFactory(full_name="Trần Minh Họa", organisation=target)
    twin = PersonFactory(full_name="Trần Minh Họa", organisation=duplicate)
    task = ScienceTaskFactory(host=duplicate)
    with pytest.raises(MergeRefused, match="“Trần Minh Họa”"):
        merge_records(target=target, duplicate=duplicate, actor=OFFICE, on=DAY)
    task.refresh_from_db()
    twin.refresh_from_db()
    assert (task.host, twin.organisation) == (duplicate, duplicate)
    assert Person.objects.filter(full_name="Trần Minh Họa").count() == 2


def test_the_preview_names_every_record_that_stops_the_merger_and_so_does_the_merger():
    target, duplicate = OrganisationFactory(name="Sở A"), OrganisationFactory(name="Sở Á")
    tasks = [ScienceTaskFactory(title=f"Nhiệm vụ {number}", short_name="") for number in (1, 2, 3)]
    for task in tasks[:2]:
        TaskPartnerFactory(task=task, organisation=target, role="cooperating")
    for task in tasks:
        TaskPartnerFactory(task=task, organisation=duplicate, role="cooperating")
    lines = merge_preview(target, duplicate=duplicate, actor=OFFICE, on=DAY)
    assert ["Nhiệm vụ 1" in lines[0], "Nhiệm vụ 2" in lines[1], len(lines)] == [True, True, 2]
    with pytest.raises(MergeRefused) as refused:
        merge_records(target=target, duplicate=duplicate, actor=OFFICE, on=DAY)
    assert str(refused.value) == " ".join(lines)
    assert "là một" in merge_preview(target, duplicate=target, actor=OFFICE, on=DAY)[0]
    assert "không có quyền" in merge_preview(target, duplicate=duplicate, actor=STAFF, on=DAY)[0]


@pytest.mark.parametrize("actor", [STAFF, an_actor(Role.LEADER, "BGD"), an_actor(Role.READER, "VP")])
def test_only_the_editors_merge(actor):
    target, duplicate = OrganisationFactory(), OrganisationFactory()
    with pytest.raises(MergeRefused, match="không có quyền"):
        merge_records(target=target, duplicate=duplicate, actor=actor, on=DAY)
    assert Organisation.objects.count() == 2


def test_an_organisation_is_not_merged_with_itself():
    one = OrganisationFactory()
    with pytest.raises(MergeRefused, match="là một"):
        merge_records(target=one, duplicate=one, actor=OFFICE, on=DAY)


def test_a_merger_says_first_what_it_moves_and_is_undone_whole():
    target, duplicate = (
        OrganisationFactory(name="HTX Yến Dương"),
        OrganisationFactory(name="HTX Yên Dương", tax_code="4700"),
    )
    task, person = ScienceTaskFactory(host=duplicate), PersonFactory(organisation=duplicate)
    lines = merge_preview(target, duplicate=duplicate, actor=OFFICE, on=DAY)
    assert any(str(task) in line for line in lines)
    number = duplicate.pk
    merge_records(target=target, duplicate=duplicate, actor=OFFICE, on=DAY)
    returned = undo_merger(target=target, actor=OFFICE, on=DAY)
    assert (returned.pk, returned.name, returned.tax_code) == (number, "HTX Yên Dương", "4700")
    for record, name in ((task, "host"), (person, "organisation")):
        record.refresh_from_db()
        assert getattr(record, name).pk == number
    target.refresh_from_db()
    assert target.tax_code == ""
    with pytest.raises(MergeRefused, match="Chưa gộp"):
        undo_merger(target=target, actor=OFFICE, on=DAY)


def test_a_merger_is_not_undone_over_later_changes():
    target, duplicate = OrganisationFactory(name="Sở A"), OrganisationFactory(name="Sở Á")
    task = ScienceTaskFactory(host=duplicate)
    merge_records(target=target, duplicate=duplicate, actor=OFFICE, on=DAY)
    task.refresh_from_db()
    task.host = OrganisationFactory(name="Sở B")
    with acting(SYSTEM):
        task.save()
    with pytest.raises(MergeRefused, match="đã được sửa sau khi gộp"):
        undo_merger(target=target, actor=OFFICE, on=DAY)
    assert not Organisation.objects.filter(name="Sở Á").exists()


def test_two_records_of_one_person_become_one():
    first, second = PersonFactory(full_name="Trần Minh Họa"), PersonFactory(full_name="Trần Minh Hoạ")
    task = ScienceTaskFactory(principal_investigator=second)
    merge_records(target=first, duplicate=second, actor=OFFICE, on=DAY)
    task.refresh_from_db()
    assert task.principal_investigator == first


@pytest.mark.parametrize("register", ["parties.organisation", "parties"])
def test_a_right_withdrawn_from_the_editors_holds_for_mergers(register):
    target, duplicate = OrganisationFactory(), OrganisationFactory()
    denied = an_actor(Role.OFFICE, "VP", grants=(Grant(register, "act", allowed=False),))
    with pytest.raises(MergeRefused, match="không có quyền"):
        merge_records(target=target, duplicate=duplicate, actor=denied, on=DAY)
    with pytest.raises(MergeRefused, match="không có quyền"):
        undo_merger(target=target, actor=denied, on=DAY)


@pytest.mark.parametrize(
    ("own_marks", "other_marks", "found"),
    [
        ([], ["tax_code"], ["tax_code"]),
        ([], ["name"], []),
        ([], ["*"], ["tax_code"]),
        (["name"], [], ["name"]),
        (["*"], ["*"], ["*"]),
    ],
)
def test_a_mark_of_invention_goes_with_its_value_and_with_no_other(own_marks, other_marks, found):
    target = OrganisationFactory(name="Sở A", short_name="", tax_code="", illustrative=own_marks)
    other = OrganisationFactory(name="Sở Á", short_name="", tax_code="4700", illustrative=other_marks)
    merge_records(target=target, duplicate=other, actor=OFFICE, on=DAY)
    target.refresh_from_db()
    assert (target.tax_code, target.illustrative) == ("4700", found)


def test_a_real_value_is_not_covered_by_the_mark_of_a_whole_record():
    target = OrganisationFactory(name="Sở A", tax_code="", illustrative=["*"])
    merge_records(target=target, duplicate=OrganisationFactory(tax_code="4700"), actor=OFFICE, on=DAY)
    target.refresh_from_db()
    assert (target.is_illustrative("name"), target.is_illustrative("tax_code")) == (True, False)


def test_files_go_along_and_come_back():
    target, duplicate = OrganisationFactory(), OrganisationFactory()
    content = "%PDF-1.4 tệp thử".encode()
    with acting(OFFICE):
        made = attach(record=duplicate, content=content, name="thử.pdf", actor=OFFICE, at=ATTACHED_AT)
    assert "tệp đính kèm: 1 bản ghi" in merge_preview(target, duplicate=duplicate, actor=OFFICE, on=DAY)
    merge_records(target=target, duplicate=duplicate, actor=OFFICE, on=DAY)
    assert list(attachments_of(target)) == [made]
    returned = undo_merger(target=target, actor=OFFICE, on=DAY)
    assert (list(attachments_of(target)), list(attachments_of(returned))) == ([], [made])


def test_the_preview_warns_of_accounts_that_will_see_more():
    target, duplicate = OrganisationFactory(name="Sở A"), OrganisationFactory(name="Sở Á")
    assert not any(
        "Chú ý" in each for each in merge_preview(target, duplicate=duplicate, actor=OFFICE, on=DAY)
    )
    with acting(SYSTEM):
        User.objects.create(username="ngoai", full_name="Tài khoản Á", organisation=duplicate)
    lines = merge_preview(target, duplicate=duplicate, actor=OFFICE, on=DAY)
    assert next(each for each in lines if "Chú ý" in each).endswith(
        "“Sở A” và “Sở Á” sau khi gộp: Tài khoản Á."
    )
