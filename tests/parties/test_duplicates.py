"""Duplicate warnings that survive missing marks and slips, and the merger of two records of one organisation."""

import pytest

from khcn.kernel.actors import Role
from khcn.kernel.audit.models import ChangeEntry
from khcn.parties.models import Organisation, Person
from khcn.parties.operations import MergeRefused, merge_organisations
from khcn.parties.queries import organisations_like, people_like
from tests.factories.base import OUTSIDER, an_actor
from tests.factories.parties import OrganisationFactory, PersonFactory
from tests.factories.science import ScienceTaskFactory, TaskAmendmentFactory, TaskPartnerFactory

pytestmark = pytest.mark.django_db
OFFICE = an_actor(Role.OFFICE, "VP")
STAFF = an_actor(Role.OFFICER, "QLKH")


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("HTX Yên Dương", ["HTX Yến Dương"]),
        ("Hợp tác xã yen duong", ["HTX Yến Dương"]),
        ("htx yến duơng", ["HTX Yến Dương"]),
        ("Trung tâm DVNN huyện Chợ Đồn", ["Trung tâm Dịch vụ nông nghiệp huyện Chợ Đồn"]),
        ("TTDVNN Chơ Đồn", ["Trung tâm Dịch vụ nông nghiệp huyện Chợ Đồn"]),
        ("HTX Yến Dương số 2", []),
        ("Đội QLTT số 1", []),
        ("", []),
    ],
)
def test_an_organisation_is_found_in_spite_of_slips(typed, found):
    OrganisationFactory(name="HTX Yến Dương")
    OrganisationFactory(name="Trung tâm Dịch vụ nông nghiệp huyện Chợ Đồn", short_name="TTDVNN Chợ Đồn")
    OrganisationFactory(name="Đội Quản lý thị trường số 3")
    assert [each.name for each in organisations_like(typed, actor=STAFF)] == found
    assert organisations_like(typed, actor=OUTSIDER) == []


def test_the_record_being_edited_is_not_its_own_duplicate():
    own = OrganisationFactory(name="HTX Yến Dương")
    assert organisations_like("HTX Yên Dương", actor=STAFF, but=own.pk) == []
    assert organisations_like("HTX Yên Dương", actor=STAFF) == [own]


def test_a_person_is_found_at_whatever_workplace():
    first, second = PersonFactory(full_name="Trần Minh Họa"), PersonFactory(full_name="Tran Minh Hoạ")
    PersonFactory(full_name="Trần Văn Khác")
    assert people_like("TRAN MINH HOA", actor=STAFF) == sorted(
        [first, second], key=lambda each: (each.sort_key, each.pk)
    )
    assert people_like("Trần Minh Họa", actor=OUTSIDER) == []


def test_the_database_keeps_names_apart_also_where_the_workplace_is_missing():
    PersonFactory(full_name="Trần Minh Họa", organisation=None)
    with pytest.raises(Exception, match=r"(?i)unique"):
        PersonFactory(full_name="Trần Minh Họa", organisation=None)


# ------------------------------------------------------------------------------------------ mergers


def test_merging_moves_every_record_and_logs_each():
    kept, duplicate = (
        OrganisationFactory(name="HTX Yến Dương"),
        OrganisationFactory(name="HTX Yên Dương", tax_code="4700"),
    )
    task = ScienceTaskFactory(host=duplicate)
    partner = TaskPartnerFactory(organisation=duplicate)
    change = TaskAmendmentFactory(kind="change_host", old_organisation=duplicate, new_organisation=kept)
    person = PersonFactory(organisation=duplicate)
    child = OrganisationFactory(governing_body=duplicate)
    before = ChangeEntry.objects.count()
    assert merge_organisations(kept=kept, duplicate=duplicate, actor=OFFICE) == 5
    for record, name in (
        (task, "host"),
        (partner, "organisation"),
        (change, "old_organisation"),
        (person, "organisation"),
        (child, "governing_body"),
    ):
        record.refresh_from_db()
        assert getattr(record, name) == kept
    assert not Organisation.objects.filter(name="HTX Yên Dương").exists()
    kept.refresh_from_db()
    assert (kept.name, kept.tax_code) == ("HTX Yến Dương", "4700")
    entries = ChangeEntry.objects.order_by("pk")[before:]
    assert len(entries) == 5 + 1 + 1
    assert {entry.reason for entry in entries} == {"Gộp tổ chức “HTX Yên Dương” vào “HTX Yến Dương”"}
    assert len({entry.batch for entry in entries}) == 1


def test_a_body_never_governs_itself_after_a_merger():
    kept = OrganisationFactory(name="Sở A")
    duplicate = OrganisationFactory(name="Sở Á", governing_body=kept)
    merge_organisations(kept=kept, duplicate=duplicate, actor=OFFICE)
    kept.refresh_from_db()
    assert kept.governing_body is None


def test_records_that_would_become_alike_stop_the_merger_whole():
    kept, duplicate = OrganisationFactory(name="Sở A"), OrganisationFactory(name="Sở Á")
    PersonFactory(full_name="Trần Minh Họa", organisation=kept)
    twin = PersonFactory(full_name="Trần Minh Họa", organisation=duplicate)
    task = ScienceTaskFactory(host=duplicate)
    with pytest.raises(MergeRefused, match="“cá nhân” giống nhau"):
        merge_organisations(kept=kept, duplicate=duplicate, actor=OFFICE)
    task.refresh_from_db()
    twin.refresh_from_db()
    assert (task.host, twin.organisation) == (duplicate, duplicate)
    assert Person.objects.filter(full_name="Trần Minh Họa").count() == 2


@pytest.mark.parametrize("actor", [STAFF, an_actor(Role.LEADER, "BGD"), an_actor(Role.READER, "VP")])
def test_only_the_keepers_merge(actor):
    kept, duplicate = OrganisationFactory(), OrganisationFactory()
    with pytest.raises(MergeRefused, match="không có quyền"):
        merge_organisations(kept=kept, duplicate=duplicate, actor=actor)
    assert Organisation.objects.count() == 2


def test_an_organisation_is_not_merged_with_itself():
    one = OrganisationFactory()
    with pytest.raises(MergeRefused, match="là một"):
        merge_organisations(kept=one, duplicate=one, actor=OFFICE)
