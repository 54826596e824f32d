"""What a merger leaves behind: the survivor's history, the removed one's address, and papers with the name they printed."""

import pytest

from khcn.kernel.actors import SYSTEM, Role, acting
from khcn.kernel.audit.log_verification import verify_log
from khcn.kernel.papers.models import Paper
from khcn.kernel.papers.printing import finish_paper
from khcn.kernel.papers.verifying import file_is_as_issued
from khcn.kernel.screens.history import latest_changes
from khcn.parties.models import User
from khcn.parties.operations import merge_records, undo_merger
from tests.factories.parties import OrganisationFactory, PersonFactory
from tests.kernel.papers_given import accepted_task, draft, issue
from tests.parties.test_duplicates import DAY, OFFICE
from tests.web.conftest import account, words

pytestmark = pytest.mark.django_db


def merge(target, duplicate):
    merge_records(target=target, duplicate=duplicate, actor=OFFICE, on=DAY)


def reasons(record):
    return [each.reason for each in latest_changes(record, SYSTEM)]


@pytest.mark.parametrize(("factory", "name"), [(OrganisationFactory, "name"), (PersonFactory, "full_name")])
def test_the_survivor_tells_of_the_merger_and_of_its_undoing(factory, name):
    target, duplicate = factory(**{name: "Trại giống A"}), factory(**{name: "Trại giống B"})
    merge(target, duplicate)
    merged = "Gộp “Trại giống B” vào “Trại giống A”"
    assert reasons(target)[0] == merged
    undo_merger(target=target, actor=OFFICE, on=DAY)
    assert reasons(target)[:2] == ["Tách lại “Trại giống B” khỏi “Trại giống A”", merged]
    assert verify_log().holds


def test_the_address_of_a_merged_record_leads_to_the_one_that_took_it_over(client):
    first, second, third = (OrganisationFactory(name=f"Trại giống {letter}") for letter in "ABC")
    client.force_login(account(Role.OFFICER))
    addresses = [each.get_absolute_url() for each in (first, second)]
    merge(second, first)
    merge(third, second)
    for gone in addresses:
        answer = client.get(gone)
        assert (answer.status_code, answer.get("Location")) == (302, third.get_absolute_url())
    with acting(SYSTEM):
        outside = User.objects.create_user(
            "ngoai", full_name="Ngoài", organisation=OrganisationFactory(name="Hợp tác xã khác")
        )
    client.force_login(outside)
    assert client.get(addresses[0]).status_code == 404
    undo_merger(target=third, actor=OFFICE, on=DAY)
    client.force_login(account(Role.OFFICER))
    assert client.get(addresses[1]).status_code == 200
    assert client.get(addresses[0])["Location"] == addresses[1]
    assert client.get("/parties/organisations/987654/").status_code == 404


def test_the_dialog_of_undoing_names_the_record_that_returns(client):
    target, duplicate = OrganisationFactory(name="Trại giống A"), OrganisationFactory(name="Trại giống B")
    merge(target, duplicate)
    client.force_login(account(Role.OFFICE, "VP"))
    page = words(client.get(f"{target.get_absolute_url()}actions/undo-merge/"))
    assert "Bản ghi “Trại giống B” (gộp vào ngày 05/01/2026) trở lại" in page


def test_a_merger_into_the_name_that_a_paper_has_printed_changes_and_orphans_no_paper(client):
    task = accepted_task(host=OrganisationFactory(name="Trại giống B"))
    paper = issue(draft(task))
    finish_paper(paper=paper, actor=SYSTEM)
    before = Paper.objects.values().get(pk=paper.pk)
    merge(task.host, OrganisationFactory(name="Trại giống A"))
    task.refresh_from_db()
    assert task.host.name == "Trại giống B"
    assert Paper.objects.values().get(pk=paper.pk) == before
    stored = Paper.objects.select_related("file", "pdf").get(pk=paper.pk)
    assert file_is_as_issued(stored, "pdf")
    assert stored.data["host"] == "Trại giống B"
    assert verify_log().holds
    client.force_login(account(Role.OFFICER))
    for address in (
        paper.get_absolute_url(),
        f"/papers/{paper.pk}/pdf/",
        f"/science/tasks/{task.pk}/documents/",
    ):
        assert client.get(address).status_code == 200
