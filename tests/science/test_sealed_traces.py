"""What names the records of an organisation or a person says nothing of a sealed submission of theirs, nor that there is one."""

from datetime import date, timedelta

import pytest
import time_machine
from django.core import mail
from django.test import Client

from khcn.kernel.actors import SYSTEM, Role, acting
from khcn.kernel.audit.models import ChangeEntry
from khcn.kernel.intake import operations as intake
from khcn.kernel.intake.undo.undo_conflicts import UndoConflict
from khcn.kernel.registers.registry import register_of
from khcn.parties.models import Organisation, RoleRight, User
from khcn.parties.operations import MergeRefused, merge_preview, merge_records, undo_merger
from khcn.science.models import Submission
from khcn.web.digest import send_digests
from tests.factories.base import an_actor
from tests.factories.parties import OrganisationFactory, PersonFactory
from tests.kernel.intake_sample import book_of
from tests.science.calls_given import EARLY, LATE, OPENING, STAFF, a_bid_call, a_draft, on_paper, take, tenant
from tests.science.channels import import_problems
from tests.science.test_sealed_submissions import (
    WHO,
    WORD,
    bid,  # noqa: F401 -- a sealed bid with a file
    faults_of,
    marked_draft,
    signed_in,
    text_of,
)

pytestmark = pytest.mark.django_db
OFFICE = an_actor(Role.OFFICE, "VP")
DAY = date(2023, 6, 1)
KIND = "hồ sơ nộp"
MENU = "hồ sơ nộp theo thông báo"  # stands in the menu of every page


def tells(text):
    """Does it name the submission, or say that there is one?"""
    shown = text.lower().replace(MENU, "")
    return [each for each in (WORD.lower(), KIND, "hs-2023-") if each in shown]


@pytest.fixture
def firm(bid):  # noqa: F811 -- the fixture
    """The organisation of the bid, with a draft for another call and somebody who hands in as well."""
    marked_draft(a_bid_call(), bid.organisation)
    return bid.organisation


def test_the_merger_says_nothing_of_it_before_and_moves_it(bid, firm):  # noqa: F811
    target = OrganisationFactory()
    lines = merge_preview(target, duplicate=firm, actor=OFFICE, on=DAY)
    assert (tells(" ".join(lines)), len(lines)) == ([], 1)
    page = signed_in("admin").post(
        f"/parties/organisations/{target.pk}/actions/merge/", {"duplicate": f"#{firm.pk}", "preview": "1"}
    )
    assert tells(text_of(page)) == []
    merge_records(target=target, duplicate=firm, actor=OFFICE, on=DAY)
    bid.refresh_from_db()
    assert bid.organisation == target
    for who in WHO:
        assert faults_of(signed_in(who), bid) == [], who
    entries = ChangeEntry.objects.filter(model="parties.organisation").order_by("-pk")[:3]
    client = signed_in("admin")
    for entry in entries:
        assert WORD not in text_of(client.get(f"/parties/organisations/undo/{entry.pk}/"))
    own = ChangeEntry.objects.filter(model="science.submission", object_id=str(bid.pk))
    for entry in own:
        assert client.get(f"/science/submissions/undo/{entry.pk}/").status_code in {403, 404}


def test_of_two_alike_the_merger_says_neither_title_nor_kind(bid, firm):  # noqa: F811
    target = OrganisationFactory()
    take(a_draft(bid.call, target, title=bid.title), "submit", tenant(target))
    with pytest.raises(MergeRefused) as refused:
        merge_records(target=target, duplicate=firm, actor=OFFICE, on=DAY)
    assert (
        tells(str(refused.value)),
        "chưa ai ở Sở được đọc" in str(refused.value),
    ) == (
        [],
        True,
    )
    take(bid.call, "open", STAFF, at=LATE, **OPENING)
    with pytest.raises(MergeRefused, match=bid.title):
        merge_records(target=target, duplicate=firm, actor=OFFICE, on=DAY)


def test_a_merger_that_is_not_undone_says_nothing_of_it(bid, firm):  # noqa: F811
    target, other = OrganisationFactory(), OrganisationFactory()
    merge_records(target=target, duplicate=firm, actor=OFFICE, on=DAY)
    with acting(SYSTEM):
        changed = Submission.objects.get(pk=bid.pk)
        changed.organisation = other
        changed.save()
    with pytest.raises(MergeRefused) as refused:
        undo_merger(target=target, actor=OFFICE, on=DAY)
    assert tells(str(refused.value)) == []


@pytest.mark.parametrize("who", ["organisation", "person"])
def test_what_keeps_somebody_from_being_deleted_is_not_named(bid, who):  # noqa: F811
    if who == "person":
        person = PersonFactory(organisation=None)
        on_paper(bid.call, None, person=person)
        register, pk = "people", person.pk
        register = register_of(type(person))
    else:
        register, pk = register_of(Organisation), bid.organisation_id
    for role in ("admin", "officer"):
        answer = signed_in(role).post(f"{register.detail_url(pk)}delete/")
        assert answer.status_code in {403, 409}, role
        assert tells(text_of(answer)) == []
    answer = signed_in("admin").delete(f"/api{register.detail_url(pk)}", headers={"If-Match": "*"})
    assert (answer.status_code < 300, tells(text_of(answer))) == (False, [])
    assert register.model.objects.filter(pk=pk).exists()


def test_neither_the_mail_of_the_morning_nor_the_work_list_names_it(bid):  # noqa: F811
    people = [signed_in(each) for each in WHO]
    with acting(SYSTEM):
        for number, user in enumerate(User.objects.filter(organisation=None)):
            user.email = f"u{number}@so.vn"
            user.save()
    for day in (EARLY, LATE):
        with time_machine.travel(day, tick=False):
            send_digests(on=day.date())
            pages = [text_of(each.get("/my-work/")) for each in people]
        assert [tells(each) for each in pages if WORD in each] == []
    sent = "\n".join(each.subject + str(each.message()) + each.body for each in mail.outbox)
    assert WORD not in sent
    assert "HS-2023-" not in sent


def test_the_dossier_of_the_task_has_no_part_of_it(bid):  # noqa: F811
    client = signed_in("officer")
    page = text_of(client.get(f"/science/tasks/{bid.call.task_id}/"))
    answer = client.get(f"/science/tasks/{bid.call.task_id}/dossier/")
    assert (WORD in page, WORD in text_of(answer), answer["Content-Type"]) == (
        False,
        False,
        "application/zip",
    )


def test_an_import_answers_the_same_whether_there_is_one_or_not(bid):  # noqa: F811
    """Nobody finds out by a workbook with which title an organisation has handed in."""
    row = {"call": bid.call.code, "organisation": bid.organisation.name, "objectives": "x"}
    there, other = (
        import_problems(Submission, {**row, "title": title}, STAFF, DAY) for title in (bid.title, "Không có")
    )
    assert there == other
    assert there != []


def test_exports_of_what_it_belongs_to_have_no_part_of_it(bid, firm):  # noqa: F811
    client = signed_in("admin")
    for address in (
        "/science/calls/export/",
        "/parties/organisations/export/",
        "/science/submissions/export/",
    ):
        assert WORD not in text_of(client.get(address)), address
    for address in (f"/parties/organisations/{firm.pk}/history/", f"/parties/organisations/{firm.pk}/"):
        assert WORD not in text_of(client.get(address)), address


def test_once_it_was_opened_all_of_them_name_it(bid):  # noqa: F811
    """The words that the tests above look for are those that are shown."""
    take(bid.call, "open", STAFF, at=LATE, **OPENING)
    target = OrganisationFactory()
    lines = merge_preview(target, duplicate=bid.organisation, actor=OFFICE, on=DAY)
    assert tells(lines[0]) == [WORD.lower(), KIND]
    register = register_of(Organisation)
    page = text_of(signed_in("admin").post(f"{register.detail_url(bid.organisation_id)}delete/"))
    assert WORD.lower() in tells(page)


def test_the_log_names_no_bidder_by_what_was_taken_away_or_refused(bid):  # noqa: F811
    with acting(SYSTEM):
        user = User.objects.create(username="vien", full_name=WORD, organisation=bid.organisation)
    client = Client(raise_request_exception=False)
    client.force_login(user)
    taken = [f"/science/submissions/{bid.pk}/files/{bid.file.pk}/", "/science/submissions/export/"]
    refused = [f"/science/submissions/{bid.pk}/edit/", f"/science/submissions/{bid.pk + 1000}/"]
    assert [client.get(each).status_code for each in (*taken, *refused)] == [200, 200, 403, 404]
    kinds = ("event.file", "event.security")
    assert {each.model for each in ChangeEntry.objects.filter(model__in=kinds)} == set(kinds)
    logs = [f"/log/?model={each}" for each in kinds]
    readers = [signed_in(each) for each in ("admin", "leader")]
    pages = [text_of(each.get(log)) for each in readers for log in logs]
    assert [WORD in each for each in pages] == [False] * len(pages)
    take(bid.call, "open", STAFF, at=LATE, **OPENING)
    pages = [text_of(each.get(log)) for each in readers for log in logs]
    assert [WORD in each for each in pages] == [True] * len(pages)


def test_a_deleted_draft_is_read_by_nobody_of_the_department(bid, firm):  # noqa: F811
    """Also where a right lets the department create submissions."""
    draft = a_draft(a_bid_call(), firm, title=f"{WORD} title")
    with acting(SYSTEM):
        RoleRight(
            register="science.submission", verb="create", allowed=True, reason="thử",
            valid_from=date(2020, 1, 1), valid_to=date(2099, 1, 1),
        ).save()  # fmt: skip
        draft.delete()
    entry = ChangeEntry.objects.get(model="science.submission", action="delete")
    removed, undo = "/science/submissions/removed/", f"/science/submissions/undo/{entry.pk}/"
    for client in map(signed_in, WHO):
        assert WORD not in text_of(client.get(removed))
        assert [client.get(undo).status_code, client.post(undo).status_code] == [404, 404]
    assert not Submission.objects.filter(call=draft.call).exists()


def test_the_content_of_the_draft_is_not_read_by_taking_a_change_back(bid):  # noqa: F811
    firm = OrganisationFactory()
    draft = a_draft(bid.call, firm)
    with time_machine.travel(EARLY, tick=False), acting(tenant(firm)):
        draft.title = "Tên sau khi sửa"
        draft.save()
    take(draft, "submit", tenant(firm), at=EARLY + timedelta(hours=1))
    take(bid.call, "open", STAFF, at=LATE, **OPENING)
    with acting(SYSTEM):
        RoleRight(
            register="science.submission", verb="change", allowed=True, reason="thử",
            valid_from=date(2020, 1, 1), valid_to=date(2099, 1, 1),
        ).save()  # fmt: skip
    entries = ChangeEntry.objects.filter(model="science.submission", object_id=str(draft.pk), action="update")
    before = [each.pk for each in entries.filter(at__lt=EARLY + timedelta(minutes=1))]
    client = signed_in("admin")
    assert len(before) == 1
    assert {client.get(f"/science/submissions/undo/{pk}/").status_code for pk in before} == {404}


def test_an_import_that_is_not_undone_says_nothing_of_it(bid):  # noqa: F811
    office = an_actor(Role.ADMIN, "VP")
    content = book_of(Organisation, [{"name": "Viện Nghiên cứu mía đường", "kind": "Hợp tác xã"}])
    batch = intake.upload(content=content, name="to-chuc.xlsx", actor=office, on=DAY)
    intake.confirm_import(batch=batch, actor=office, on=DAY)
    firm = Organisation.objects.get(name="Viện Nghiên cứu mía đường")
    take(a_draft(bid.call, firm), "submit", tenant(firm), at=EARLY)
    with pytest.raises(UndoConflict) as refused:
        intake.undo_import(batch=batch, actor=office, on=DAY)
    words = [str(each.why) for each in refused.value.conflicts]
    assert (words, tells(" ".join(words))) == (
        ["Có bản ghi khác đang dùng: Bản ghi chưa ai ở Sở được đọc."],
        [],
    )
