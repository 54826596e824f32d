"""Names that papers have printed are changed by the office with a reason; an outside account renames nobody whom records name."""

from datetime import date

import pytest

from khcn.kernel.actors import Actor, ActorKind, Role
from khcn.kernel.audit.models import ChangeEntry
from khcn.kernel.refusals import Refused
from khcn.parties.models import Organisation, Person
from khcn.science.documents import MINUTES
from tests.factories.base import an_actor
from tests.factories.councils import CouncilMemberFactory, SeatedMeetingFactory
from tests.factories.parties import OrganisationFactory, PersonFactory
from tests.factories.science import MeetingItemFactory, ScienceTaskFactory
from tests.kernel.papers_given import accepted_task, draft, issue
from tests.science.channels import api_refusal, form_refusals, import_problems, run_action

pytestmark = pytest.mark.django_db(transaction=True)
OFFICER = an_actor()
OFFICE = an_actor(Role.OFFICE, "VP")
TODAY = date(2023, 12, 1)
BUTTON = "Văn phòng đổi bằng nút “Đổi tên, sửa thông tin đã in”"


@pytest.fixture
def certified():
    task = accepted_task(
        host=OrganisationFactory(
            name="Trại giống A", address="Đức Xuân", governing_body=OrganisationFactory()
        ),
        principal_investigator=PersonFactory(full_name="Trần Văn A", degree="TS"),
    )
    issue(draft(task))
    return task


@pytest.mark.parametrize("actor", [OFFICER, OFFICE], ids=["officer", "office"])
def test_what_a_certificate_prints_of_its_holder_is_changed_by_the_action_only(certified, actor):
    host = certified.host
    for name, value in (("name", "Trại giống khác"), ("address", "Sông Cầu")):
        assert form_refusals(Organisation.objects.get(pk=host.pk), actor, TODAY, **{name: value}) != []
        assert BUTTON in api_refusal(host, actor, TODAY, **{name: value})
    rows = {"name": host.name, "address": "Sông Cầu"}
    assert BUTTON in " ".join(import_problems(Organisation, rows, actor, TODAY))
    assert Organisation.objects.get(pk=host.pk).address == "Đức Xuân"
    assert api_refusal(host, actor, TODAY, phone="0209 3871 234") == ""


def test_what_papers_print_of_persons_is_changed_by_the_action_only(certified):
    for person in (certified.principal_investigator, certified.team.get().person):
        assert BUTTON in api_refusal(person, OFFICER, TODAY, full_name="Người khác")
        assert BUTTON in api_refusal(person, OFFICER, TODAY, degree="PGS")
    assert api_refusal(PersonFactory(), OFFICER, TODAY, full_name="Người khác") == ""
    assert api_refusal(CouncilMemberFactory().person, OFFICER, TODAY, full_name="Ủy viên khác") == ""


def test_what_minutes_print_of_persons_and_hosts_is_changed_by_the_action_only():
    meeting = SeatedMeetingFactory(conclusion="Thông qua", held_on=date(2023, 6, 1))
    seat = CouncilMemberFactory(council=meeting.council, from_on=date(2023, 1, 1))
    task = ScienceTaskFactory(host=OrganisationFactory(), principal_investigator=PersonFactory())
    MeetingItemFactory(meeting=meeting, task=task, conclusion="Đạt")
    issue(draft(meeting, kind=MINUTES))
    for person in (seat.person, task.principal_investigator):
        assert BUTTON in api_refusal(person, OFFICER, TODAY, degree="PGS")
    assert BUTTON in api_refusal(task.host, OFFICER, TODAY, name="Trại giống khác")


def test_the_office_renames_with_a_reason_and_papers_keep_what_they_printed(certified):
    host = certified.host
    values = {"name": "Trung tâm giống A", "address": "Sông Cầu", "governing_body": host.governing_body}
    why = "Quyết định 12/QĐ-UBND ngày 01/11/2023"
    with pytest.raises(Refused, match="không có quyền"):
        run_action(host, "change-particulars", OFFICER, TODAY, **values, reason=why)
    run_action(host, "change-particulars", OFFICE, TODAY, **values, reason=why)
    host.refresh_from_db()
    assert (host.name, host.address) == ("Trung tâm giống A", "Sông Cầu")
    entry = ChangeEntry.objects.filter(model="parties.organisation", object_id=str(host.pk)).latest("pk")
    assert (entry.before["name"], entry.reason.endswith(why)) == ("Trại giống A", True)


def tenant(organisation):
    return Actor(41, "ngoai", None, kind=ActorKind.ORGANISATION, organisation_id=organisation.pk)


def test_an_outside_account_renames_nobody_whom_a_record_names():
    own = OrganisationFactory()
    person = PersonFactory(full_name="Trần Văn A", organisation=own)
    actor = tenant(own)
    assert api_refusal(person, actor, TODAY, full_name="Trần Văn B") == ""
    CouncilMemberFactory(person=person)
    for name, value in (("full_name", "Lê Văn C"), ("degree", "GS")):
        assert "Hồ sơ tại Sở đang nêu người này" in api_refusal(person, actor, TODAY, **{name: value})
        assert form_refusals(Person.objects.get(pk=person.pk), actor, TODAY, **{name: value}) != []
    assert Person.objects.get(pk=person.pk).full_name == "Trần Văn B"
    assert api_refusal(person, actor, TODAY, phone="0912 000 111") == ""
