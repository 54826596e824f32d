"""An amendment names the document by which it was decided, where the rule of its day asks for one: form, JSON, sheet and request alike."""

from datetime import date

import orjson
import pytest

from khcn.kernel.actors import SYSTEM
from khcn.reference.operations import enter_shipped_rules
from khcn.science.enums import AmendmentKind
from khcn.science.integrity.amendments import amendment_without_decision
from khcn.science.models import AmendmentRequest, TaskAmendment
from khcn.science.operations.deciding_documents import rules_by_kind
from tests.factories.parties import PersonFactory
from tests.factories.reference import LegalDocumentFactory, RuleParameterFactory
from tests.factories.science import AmendmentRequestFactory, ScienceTaskFactory, TaskMilestoneFactory
from tests.integrity.given import NOW
from tests.web.test_three_ways import HEAD, by_api, by_form, by_import

pytestmark = pytest.mark.django_db
MISSING = (
    "“Thay đổi chủ nhiệm” phải chọn văn bản điều chỉnh. Nếu quy định khác thì sửa ở danh mục tham số quy định (mã "
    "science.decision_change_pi)."
)


@pytest.fixture
def task():
    RuleParameterFactory(
        code="science.decision_change_pi", value=1, unit="other", valid_from=date(2014, 7, 15)
    )
    made = ScienceTaskFactory(code="NV-1", principal_investigator=PersonFactory(full_name="Người Cũ"))
    TaskMilestoneFactory(task=made, kind="contract_signed", on=date(2022, 3, 1))
    return made


@pytest.fixture
def new():
    return PersonFactory(full_name="Người Mới")


def typed(task, new, **more):
    return {
        "task": f"#{task.pk}",
        "kind": "change_pi",
        "decided_on": "1/5/2023",
        "new_person": f"#{new.pk}",
        **more,
    }


def sent(task, new, **more):
    link = {"task": {"id": task.pk}, "new_person": {"id": new.pk}}
    return {**link, "kind": "change_pi", "decided_on": "2023-05-01", **more}


ROW = {"task": "NV-1", "kind": "Thay đổi chủ nhiệm", "decided_on": "1/5/2023", "new_person": "Người Mới"}


def act(client, address, values):
    return client.post(
        address, orjson.dumps(values), content_type="application/json", headers={"If-Match": "*"}
    )


def refusals(client, task, new, document, row):
    """What each way says to an amendment with this document; all are refused."""
    link = {"id": document.pk} if document else None
    given = {} if document is None else {"decision": f"#{document.pk}"}
    request = AmendmentRequestFactory(
        task=task,
        kind="change_pi",
        requested_on=date(2023, 4, 20),
        new_end_on=None,
        new_person=new,
        before="Người Cũ",
    )
    body = {"kind": "change_pi", "decided_on": "2023-05-01", "new_person": {"id": new.pk}, "decision": link}
    amended = act(client, f"/api/science/tasks/{task.pk}/actions/amend/", body)
    approved = act(
        client,
        f"/api/science/amendment-requests/{request.pk}/actions/approve/",
        {"decided_on": "2023-05-01", "decision": link},
    )
    ((_cell, _column, text),) = by_import(TaskAmendment, [{**ROW, **row}])
    found = [
        by_form(client, "amendments", None, typed(task, new, **given)),
        by_api(client, "amendments", None, sent(task, new, decision=link)),
        amended.content.decode(),
        approved.content.decode(),
        text,
    ]
    assert {amended.status_code, approved.status_code} == {422}
    assert not TaskAmendment.objects.exists()
    assert AmendmentRequest.objects.get().state == "pending"
    task.refresh_from_db()
    assert task.principal_investigator.full_name == "Người Cũ"
    return found


def test_no_way_changes_the_investigator_without_the_decision(officer, task, new):
    for text in refusals(officer, task, new, None, {}):
        assert MISSING in text


def test_a_document_without_a_day_or_of_a_later_day_decides_nothing(officer, task, new):
    document = LegalDocumentFactory(number="45/QĐ-SKHCN", issued_on=date(2023, 5, 2))
    expected = "Văn bản điều chỉnh ban hành ngày 02/05/2023, sau ngày quyết định 01/05/2023."
    for text in refusals(officer, task, new, document, {"decision": document.number}):
        assert expected in text


@pytest.mark.parametrize("way", ["form", "api", "import", "action", "request"])
def test_with_the_decision_every_way_writes_it(officer, task, new, way):
    document = LegalDocumentFactory(number="45/QĐ-SKHCN", issued_on=date(2023, 4, 28))
    link = {"id": document.pk}
    if way == "form":
        assert by_form(officer, "amendments", None, typed(task, new, decision=f"#{document.pk}")) == ""
    elif way == "api":
        assert by_api(officer, "amendments", None, sent(task, new, decision=link)) == ""
    elif way == "import":
        assert by_import(TaskAmendment, [{**ROW, "decision": document.number}]) == []
    elif way == "action":
        body = {
            "kind": "change_pi",
            "decided_on": "2023-05-01",
            "new_person": {"id": new.pk},
            "decision": link,
        }
        assert act(officer, f"/api/science/tasks/{task.pk}/actions/amend/", body).status_code == 200
    else:
        request = AmendmentRequestFactory(
            task=task,
            kind="change_pi",
            requested_on=date(2023, 4, 20),
            new_end_on=None,
            new_person=new,
            before="Người Cũ",
        )
        answer = act(
            officer,
            f"/api/science/amendment-requests/{request.pk}/actions/approve/",
            {"decided_on": "2023-05-01", "decision": link},
        )
        assert answer.status_code == 200, answer.content
    amendment = TaskAmendment.objects.get()
    assert (amendment.decision.number, amendment.decision.issued_on) == ("45/QĐ-SKHCN", date(2023, 4, 28))
    task.refresh_from_db()
    assert task.principal_investigator == new
    assert not amendment_without_decision(NOW).exists()


def test_what_comes_from_paper_may_lack_it_is_marked_and_listed_until_it_is_added(officer, task, new):
    assert by_import(TaskAmendment, [ROW], actor=HEAD, taken_over=True) == []
    amendment = TaskAmendment.objects.get()
    assert (amendment.taken_over, amendment.decision) == (True, None)
    assert list(amendment_without_decision(NOW)) == [amendment]
    document = LegalDocumentFactory(issued_on=date(2023, 4, 28))
    assert by_form(officer, "amendments", amendment, {"decision": f"#{document.pk}"}) == ""
    assert not amendment_without_decision(NOW).exists()


def test_the_rule_of_the_day_decides(officer, task, new):
    RuleParameterFactory(code="science.decision_add_site", value=0, unit="other")
    site = {"task": "NV-1", "kind": "Bổ sung địa điểm", "decided_on": "1/5/2023", "new_text": "Thêm một xã"}
    assert by_import(TaskAmendment, [site]) == []
    before = {**ROW, "decided_on": "1/6/2022"}
    rule = rules_by_kind()["change_pi"][0]
    rule.valid_from = date(2023, 1, 1)
    type(rule).objects.filter(pk=rule.pk)._raw_delete("default")
    RuleParameterFactory(
        code="science.decision_change_pi", value=1, unit="other", valid_from=date(2023, 1, 1)
    )
    assert by_import(TaskAmendment, [before]) == []
    assert not amendment_without_decision(NOW).exists()


def test_a_rule_comes_with_the_program_for_every_kind_but_extensions():
    enter_shipped_rules(actor=SYSTEM)
    needing = {kind for kind, versions in rules_by_kind().items() if versions[0].value == 1}
    assert needing == set(AmendmentKind.values) - {"extend_duration", "extend_submission"}
