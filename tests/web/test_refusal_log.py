"""What an account or a key is refused stands in the change log: who, what, where, how often, and never as a flood."""

import json
from datetime import date, timedelta
from types import SimpleNamespace

import pytest
from django.core import signing
from django.test import Client
from django.utils import timezone

from khcn.config.logging import JsonLines, NamesRequest
from khcn.kernel.actors import SYSTEM, Role, acting
from khcn.kernel.audit.events import OF_SECURITY
from khcn.kernel.audit.models import ChangeEntry
from khcn.kernel.refusals.attempts import AttemptKind, note_attempt, noting_attempts
from khcn.kernel.registers.owned_fields import OwnedFields
from khcn.kernel.registers.registry import register_of
from khcn.kernel.registers.writing import ValidationContext, Write, rule_violations
from khcn.kernel.request_quotas import PausedCounts
from khcn.parties.models import RefusalCount, User
from khcn.parties.operations import refusal_log
from khcn.parties.operations.refusal_log import (
    COUNTED,
    MOST_PLACES,
    RefusedPlace,
    count_refusal,
    distinct_place,
    log_counted_refusals,
)
from khcn.science.models import TeamMember
from khcn.web import api_tokens
from khcn.web.refusal_log import _place
from tests.factories.parties import OrganisationFactory
from tests.factories.reference import LegalDocumentFactory
from tests.factories.science import TeamMemberFactory
from tests.trace.rest_given import GROWER, Speaker, party
from tests.web.conftest import account, words
from tests.web.test_tokens import ask, token

pytestmark = pytest.mark.django_db
DAY = date(2023, 9, 14)


def logged():
    return [
        (each.object_label, each.reason)
        for each in ChangeEntry.objects.filter(model=OF_SECURITY).order_by("pk")
    ]


def counted():
    return [(each.kind, each.place, each.count) for each in RefusalCount.objects.order_by("pk")]


def counted_now(place, number, at):
    with acting(SYSTEM):
        count_refusal(place, number, where="10.0.0.1", at=at)


def test_a_page_that_is_not_theirs(sign_in):
    officer = sign_in(Role.OFFICER)
    assert officer.get("/system/").status_code == 403
    [(label, text)] = logged()
    assert label.endswith(")")
    assert text == "Không có quyền (GET system-status), từ 127.0.0.1"
    assert counted() == [("right", "GET system-status", 1)]
    assert "Bị từ chối" in words(sign_in(Role.ADMIN).get("/log/?model=event.security"))


def test_a_token_in_an_address_is_not_named():
    match = SimpleNamespace(kwargs={"pk": 3, "token": "bi-mat"}, view_name="x", route="x")
    assert _place(SimpleNamespace(method="GET", resolver_match=match)) == "GET x pk=3"


def test_the_record_and_the_account_are_named(sign_in):
    organisation = OrganisationFactory()
    with acting(SYSTEM):
        user = User.objects.create_user("ngoai", full_name="Ngoài", organisation=OrganisationFactory())
    outside = Client()
    outside.force_login(user)
    address = f"/parties/organisations/{organisation.pk}/"
    assert outside.get(address).status_code in {403, 404}
    [(_label, text)] = logged()
    assert f"pk={organisation.pk}" in text


def test_of_many_the_first_is_logged_at_once_and_the_rest_as_one_number(sign_in):
    officer = sign_in(Role.OFFICER)
    for _each in range(5):
        officer.get("/system/")
    assert len(logged()) == 1
    assert counted() == [("right", "GET system-status", 1)]  # the others wait in memory for a minute
    at = timezone.now()
    place = RefusedPlace("account 7", "Ai đó", AttemptKind.RIGHT, "GET x")
    for number in (1, 40, 2):
        counted_now(place, number, at)
    log_counted_refusals(at=at + timedelta(minutes=5))
    assert [text for _label, text in logged()[1:]] == ["Không có quyền (GET x), từ 10.0.0.1"]
    log_counted_refusals(at=at + timedelta(minutes=20))
    moment = f"{timezone.localtime(at):%H:%M:%S}"
    assert logged()[2:] == [("Ai đó", f"Không có quyền (GET x): 43 lần, từ {moment} đến {moment}")]
    assert not RefusalCount.objects.filter(subject="account 7").exists()


def test_one_account_fills_neither_table_nor_log():
    at = timezone.now()
    for number in range(MOST_PLACES * 3):
        place = RefusedPlace("account 7", "Ai đó", AttemptKind.RECORD, f"GET x pk={number}")
        counted_now(place, 1, at)
    assert RefusalCount.objects.count() == MOST_PLACES + 1
    assert RefusalCount.objects.get(place="").count == MOST_PLACES * 2
    assert len(logged()) == MOST_PLACES + 1
    log_counted_refusals(at=at + timedelta(hours=1))
    assert len(logged()) == MOST_PLACES + 2
    assert RefusalCount.objects.count() == 0


def test_a_walk_over_addresses_is_one_write_a_minute():
    def places(number, now):
        walk = [
            RefusedPlace("account 7", "Ai đó", AttemptKind.RECORD, f"GET x pk={pk}") for pk in range(number)
        ]
        return [distinct_place(each, now=now).place for each in walk]

    known = [f"GET x pk={pk}" for pk in range(MOST_PLACES)]
    assert places(60, 0.0) == [*known, *[""] * 40]
    assert places(25, 3000.0) == [*known, *[""] * 5]
    other = RefusedPlace("account 8", "Ai đó", AttemptKind.RECORD, "GET x pk=50")
    assert distinct_place(other, now=3000.0) == other
    refusal_log._places.clear()
    walk = [RefusedPlace("account 7", "Ai đó", AttemptKind.RECORD, f"GET y pk={pk}") for pk in range(500)]
    assert sum(COUNTED.add(distinct_place(each, now=0.0), now=0.0) > 0 for each in walk) == MOST_PLACES + 1
    assert places(1, 3601.0) == ["GET x pk=0"]  # after an hour other places are counted separately


def test_a_process_writes_one_place_once_a_minute():
    counts = PausedCounts()
    assert [counts.add("a", now=float(second)) for second in (0, 1, 2, 59, 60, 61, 200)] == [
        1, 0, 0, 0, 4, 0, 2,
    ]  # fmt: skip
    assert counts.add("b", now=61.0) == 1


def test_a_form_of_another_session_and_a_forged_one(sign_in):
    office = Client(enforce_csrf_checks=True)
    office.force_login(account(Role.OFFICE, "VP"))
    assert office.post("/log/verify/", {}).status_code == 403
    assert counted() == [("form", "POST verify-log", 1)]
    signed = signing.dumps([1, "/x/", []], salt="other")
    sign_in(Role.OFFICE, "VP").post("/proof/", {"carried": signed, "proof": "mat-khau-thu-nghiem"})
    assert [each[0] for each in counted()] == ["form", "form"]


def test_writing_without_a_version_and_an_unreadable_request(sign_in):
    admin = sign_in(Role.ADMIN, "VP")
    sent = json.dumps({"subject": "Khác"})
    address = f"/api/reference/legal-documents/{LegalDocumentFactory().pk}/"
    answer = admin.patch(address, sent, content_type="application/json")
    assert answer.status_code == 428
    assert admin.get("/?q=%00").status_code == 400
    assert [each[0] for each in counted()] == ["version", "input"]


def test_a_value_of_a_field_that_an_action_owns_is_noted(monkeypatch):
    register = register_of(TeamMember)
    monkeypatch.setattr(type(register), "owned", (OwnedFields(("illustrative",), "chỉ bằng thao tác"),))
    record = TeamMemberFactory(illustrative=["note"])
    before = TeamMember.objects.get(pk=record.pk)
    record.illustrative = ["role"]
    write = Write(record, before, frozenset({"illustrative"}))
    with noting_attempts() as noted:
        assert len(list(rule_violations(register, [write], ValidationContext(SYSTEM, DAY)))) == 1
    assert noted == {AttemptKind.FIELD}
    note_attempt(AttemptKind.FIELD)  # outside a request: nothing


def test_what_asks_for_a_proof_first_is_no_refusal(sign_in, settings, time_machine):
    office = sign_in(Role.ADMIN, "VP")
    time_machine.move_to(timezone.now() + timedelta(minutes=30))
    answer = office.post("/accounts/new/", {"username": "x"})
    assert answer.status_code == 403
    assert logged() == []


def test_a_token_beyond_its_quota_and_one_outside_its_scope(monkeypatch):
    secret = token(scope=("reference.documents",))
    ask(secret, "/api/science/tasks/")
    monkeypatch.setattr(api_tokens.QUOTAS, "take", lambda _sender: 7)
    assert ask(secret, "/api/science/tasks/").status_code == 429
    assert [each[0] for each in counted()] == ["right", "quota"]


def test_a_key_of_a_party_is_counted_as_the_party():
    grower = Speaker(party(GROWER))
    assert grower.get("/queries/khong-co").status_code == 404
    [row] = RefusalCount.objects.all()
    assert row.subject.startswith("party ")
    assert row.kind == "record"


def test_strangers_fill_nothing(client):
    assert client.get("/system/").status_code == 302
    assert client.get("/api/science/tasks/").status_code == 401
    assert client.get("/?q=%00").status_code == 400
    assert (logged(), counted()) == ([], [])


def test_a_line_of_the_service_names_the_account(sign_in, caplog):
    found = []

    class Lines(NamesRequest):
        def filter(self, record):
            super().filter(record)
            found.append(json.loads(JsonLines().format(record)))
            return True

    caplog.handler.addFilter(lines := Lines())
    try:
        officer = account(Role.OFFICER, "QLKH")
        client = Client()
        client.force_login(officer)
        client.get("/system/")
    finally:
        caplog.handler.removeFilter(lines)
    [line] = [each for each in found if each["logger"] == "django.request"]
    assert (line["account"], line["route"]) == (str(officer.pk), "system-status")
