"""Number, kind, day and issuer of a document that records name are corrected by the office, with a reason and a mark."""

from datetime import date

import pytest

from khcn.kernel.actors import Role, acting
from khcn.kernel.fields.workbook_cells import NamedRecord
from khcn.kernel.intake.names.name_matching import Targets
from khcn.kernel.refusals import Refused
from khcn.kernel.registers.registry import register_of
from khcn.kernel.text.fold import fold
from khcn.reference.models import LegalDocument, RuleParameter
from tests.factories.base import an_actor
from tests.factories.reference import LegalDocumentFactory, RuleParameterFactory
from tests.factories.science import TaskMilestoneFactory
from tests.kernel.papers_given import accepted_task, draft, issue
from tests.science.channels import api_refusal, form_refusals, import_problems, run_action

pytestmark = pytest.mark.django_db(transaction=True)
TODAY, ISSUED = date(2023, 12, 1), date(2022, 12, 23)
OFFICER, OFFICE = an_actor(Role.OFFICER, "QLCN"), an_actor(Role.OFFICE, "VP", user_id=8)
BUTTON = "“Đính chính văn bản”"
CHANGES = {"number": "9/QĐ", "kind": "law", "issued_on": date(2001, 1, 1), "issuer": "Quốc hội"}


def test_what_identifies_a_document_in_use_is_changed_by_the_action_only():
    document = RuleParameterFactory(legal_document=LegalDocumentFactory(issued_on=ISSUED)).legal_document
    for name, value in CHANGES.items():
        for actor in (OFFICER, OFFICE):
            stored = LegalDocument.objects.get()
            assert BUTTON in " ".join(form_refusals(stored, actor, TODAY, **{name: value})), name
            assert BUTTON in api_refusal(document, actor, TODAY, **{name: value}), name
    row = {"number": document.number, "issued_on": "23/12/2022", "issuer": document.issuer, "kind": "Luật"}
    assert BUTTON in " ".join(import_problems(LegalDocument, row, OFFICER, TODAY))
    assert api_refusal(document, OFFICER, TODAY, subject="Trích yếu đủ") == ""
    values = {**CHANGES, "reason": "gõ nhầm"}
    with pytest.raises(Refused, match="không có quyền"):
        run_action(document, "correct", OFFICER, TODAY, **values)
    run_action(document, "correct", OFFICE, TODAY, **values)
    document.refresh_from_db()
    assert ({name: getattr(document, name) for name in CHANGES}, document.corrected) == (CHANGES, True)


def test_a_cell_and_a_form_understand_what_the_program_calls_a_document():
    documents = [LegalDocumentFactory(number="2519/QĐ-UBND", issued_on=day) for day in (ISSUED, TODAY)]
    rule = RuleParameterFactory(legal_document=None)
    wrong = str(documents[0]).replace("Quyết định", "Kế hoạch")
    for document in documents:
        assert str(document).startswith("Quyết định số 2519/QĐ-UBND ngày ")
        assert form_refusals(rule, OFFICE, TODAY, legal_document=str(document)) == []
        assert RuleParameter.objects.get().legal_document == document
    with acting(OFFICE):
        targets = Targets(register_of(LegalDocument), None, OFFICE)
        found = [targets.candidates(NamedRecord(text, fold(text))) for text in (str(documents[0]), wrong)]
    assert [[each.pk for each in candidates] for candidates in found] == [[documents[0].pk], []]


def test_a_document_that_nothing_names_and_an_empty_day_are_simply_changed():
    free = LegalDocumentFactory(issued_on=ISSUED)
    assert api_refusal(free, OFFICER, TODAY, issued_on=date(2022, 12, 24)) == ""
    with pytest.raises(Refused, match="sửa trực tiếp"):
        run_action(free, "correct", OFFICE, TODAY, **CHANGES, reason="gõ nhầm")
    named = TaskMilestoneFactory(document=LegalDocumentFactory(issued_on=None)).document
    assert api_refusal(named, OFFICER, TODAY, issued_on=ISSUED) == ""


def test_a_document_that_a_certificate_prints_is_not_corrected_under_it():
    task = accepted_task()
    approval = LegalDocumentFactory(issued_on=None)
    TaskMilestoneFactory(task=task, kind="outline_approved", on=date(2022, 2, 1), document=approval)
    issue(draft(task))
    assert "01/GCN-SKHCN" in api_refusal(approval, OFFICER, TODAY, issued_on=ISSUED)
    with pytest.raises(Refused, match="01/GCN-SKHCN"):
        run_action(approval, "correct", OFFICE, TODAY, **CHANGES, reason="gõ nhầm")
