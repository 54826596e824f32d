"""A name and a number are typed wherever text about a person can be typed, and erased: what still has them is what the manual lists."""

import re
from datetime import date

import pytest
from django.apps import apps
from django.conf import settings as installed
from django.core.files.storage import storages
from django.db.models import CharField, DateField, F, TextField, Value
from django.db.models.functions import Cast, Coalesce

from khcn.kernel.actors import SYSTEM, Role, acting
from khcn.kernel.audit.chain_check import check_chain
from khcn.kernel.audit.record_comparison import compare_records
from khcn.kernel.deadlines.models import DeadlineEvent
from khcn.kernel.registers.attachments import attach, attachments_of, detach
from khcn.kernel.workflow.engine import fire
from khcn.kernel.workflow.models import WorkflowStep
from khcn.privacy.models import Consent, DataRequest, PersonIdentity
from khcn.privacy.operations.retention import erase_due
from khcn.privacy.workflow import DATA_REQUEST_FLOW
from tests.factories.base import ATTACHED_AT
from tests.factories.parties import PersonFactory
from tests.factories.privacy import ConsentFactory, DataRequestFactory, PersonIdentityFactory
from tests.privacy.test_retention import LONG_AGO, TODAY, at, confirm, seal_rows_now, written_long_ago
from tests.web.conftest import words

pytestmark = pytest.mark.django_db
NAME, NUMBER = "Zuvanqeo", "001099123457"
MANUAL = installed.ROOT / "docs" / "van-hanh" / "du-lieu-ca-nhan.md"


@pytest.fixture
def rules(rules):
    written_long_ago()


def filed(record):
    """A file under the name of the person, put on a record and taken off again."""
    attach(
        record=record,
        content=b"%PDF-1.7 " + NAME.encode(),
        name=f"don {NAME}.pdf",
        actor=SYSTEM,
        at=ATTACHED_AT,
    )
    detach(attachment=attachments_of(record).get(), record=record, actor=SYSTEM)


def typed_everywhere():
    """The marker in each text that belongs to what is erased: columns, reasons, notes of steps, events of terms, names of files."""
    with acting(SYSTEM, f"theo đơn của {NAME} {NUMBER}"):
        person = PersonFactory(full_name="Trần Văn Cũ", phone=NUMBER, email=f"{NAME}@tinh.gov.vn".lower())
        person.degree = "TS"
        person.save()  # with the reason, which factories do not take
        PersonIdentityFactory(person=person, number=NUMBER, purpose=f"bệnh án {NAME}")
        consent = ConsentFactory(evidence=f"ghi âm {NAME}", given_on=date(2019, 1, 2))
        consent.withdrawn_on = date(2020, 1, 2)
        consent.save()
        filed(consent)
        request = DataRequestFactory(
            requester_name=NAME, requester_identity=NUMBER, requester_contact=f"tổ 5, hỏi {NAME}", person=person,
            content=f"xóa số {NUMBER}", answer=f"đã trả lời {NAME}", result=f"đã xóa cho {NAME}", received_on=date(2019, 1, 2),
        )  # fmt: skip
        filed(request)
        DeadlineEvent(
            subject_model="privacy.datarequest", subject_id=request.pk, kind="privacy.answer", event="stop",
            on=date(2019, 1, 3), reason=f"chờ {NAME} bổ sung", paper=f"đơn {NAME}",
        ).save()  # fmt: skip
        fire(
            DATA_REQUEST_FLOW,
            request,
            "refuse",
            actor=SYSTEM,
            on=date(2019, 2, 1),
            note=f"{NAME} không phải chủ {NUMBER}",
        )
        request.closed_on = date(2019, 2, 1)
        request.save()
    return person, request


def places_of_the_marker():
    """Columns of the whole database, as `app.Model.column`, and the folder of files, that hold the name or the number."""
    found = set()
    for model in apps.get_models():
        if model._meta.proxy or not model._meta.managed or model.__module__.startswith("tests."):
            continue
        for field in model._meta.concrete_fields:
            if field.many_to_one or isinstance(field, DateField):
                continue
            text = (
                Cast(F(field.attname), TextField()) if not isinstance(field, CharField) else F(field.attname)
            )
            rows = model._base_manager.annotate(looked=Coalesce(text, Value(""), output_field=TextField()))
            if any(rows.filter(looked__icontains=each).exists() for each in (NAME, NUMBER)):
                found.add(f"{model._meta.label}.{field.name}")
    storage = storages["default"]
    for folder in ("stored",):
        for name in storage.listdir(folder)[1]:
            with storage.open(f"{folder}/{name}") as file:
                if NAME.encode() in file.read():
                    found.add("kernel_files.StoredFile.content")
    return found


def listed():
    """What the manual lists as remaining."""
    [section] = re.findall(
        r"^### Những gì còn lại.*?\n(.*?)(?=^#|\Z)", MANUAL.read_text("utf-8"), re.DOTALL | re.MULTILINE
    )
    return {
        name
        for line in re.findall(r"^\| (`.*?) \|", section, re.MULTILINE)
        for name in re.findall(r"`([\w.]+)`", line)
    }


def test_what_still_names_an_erased_person_is_what_the_manual_lists(rules, clock, sign_in):
    confirm()
    person, request = at(LONG_AGO, typed_everywhere)
    seal_rows_now()
    before = places_of_the_marker()
    assert {
        "kernel_workflow.WorkflowStep.note", "kernel_deadlines.DeadlineEvent.reason", "privacy.DataRequest.content",
        "privacy.PersonIdentity.number", "privacy.Consent.evidence", "parties.Person.phone",
    } <= before  # fmt: skip
    client = sign_in(Role.ADMIN, "VP")
    pages = ["/log/", f"/parties/people/{person.pk}/history/", f"/privacy/requests/{request.pk}/history/"]
    assert all(NAME in words(client.get(each)) for each in pages)
    assert erase_due(on=TODAY) == 4
    seal_rows_now()
    assert (Consent.objects.exists(), PersonIdentity.objects.exists()) == (False, False)
    left = places_of_the_marker()
    assert left == listed()
    assert left == {
        name for name in left if name.startswith(("kernel_audit.ChangeEntry.", "kernel_files.StoredFile."))
    }
    for each in pages:
        text = words(client.get(each))
        assert (NAME in text, NUMBER in text, "(đã xóa theo thời hạn)" in text) == (False, False, True), each
    assert WorkflowStep.objects.get(object_id=request.pk).note == ""
    assert DeadlineEvent.objects.get().reason == "đã xóa theo thời hạn"
    assert compare_records()[1] == []
    assert check_chain().findings == []


def test_a_request_with_a_file_waits_for_a_person(rules, clock, caplog):
    confirm("privacy.requests_term")
    request = at(LONG_AGO, DataRequestFactory, requester_name=NAME)
    with acting(SYSTEM):
        request.state, request.closed_on = "done", date(2020, 2, 3)
        request.save()
        attach(record=request, content=b"%PDF-1.7 x", name="don.pdf", actor=SYSTEM, at=ATTACHED_AT)
    assert erase_due(on=TODAY) == 0
    assert "is not erased" in caplog.text
    with acting(SYSTEM):
        detach(attachment=attachments_of(request).get(), record=request, actor=SYSTEM)
    assert erase_due(on=TODAY) == 1
    assert DataRequest.objects.get().requester_name == ""


def test_reasons_about_others_stay(rules, clock, sign_in):
    """Only the record that was erased loses them, and not what is written about it afterwards."""
    confirm()
    at(LONG_AGO, typed_everywhere)
    with acting(SYSTEM, "lý do của người khác"):
        other = PersonFactory(full_name="Người Khác", phone="0911111111")
        other.degree = "TS"
        other.save()
    erase_due(on=TODAY)
    client = sign_in(Role.ADMIN, "VP")
    assert "lý do của người khác" in words(client.get(f"/parties/people/{other.pk}/history/"))
