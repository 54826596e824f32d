"""What is over is erased on schedule by confirmed rules, logged without what it held; signed content and the log stay as they are."""

import json
from datetime import UTC, date, datetime

import pytest
import time_machine
from django.db.models import QuerySet

from khcn.kernel.actors import SYSTEM, Role, acting
from khcn.kernel.audit.bulk_writes import bulk_change
from khcn.kernel.audit.chain_check import check_chain
from khcn.kernel.audit.models import ChangeEntry
from khcn.kernel.audit.record_comparison import compare_records
from khcn.kernel.audit.sealer import has_unsealed, seal_log
from khcn.kernel.jobs.daily import all_daily
from khcn.kernel.jobs.recurring import JobContext
from khcn.kernel.jobs.worker import perform_work
from khcn.kernel.registers.attachments import attach
from khcn.kernel.registers.registry import register_of
from khcn.kernel.registers.writing import Write, do_what_follows, save_row
from khcn.kernel.screens.record_forms import form_class
from khcn.parties.models import Person, User
from khcn.privacy.models import Consent, DataRequest, PersonIdentity
from khcn.privacy.operations.retention import KINDS, due_records, erase_due, first_day_stored
from khcn.reference.models import RuleParameter
from khcn.reference.operations import confirm_rule
from tests.factories.base import ATTACHED_AT
from tests.factories.councils import CouncilMemberFactory
from tests.factories.parties import PersonFactory
from tests.factories.privacy import ConsentFactory, DataRequestFactory, PersonIdentityFactory
from tests.factories.reference import RuleParameterFactory
from tests.factories.science import ScienceTaskFactory, TeamMemberFactory
from tests.web.conftest import account, form_values, tree, words

pytestmark = pytest.mark.django_db
LONG_AGO, LATELY = datetime(2020, 1, 6, 5, tzinfo=UTC), datetime(2026, 3, 2, 5, tzinfo=UTC)
TODAY = date(2026, 11, 30)
JOB = "khcn.privacy.jobs.erase_due_job"


def written_long_ago():
    """The time of notice of all rules is over."""
    QuerySet(RuleParameter).update(updated_at=LONG_AGO)


@pytest.fixture
def rules(rules):
    written_long_ago()


def confirm(*codes):
    """As the button of the rule does it, long before."""
    rows = RuleParameter.objects.filter(code__in=codes or [kind.rule for kind in KINDS])
    with acting(SYSTEM, "đối chiếu"):
        for row in rows:
            row.illustrative = []
            row.save()
    written_long_ago()


@pytest.fixture
def confirmed(rules):
    confirm()


def at(moment, make, **values):
    with time_machine.travel(moment, tick=False):
        return make(**values)


def contacts(person):
    person.refresh_from_db()
    return person.full_name, person.phone, person.email


OLD = {"full_name": "Nguyễn Văn Cũ", "phone": "0912345678", "email": "cu@tinh.gov.vn"}
STORED = tuple(OLD.values())
ERASED = ("Nguyễn Văn Cũ", "", "")


def test_the_job_erases_each_night_at_its_hour(confirmed, clock):
    assert JOB in {each.path for each in all_daily()}
    person = at(datetime(2021, 12, 6, 5, tzinfo=UTC), PersonFactory, **OLD)
    perform_work(JOB, JobContext(lambda: datetime(2026, 12, 5, 18, 40, tzinfo=UTC)))  # 01:40 of the sixth
    assert contacts(person) == STORED
    perform_work(JOB, JobContext(lambda: datetime(2026, 12, 6, 18, 40, tzinfo=UTC)))  # 01:40 of the seventh
    assert contacts(person) == ERASED


def test_a_rule_that_nobody_confirmed_erases_nothing(rules, clock):
    person = at(LONG_AGO, PersonFactory, **OLD)
    assert erase_due(on=TODAY) == 0
    assert contacts(person) == STORED
    confirm("privacy.contacts_term")
    assert erase_due(on=TODAY) == 1
    assert contacts(person) == ERASED
    assert erase_due(on=TODAY) == 0


def test_a_person_who_is_named_by_newer_records_keeps_contacts_and_number(confirmed, clock):
    identity = at(LONG_AGO, PersonIdentityFactory, person=at(LONG_AGO, PersonFactory, **OLD))
    task = at(LATELY, ScienceTaskFactory, principal_investigator=identity.person)
    assert erase_due(on=TODAY) == 0
    assert contacts(identity.person) == STORED
    assert PersonIdentity.objects.get() == identity
    assert erase_due(on=date(2031, 3, 2)) == 0
    assert erase_due(on=date(2031, 3, 4)) == 2
    assert contacts(identity.person) == ERASED
    assert not PersonIdentity.objects.exists()
    task.refresh_from_db()
    assert task.principal_investigator == identity.person


@pytest.mark.parametrize("seat", [TeamMemberFactory, CouncilMemberFactory])
@pytest.mark.parametrize(
    ("to_on", "left"), [(None, STORED), (date(2021, 12, 1), STORED), (date(2021, 11, 30), ERASED)]
)
def test_a_person_with_a_seat_that_goes_on_is_not_erased(confirmed, clock, seat, to_on, left):
    person = at(LONG_AGO, PersonFactory, **OLD)
    at(LONG_AGO, seat, person=person, from_on=date(2019, 1, 2), to_on=to_on)
    erase_due(on=TODAY)
    assert contacts(person) == left


def test_a_closed_request_keeps_number_and_days(confirmed, clock):
    given = {"requester_name": "Nguyễn Văn Cũ", "requester_identity": "001099000001", "requester_contact": "tổ 5",
             "content": "xóa", "person": PersonFactory(), "code": "7/YC"}  # fmt: skip
    request = at(LONG_AGO, DataRequestFactory, **given)
    with acting(SYSTEM):
        request.state, request.closed_on = "done", date(2020, 2, 3)
        request.save()
    open_one = at(LONG_AGO, DataRequestFactory)
    assert erase_due(on=TODAY) == 1
    request.refresh_from_db()
    emptied = (
        "requester_name",
        "requester_identity",
        "requester_contact",
        "person",
        "content",
        "answer",
        "result",
    )
    assert {name: getattr(request, name) for name in emptied} == {
        **dict.fromkeys(emptied, ""),
        "person": None,
    }
    assert (request.code, request.closed_on, request.state) == ("7/YC", date(2020, 2, 3), "done")
    assert DataRequest.objects.get(pk=open_one.pk).requester_name


def test_a_withdrawn_consent_goes_and_one_with_files_waits_for_a_person(confirmed, clock, caplog):
    gone, filed, in_force = ConsentFactory(), ConsentFactory(), ConsentFactory()
    with acting(SYSTEM):
        attach(record=filed, content=b"%PDF-1.7 x", name="ban ky.pdf", actor=SYSTEM, at=ATTACHED_AT)
        for each in (gone, filed):
            each.given_on, each.withdrawn_on = date(2019, 1, 2), date(2020, 1, 2)
            each.save()
    assert erase_due(on=TODAY) == 1
    assert set(Consent.objects.all()) == {filed, in_force}
    assert "is not erased" in caplog.text


def test_the_log_of_a_deleted_consent_and_number_shows_none_of_their_words(confirmed, clock, sign_in):
    consent = ConsentFactory(evidence="ghi âm Zuvanqeo")
    person = at(LONG_AGO, PersonFactory, full_name="Trần Cũ")
    at(LONG_AGO, PersonIdentityFactory, person=person, purpose="bệnh án Zuvanqeo")
    with acting(SYSTEM):
        consent.given_on, consent.withdrawn_on = date(2019, 1, 2), date(2020, 1, 2)
        consent.save()
    seal_rows_now()
    assert erase_due(on=TODAY) == 2
    seal_rows_now()
    assert (Consent.objects.exists(), PersonIdentity.objects.exists()) == (False, False)
    client = sign_in(Role.ADMIN, "VP")
    for address in ("/log/", f"/parties/people/{person.pk}/history/"):
        text = words(client.get(address))
        assert "Zuvanqeo" not in text
        assert "(đã xóa theo thời hạn)" in text or "history" in address
    assert compare_records()[1] == []
    assert check_chain().findings == []


def test_the_mail_of_an_account_out_of_use_goes_and_its_name_stays(confirmed, clock):
    def made(name, *, active):
        with acting(SYSTEM):
            return User.objects.create_user(
                name, email=f"{name}@tinh.gov.vn", full_name=name, is_active=active
            )

    stopped, used = at(LONG_AGO, made, name="cu", active=False), at(LONG_AGO, made, name="moi", active=True)
    assert erase_due(on=TODAY) == 1
    stopped.refresh_from_db()
    assert (stopped.email, stopped.full_name) == ("", "cu")
    assert User.objects.get(pk=used.pk).email == "moi@tinh.gov.vn"


def test_the_log_says_that_it_was_erased_and_not_what_and_stays_sealed(confirmed, clock, sign_in):
    person = at(LONG_AGO, PersonFactory, **OLD)
    seal_rows_now()
    erase_due(on=TODAY)
    entry = ChangeEntry.objects.get(action="erase")
    assert (entry.actor_label, entry.model, entry.object_id) == (
        SYSTEM.label,
        "parties.person",
        str(person.pk),
    )
    assert "Hết thời hạn lưu giữ" in entry.reason
    assert OLD["phone"] not in json.dumps([entry.before, entry.after])
    assert set(entry.after) == {"phone", "email"}
    seal_rows_now()
    assert compare_records()[1] == []
    assert check_chain().findings == []
    for address in (f"/parties/people/{person.pk}/history/", "/log/"):
        text = words(sign_in(Role.ADMIN, "VP").get(address))
        assert "0912345678" not in text
        assert "(đã xóa theo thời hạn)" in text
        assert "Nguyễn Văn Cũ" in text


def seal_rows_now():
    while has_unsealed():
        seal_log()


def test_what_was_written_after_an_erasure_is_shown_again(confirmed, clock, sign_in):
    person = at(LONG_AGO, PersonFactory, **OLD)
    erase_due(on=TODAY)
    with acting(SYSTEM):
        person.refresh_from_db()
        person.phone = "0987654321"
        person.save()
    text = words(sign_in(Role.ADMIN, "VP").get(f"/parties/people/{person.pk}/history/"))
    assert "0987654321" in text
    assert "0912345678" not in text


def test_signed_and_sealed_content_is_no_record_of_any_kind():
    """What is frozen, issued or logged is never erased: no kind of record names a table of these."""
    untouched = {"reports", "kernel_papers", "kernel_audit", "kernel_numbering", "kernel_files", "trace"}
    assert {kind.model._meta.app_label for kind in KINDS} & untouched == set()
    assert {kind.model for kind in KINDS} == {Person, PersonIdentity, DataRequest, Consent, User}


@pytest.mark.parametrize(
    ("value", "unit", "day"),
    [
        (5, "year", date(2021, 11, 30)),
        (6, "month", date(2026, 5, 30)),
        (30, "day", date(2026, 10, 31)),
        (0, "year", None),
        (-1, "year", None),
        (5000, "year", None),
        (5, "percent", None),
    ],
)
def test_how_long_is_read_from_the_rule(value, unit, day):
    assert first_day_stored(RuleParameter(value=value, unit=unit), on=TODAY) == day


def test_a_later_version_of_a_rule_counts_from_its_day(rules, clock):
    rule = RuleParameter.objects.get(code="privacy.contacts_term")
    with acting(SYSTEM):
        rule.valid_to, rule.illustrative = date(2027, 1, 1), []
        rule.save()
    written_long_ago()
    RuleParameterFactory(code=rule.code, label=rule.label, value=50, unit="year", valid_from=date(2027, 1, 1))
    person = at(LONG_AGO, PersonFactory, **OLD)
    assert erase_due(on=date(2027, 2, 2)) == 0
    assert contacts(person) == STORED


def test_a_version_erases_after_the_time_of_notice_only(confirmed, clock):
    """Confirmed long before or not: what goes by it is named on the page from its first day on."""
    at(LONG_AGO, PersonFactory, **OLD)
    rule = RuleParameter.objects.get(code="privacy.contacts_term")
    QuerySet(RuleParameter).filter(pk=rule.pk).update(valid_from=date(2026, 11, 15))
    assert [erase_due(on=day) for day in (TODAY, date(2026, 12, 14), date(2026, 12, 15))] == [0, 0, 1]


@pytest.mark.parametrize("way", ["form", "import", "new version"])
def test_what_is_written_anew_waits_for_the_button_and_the_time_of_notice(confirmed, clock, way):
    person = at(datetime(2025, 6, 2, 5, tzinfo=UTC), PersonFactory, **OLD)
    rule = RuleParameter.objects.get(code="privacy.contacts_term")
    register, actor = register_of(RuleParameter), account(Role.ADMIN, "VP").actor
    with acting(actor, "đổi thời hạn"):
        if way == "form":
            values = {name: getattr(rule, name) for name in register.form_fields()} | {"value": 1}
            form = form_class(register)(values, instance=rule)
            assert form.is_valid(), form.errors
            form.save_record(actor=actor, on=TODAY)
        elif way == "import":
            before = RuleParameter.objects.get(pk=rule.pk)
            rule.value = 1
            bulk_change([rule], ["value"])
            do_what_follows(register, [Write(rule, before, frozenset({"value"}))], actor=actor, on=TODAY)
        else:
            rule = RuleParameter(code=rule.code, label=rule.label, value=1, unit="year", valid_from=TODAY)
            save_row(register, rule, actor=actor, on=TODAY)
    assert rule.illustrative == RuleParameter.objects.get(pk=rule.pk).illustrative == ["valid_from", "value"]
    assert erase_due(on=date(2027, 3, 1)) == 0
    confirm_rule(rule=rule, reason="QĐ 12/QĐ-SKHCN", actor=SYSTEM, on=TODAY)
    assert erase_due(on=date(2026, 12, 29)) == 0
    assert contacts(person) == STORED
    assert erase_due(on=date(2026, 12, 30)) == 1
    assert contacts(person) == ERASED


def test_words_of_a_rule_are_mended_without_a_new_confirmation(confirmed, clock):
    rule = RuleParameter.objects.get(code="privacy.contacts_term")
    rule.label = "Giữ liên hệ"
    save_row(register_of(RuleParameter), rule, actor=SYSTEM, on=TODAY)
    rule.refresh_from_db()
    assert (rule.label, rule.illustrative) == ("Giữ liên hệ", [])


def test_the_page_says_from_when_on_a_confirmed_rule_erases(confirmed, clock, sign_in):
    rule = RuleParameter.objects.get(code="privacy.contacts_term")
    QuerySet(RuleParameter).filter(pk=rule.pk).update(updated_at=datetime(2026, 11, 20, 5, tzinfo=UTC))
    assert [each.waits_until for each in due_records(on=TODAY, actor=SYSTEM)] == [
        date(2026, 12, 20),
        *[None] * 4,
    ]
    text = words(sign_in(Role.ADMIN, "VP").get("/privacy/retention/"))
    assert text.count("bắt đầu xóa theo thời hạn này từ ngày 20/12/2026") == 1


def test_the_page_names_what_will_be_erased_before_it_is(rules, clock, sign_in):
    at(LONG_AGO, PersonFactory, **OLD)
    at(datetime(2021, 12, 20, 5, tzinfo=UTC), PersonFactory, full_name="Người Sắp Hết", phone="0911111111")
    at(LATELY, PersonFactory, full_name="Người Còn Hạn", phone="0922222222")
    found = due_records(on=TODAY, actor=SYSTEM)[0]
    assert (found.names, found.count, found.coming, found.confirmed) == (
        ("Nguyễn Văn Cũ", "Người Sắp Hết"),
        2,
        1,
        False,
    )
    text = words(sign_in(Role.ADMIN, "VP").get("/privacy/retention/"))
    assert "Nguyễn Văn Cũ" in text
    assert "Người Sắp Hết" in text
    assert "Người Còn Hạn" not in text
    assert "Sở chưa xác nhận thời hạn này nên chưa xóa gì." in text
    confirm()
    assert "chưa xác nhận" not in words(sign_in(Role.ADMIN, "VP").get("/privacy/retention/"))


def test_the_button_of_a_rule_confirms_it_with_the_reason(rules, clock, sign_in):
    rule = RuleParameter.objects.get(code="privacy.contacts_term")
    client = sign_in(Role.ADMIN, "VP")
    address = f"/reference/rule-parameters/{rule.pk}/actions/confirm/"
    page = client.get(address)
    assert page.status_code == 200
    done = client.post(address, {**form_values(tree(page), "//main//form"), "reason": "QĐ 12/QĐ-SKHCN"})
    assert done.status_code == 303
    rule.refresh_from_db()
    assert rule.illustrative == []
    assert ChangeEntry.objects.filter(model="reference.ruleparameter", reason="QĐ 12/QĐ-SKHCN").exists()
