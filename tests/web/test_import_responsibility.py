"""Who may write, put aside, answer and take back a workbook that somebody else has sent (`own_or_responsible`)."""

import dataclasses
from datetime import date

import pytest
from django.db.models import QuerySet
from django.test import Client

from khcn.kernel.actors import SYSTEM, Role, acting
from khcn.kernel.intake.models import Batch
from khcn.kernel.intake.sheet_kinds import sheet_kinds
from khcn.kernel.intake.work_items import intake_work
from khcn.kernel.intake.workflow import own_or_responsible
from khcn.kernel.ui.work_items import ProvidedItems
from tests.factories.parties import OrganisationFactory, OrgUnitFactory
from tests.web.conftest import account, tree
from tests.web.test_import_screens import filled, row, send

pytestmark = pytest.mark.django_db
BUTTONS = ("confirm", "reject", "undo", "decide")
NOT_PERMITTED = "không có quyền thực hiện bước này"


@pytest.fixture
def sent(sign_in):
    """A workbook that an officer of the science division has sent."""
    with acting(SYSTEM):
        OrganisationFactory(name="Trung tâm Ứng dụng")
    client = sign_in(Role.OFFICER, "QLKH")
    assert send(client, filled(client, row())).status_code == 200
    return Batch.objects.get()


def moved(user, code):
    with acting(SYSTEM):
        user.unit = OrgUnitFactory(code=code, name=f"Phòng {code}")
        user.save()
    return user


def taken(user, batch):
    """Which of the buttons of its page do something for this person; the page offers none of the others."""
    client, done = Client(raise_request_exception=False), set()
    client.force_login(user)
    for button in BUTTONS:
        before = "committed" if button == "undo" else "previewed"
        QuerySet(Batch).update(state=before)
        offered = tree(client.get(f"/import/{batch.pk}/")).xpath(
            f"//form[contains(@action, '/{button}/')]//button[not(@disabled)]"
        )
        answer = client.post(f"/import/{batch.pk}/{button}/", {"answer-x": "skip:"})
        is_refused = answer.status_code == 403 or NOT_PERMITTED in answer.content.decode()
        if is_refused:
            assert not offered, (user.username, button)
            assert Batch.objects.get().state == before
        else:
            done.add(button)
    return done


@pytest.mark.parametrize(
    ("role", "unit", "may"),
    [
        (Role.HEAD, "QLKH", True),
        (Role.HEAD, "CNTT", False),
        (Role.OFFICER, "CNTT", False),
        (Role.OFFICE, "VP", True),
        (Role.ADMIN, "VP", True),
        (Role.LEADER, "BGD", False),
        (Role.READER, "BGD", False),
    ],
)
def test_the_file_of_another_is_dealt_with_by_its_head_the_office_and_the_administrator(
    sent, role, unit, may
):
    assert taken(account(role, unit), sent) == (set(BUTTONS) if may else set())
    assert bool(own_or_responsible.test(account(role, unit).actor, sent)) is may


def test_the_sender_stays_responsible_in_another_division_and_its_head_does_not_become_so(sent):
    sender = moved(account(Role.OFFICER, "QLKH"), "CNTT")
    assert taken(sender, sent) == set(BUTTONS)
    assert taken(account(Role.HEAD, "CNTT"), sent) == set()
    assert taken(account(Role.HEAD, "QLKH"), sent) == set(BUTTONS)


def test_a_colleague_of_the_same_division_is_not_responsible(sent):
    with acting(SYSTEM):
        colleague = account(Role.OFFICER, "QLKH")
        colleague.pk, colleague.username, colleague._state.adding = None, "dong.nghiep", True
        colleague.save()
    assert taken(colleague, sent) == set()


def test_a_delegation_of_other_registers_lends_no_responsibility(sent):
    office = account(Role.OFFICE, "VP").actor
    assert own_or_responsible.test(office, sent)
    for delegated, may in (
        (("parties.organisation",), False),
        (("science.sciencetask",), True),
        (("*",), True),
    ):
        lent = dataclasses.replace(office, user_id=987654, delegated=delegated, own=office)
        assert bool(own_or_responsible.test(lent, sent)) is may, delegated


def test_there_is_no_other_way_to_a_file_of_another(sent, client):
    """The interface for programs has no workbooks, and the export of a file gives what its readers may read."""
    client.force_login(account(Role.HEAD, "CNTT"))
    for address in ("/api/kernel_intake/batches/", f"/api/import/{sent.pk}/", "/api/intake/batches/"):
        assert client.get(address).status_code == 404
        assert client.post(address, {}, content_type="application/json").status_code in {404, 405}
    before = Batch.objects.values().get()
    found = {each: client.get(f"/import/{sent.pk}/{each}/").status_code for each in ("file", "problems")}
    assert found == {"file": 200, "problems": 403}
    assert Batch.objects.values().get() == before


def test_the_work_list_of_the_office_has_the_files_of_others_that_it_may_write(sent):
    office, today = account(Role.OFFICE, "VP").actor, date(2026, 1, 5)
    assert intake_work(office, today) == ProvidedItems((), 0)
    open_to_it = next(each for each in sheet_kinds() if each.action is None and each.may_write(office))
    (counts,) = sent.counts
    QuerySet(Batch).update(counts=[{**counts, "register": open_to_it.register.name}])
    assert [each.title for each in intake_work(office, today).items] == [sent.name]
    sender = account(Role.OFFICER, "QLKH").actor
    assert [each.title for each in intake_work(sender, today).items] == [sent.name]
