"""A sealed call: until it is opened nobody but who handed in learns anything of it, by whatever page, and a draft nobody ever."""

import io
import zipfile
from datetime import date, timedelta

import pytest
import time_machine
from django.test import Client

from khcn.kernel.access.scopes import VERBS
from khcn.kernel.actors import SYSTEM, Role, acting
from khcn.kernel.audit.models import ChangeEntry
from khcn.kernel.registers.attachments import attach
from khcn.kernel.registers.registry import register_of, registers
from khcn.parties.models import RoleRight, User
from khcn.science.models import Submission
from khcn.science.workflow import SUBMISSION_FLOW
from tests.factories.base import ATTACHED_AT, an_actor
from tests.factories.parties import OrganisationFactory
from tests.science.calls_given import (
    EARLY,
    LATE,
    OPENING,
    STAFF,
    a_bid_call,
    a_draft,
    on_paper,
    published,
    take,
    tenant,
)
from tests.web.conftest import account

pytestmark = pytest.mark.django_db
WORD = "Zuvanqeo"
WHO = {
    "officer": (Role.OFFICER, "QLKH"),
    "head": (Role.HEAD, "QLKH"),
    "leader": (Role.LEADER, "BGD"),
    "admin": (Role.ADMIN, "VP"),
}


def marked_draft(call, organisation):
    texts = ("title", "necessity", "objectives", "main_content", "products", "users")
    draft = a_draft(call, organisation, **{name: f"{WORD} {name}" for name in texts})
    who = tenant(organisation)
    with acting(who):
        draft.file = attach(
            record=draft, content=b"%PDF-1.4 x", name=f"{WORD}.pdf", actor=who, at=ATTACHED_AT
        )
    return draft


def text_of(answer):
    body = b"".join(answer) if answer.streaming else answer.content
    parts = [str(dict(answer.headers)), body.decode("utf-8", "replace")]
    if body.startswith(b"PK"):
        book = zipfile.ZipFile(io.BytesIO(body))
        parts += [book.read(name).decode("utf-8", "replace") for name in book.namelist()]
    return " ".join(parts)


def addresses(submission):
    """Every page, export and answer that could tell of it."""
    own, call, firm = f"/science/submissions/{submission.pk}/", submission.call, submission.organisation
    of_record = [
        own, f"{own}edit/", f"{own}history/", f"{own}delete/", f"{own}files/{submission.file.pk}/",
        f"{own}files/{submission.file.pk}/preview/", f"/api{own}", f"/api{own}actions/", f"{own}actions/accept/",
        f"{own}actions/reject/",
    ]  # fmt: skip
    base = "/science/submissions/"
    of_lists = [
        base, f"{base}?q={WORD[:5]}", f"{base}?call=%23{call.pk}", f"{base}?print=all", f"{base}count/", f"{base}export/", f"{base}removed/",
        f"/api{base}", f"/api{base}?q={WORD[:5]}", f"/lookup{base}?q={WORD[:5]}", f"{base}?organisation=%23{firm.pk}", f"{base}board/",
        f"/science/calls/{call.pk}/", f"/science/calls/{call.pk}/history/", f"/science/calls/{call.pk}/delete/", f"/api/science/calls/{call.pk}/",
        f"/parties/organisations/{firm.pk}/", f"/parties/organisations/{firm.pk}/delete/", f"/parties/organisations/{firm.pk}/history/",
        f"/search/?q={WORD[:5]}", f"/search/suggest/?q={WORD[:5]}", "/", "/my-work/", "/deadlines/", "/log/", "/log/?model=science.submission",
        "/log/?model=kernel_registers.attachment", "/number-books/", "/import/", "/calendar/", "/brief/", "/data-checks/", "/permissions/",
    ]  # fmt: skip
    return of_record, of_lists


def faults_of(client, submission):
    of_record, of_lists = addresses(submission)
    found = [
        f"{each}: {code}" for each in of_record if (code := client.get(each).status_code) not in {403, 404}
    ]
    for each in of_lists:
        text = text_of(client.get(each)).replace(f"q={WORD[:5]}", "")
        if f"{WORD} " in text or f"{WORD}.pdf" in text or f"submissions/{submission.pk}/" in text:
            found.append(f"{each} tells")
    return found


@pytest.fixture
def bid():
    """A sealed bid with a file, and its call; what is logged is logged by the tenant itself."""
    firm = OrganisationFactory()
    with time_machine.travel(EARLY - timedelta(hours=1), tick=False):
        made = marked_draft(a_bid_call(), firm)
    with time_machine.travel(EARLY, tick=False):
        take(made, "submit", tenant(firm))
    return made


def signed_in(who):
    client = Client(raise_request_exception=False)
    client.force_login(account(*WHO[who]))
    return client


@pytest.mark.parametrize("who", WHO)
def test_nobody_of_the_department_learns_anything_of_a_sealed_bid(bid, who):
    assert faults_of(signed_in(who), bid) == []


def test_no_right_opens_it(bid):
    with acting(SYSTEM):
        for verb in ("read", "choose", "export", "change", "act", "attach", "delete", "create"):
            days = {"valid_from": date(2020, 1, 1), "valid_to": date(2099, 1, 1), "reason": "thử"}
            RoleRight(register="science.submission", verb=verb, allowed=True, **days).save()
    assert faults_of(signed_in("admin"), bid) == []


def test_the_call_says_how_many_there_are_and_no_more(bid):
    address = f"/science/calls/{bid.call_id}/"
    assert "Đã nhận 1 hồ sơ" in text_of(signed_in("officer").get(address))
    other = Client()
    with acting(SYSTEM):
        user = User.objects.create(
            username="nguoi.khac", full_name="Người Khác", organisation=OrganisationFactory()
        )
    other.force_login(user)
    assert "Đã nhận" not in text_of(other.get(address))
    assert faults_of(other, bid) == []


def test_who_handed_it_in_reads_it_all_along(bid):
    client = Client()
    with acting(SYSTEM):
        user = User.objects.create(username="vien", full_name="Viện", organisation=bid.organisation)
    client.force_login(user)
    own = f"/science/submissions/{bid.pk}/"
    assert f"{WORD} objectives" in text_of(client.get(own))
    assert f"{WORD}.pdf" in text_of(client.get(own))
    assert client.get(f"{own}files/{bid.file.pk}/").status_code == 200
    assert client.get(f"{own}edit/").status_code == 403


def test_once_opened_the_division_reads_it_and_nothing_of_its_draft(bid):
    take(bid.call, "open", STAFF, at=LATE, **OPENING)
    client = signed_in("head")
    own = f"/science/submissions/{bid.pk}/"
    assert f"{WORD} objectives" in text_of(client.get(own))
    assert client.get(f"{own}files/{bid.file.pk}/").status_code == 200
    with acting(SYSTEM):
        entries = ChangeEntry.objects.filter(model="science.submission", object_id=str(bid.pk))
        assert entries.count() > 1
    history = text_of(client.get(f"{own}history/"))
    assert (history.count(f"{WORD} objectives"), "HS-2023-01" in history) == (0, True)


def test_a_withdrawn_call_is_never_opened(bid):
    take(bid.call, "withdraw", STAFF, reason="hết kinh phí")
    assert faults_of(signed_in("officer"), bid) == []


def test_a_draft_and_what_was_taken_back_are_nobody_elses_whether_sealed_or_not():
    firm = OrganisationFactory()
    drafted = marked_draft(published(), firm)
    assert faults_of(signed_in("head"), drafted) == []
    take(drafted, "submit", tenant(firm))
    assert f"{WORD} objectives" in text_of(signed_in("head").get(f"/science/submissions/{drafted.pk}/"))
    take(drafted, "withdraw", tenant(firm))
    assert faults_of(signed_in("head"), drafted) == []


def test_of_a_sealed_envelope_its_number_is_shown_to_who_enters_it_and_its_page_to_nobody():
    outcome = on_paper(a_bid_call(), OrganisationFactory())
    assert "HS-2023-01" in outcome.message
    assert signed_in("head").get(f"/science/submissions/{outcome.result_pk}/").status_code == 404


def test_the_condition_is_the_same_in_the_database_and_in_memory():
    """For every state, kind of call and actor: which rows, may I do this to that row, does this row fit."""
    firm, other = OrganisationFactory(), OrganisationFactory()
    sealed, opened, plain, dropped = a_bid_call(), a_bid_call(), published(), a_bid_call()
    states = [each.value for each in SUBMISSION_FLOW.states]
    for call in (sealed, opened, plain, dropped):
        for owner in (firm, other):
            for state in states:
                a_draft(call, owner, state=state, entered_from_paper=state == "valid")
    take(opened, "open", STAFF, at=LATE, **OPENING)
    take(dropped, "withdraw", STAFF, reason="x")
    rows, register = list(Submission.objects.all()), register_of(Submission)
    actors = [tenant(firm), STAFF, *(an_actor(*each) for each in WHO.values()), SYSTEM]
    for actor in actors:
        for verb in VERBS:
            expected = set(register.visible(actor, verb).values_list("pk", flat=True))
            assert expected == {row.pk for row in rows if register.may(verb, actor, row)}, (actor, verb)
            assert expected == {row.pk for row in rows if register.fits(verb, actor, row)}, (actor, verb)
    read = {(each.call, each.state) for each in register.visible(STAFF)}
    assert read == {
        (call, state) for call in (opened, plain) for state in ("submitted", "supplement", "valid", "invalid")
    }
    assert {each.organisation for each in register.visible(tenant(firm))} == {firm}
    assert len(registers()) > 1
