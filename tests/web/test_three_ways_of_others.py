"""Results of assigned work and the merging of organisations: the button, the JSON interface and a workbook refuse with the same words."""

from datetime import date

import orjson
import pytest

from khcn.directives.models import AssignedTask
from khcn.kernel.actors import Role
from khcn.kernel.intake.plans.plan_making import make_plan
from khcn.parties.models import Organisation
from khcn.science.models import ScienceTask
from tests.factories.base import an_actor
from tests.factories.directives import AssignedTaskFactory
from tests.factories.parties import OrganisationFactory
from tests.factories.reference import LegalDocumentFactory
from tests.factories.science import ScienceTaskFactory, TaskMilestoneFactory
from tests.web.conftest import account, form_values, tree, words
from tests.web.test_action_sheets import RESULT, book
from tests.web.test_three_ways import TODAY, by_api, by_form, by_import

pytestmark = pytest.mark.django_db
DUE = date(2023, 3, 31)


def by_button(client, address, values):
    """What the dialog says, which is not carried out; "" when it was."""
    page = client.get(address)
    if not tree(page).xpath("//main//form[@method='post']"):  # greyed, or not permitted: the page says why
        return words(page)
    sent = client.post(address, {**form_values(tree(page)), **values})
    return "" if sent.status_code == 303 else words(sent)


def by_json(client, address, values):
    sent = client.post(
        f"/api{address}", orjson.dumps(values), content_type="application/json", headers={"If-Match": "*"}
    )
    return "" if sent.status_code == 200 else sent.json()["detail"] + str(sent.json().get("errors", ""))


def by_sheet(kind, row, actor):
    found = make_plan(book((kind, [row])), "tep.xlsx", actor=actor, on=TODAY)
    return " ".join(f"{each.message} {each.remedy}" for each in found.problems)


# ------------------------------------------------------------------------------ results of assigned work


@pytest.fixture
def unit():
    return account(Role.OFFICER, "QLCN").unit


@pytest.fixture
def work(unit):
    source = LegalDocumentFactory(number="12/KH-UBND", issued_on=date(2023, 1, 5))
    return AssignedTaskFactory(source_document=source, ordinal=1, lead_unit=unit, due_on=DUE)


def refused_three_ways(client, actor, work, done_on, document=None):
    address = f"/directives/assigned-tasks/{work.pk}/actions/record-result/"
    typed = {"done_on": f"{done_on:%d/%m/%Y}"} | ({"result_document": f"#{document.pk}"} if document else {})
    sent = {"done_on": done_on.isoformat()} | ({"result_document": {"id": document.pk}} if document else {})
    row = {"source_document": "12/KH-UBND", "ordinal": 1, "done_on": f"{done_on:%d/%m/%Y}"}
    if document:
        row["result_document"] = document.number
    found = [
        by_button(client, address, typed),
        by_json(client, address, sent),
        by_sheet(RESULT, row, actor),
    ]
    stored = AssignedTask.objects.get(pk=work.pk)
    assert (stored.done_on, stored.result_document) == (work.done_on, work.result_document)
    return found


def officer_of(unit):
    return an_actor(Role.OFFICER, unit.code, unit_id=unit.pk, user_id=account(Role.OFFICER, unit.code).pk)


def test_a_finished_work_is_not_finished_again(sign_in, unit):
    source = LegalDocumentFactory(number="12/KH-UBND")
    done = AssignedTaskFactory(
        source_document=source, ordinal=1, lead_unit=unit, due_on=DUE, done_on=date(2023, 4, 2)
    )
    text = "Nhiệm vụ đã ghi hoàn thành ngày 02/04/2023."
    for found in refused_three_ways(sign_in(Role.OFFICER, "QLCN"), officer_of(unit), done, date(2023, 4, 20)):
        assert text in found


def test_a_day_to_come_is_no_day_of_a_result(sign_in, unit, work):
    text = "Ngày hoàn thành 31/12/2090 chưa tới. Hãy ghi ngày đã hoàn thành."
    for found in refused_three_ways(
        sign_in(Role.OFFICER, "QLCN"), officer_of(unit), work, date(2090, 12, 31)
    ):
        assert text in found


def test_after_the_deadline_a_result_in_time_needs_its_document(sign_in, unit, work):
    text = (
        "Hạn là ngày 31/03/2023 đã qua. Ghi hoàn thành ngày 30/03/2023, đúng hạn, thì phải chọn văn bản kết quả ban hành đến ngày "
        "đó."
    )
    for found in refused_three_ways(sign_in(Role.OFFICER, "QLCN"), officer_of(unit), work, date(2023, 3, 30)):
        assert text in found


@pytest.mark.parametrize(
    ("number", "issued_on", "text"),
    [
        ("12/KH-UBND", None, "Văn bản này giao hoặc gia hạn nhiệm vụ, không phải kết quả của nhiệm vụ."),
        ("90/BC-SKHCN", date(2023, 4, 2), "Văn bản kết quả chưa ban hành vào ngày 30/03/2023."),
        (
            "91/BC-SKHCN",
            date(2022, 12, 1),
            "Văn bản kết quả ban hành ngày 01/12/2022, trước khi giao nhiệm vụ (05/01/2023)",
        ),
    ],
    ids=["assigning", "later", "before"],
)
def test_a_document_that_proves_nothing_makes_no_result_in_time(sign_in, unit, work, number, issued_on, text):
    document = work.source_document
    if issued_on is not None:
        document = LegalDocumentFactory(number=number, issued_on=issued_on)
    found = refused_three_ways(
        sign_in(Role.OFFICER, "QLCN"), officer_of(unit), work, date(2023, 3, 30), document
    )
    for each in found:
        assert text in each


def test_another_division_records_no_result(sign_in, work):
    other = account(Role.OFFICER, "QLKH").unit
    button, answer, sheet = refused_three_ways(
        sign_in(Role.OFFICER, "QLKH"), officer_of(other), work, date(2023, 4, 20)
    )
    assert "không có quyền" in button
    assert "không có quyền" in answer
    assert "không có quyền" in sheet or "không được" in sheet


# ---------------------------------------------------------------------------- merging of organisations


@pytest.fixture
def two():
    return OrganisationFactory(name="Trung tâm Ứng dụng"), OrganisationFactory(
        name="Trung tâm Ứng dụng KH&CN"
    )


@pytest.fixture
def running(two):
    task = ScienceTaskFactory(code="NV-1", host=two[1])
    TaskMilestoneFactory(task=task, kind="contract_signed", on=date(2022, 3, 1))
    return task


@pytest.fixture
def clerk(sign_in):
    return sign_in(Role.OFFICE, "VP")


def test_the_duplicate_is_not_made_away_with_while_records_name_it(clerk, two, running):
    address = f"/parties/organisations/{two[1].pk}/"
    page = clerk.post(f"{address}delete/")
    answer = clerk.delete(f"/api{address}", headers={"If-Match": "*"})
    assert (page.status_code, answer.status_code) == (409, 409)
    for text in (words(page), answer.content.decode()):
        assert str(running) in text
    assert set(two) <= set(Organisation.objects.all())


def test_the_duplicate_does_not_take_the_others_name(clerk, two):
    same = {"name": two[0].name}
    assert by_form(clerk, "organisations", two[1], same, "parties") != ""
    assert by_api(clerk, "organisations", two[1], same, "parties") != ""
    rows = [{"name": two[0].name, "phone": "0209 1"}, {"name": two[0].name, "phone": "0209 2"}]
    ((cell, _column, text),) = by_import(Organisation, rows, actor=an_actor(Role.OFFICE, "VP", user_id=8))
    assert (cell, "Trùng với dòng 2" in text) == ("A3", True)
    assert {each.name for each in two} <= set(Organisation.objects.values_list("name", flat=True))


def test_records_are_not_pointed_from_the_duplicate_to_the_other_by_hand(officer, two, running):
    text = "Nhiệm vụ đã ký hợp đồng hoặc đã điều chỉnh: thay đổi ghi bằng nút “Ghi điều chỉnh”, nhập nhầm thì bấm “Đính chính nhiệm vụ”."
    assert text in by_form(officer, "tasks", running, {"host": f"#{two[0].pk}"})
    assert text in by_api(officer, "tasks", running, {"host": {"id": two[0].pk}})
    ((_cell, column, shown),) = by_import(ScienceTask, [{"code": "NV-1", "host": two[0].name}])
    assert (column, shown.startswith(text)) == ("Tổ chức chủ trì", True)
    running.refresh_from_db()
    assert running.host == two[1]


@pytest.mark.parametrize("duplicate", ["itself", "nothing"])
def test_a_merger_of_nothing_is_refused_with_the_same_words(clerk, two, duplicate):
    address = f"/parties/organisations/{two[0].pk}/actions/merge/"
    key = two[0].pk if duplicate == "itself" else 99_999
    texts = (
        by_button(clerk, address, {"duplicate": f"#{key}"}),
        by_json(clerk, address, {"duplicate": {"id": key}}),
    )
    text = (
        "Hai bản ghi được chọn là một. Hãy chọn bản ghi trùng cần gộp vào." if duplicate == "itself" else ""
    )
    assert [text in each and each != "" for each in texts] == [True, True], texts
    assert set(two) <= set(Organisation.objects.all())


def test_who_may_not_merge_is_refused_and_who_may_does_it_both_ways(sign_in, two, running):
    address = f"/parties/organisations/{two[0].pk}/actions/merge/"
    stranger = sign_in(Role.OFFICER, "QLCN")
    for text in (
        by_button(stranger, address, {"duplicate": f"#{two[1].pk}"}),
        by_json(stranger, address, {"duplicate": {"id": two[1].pk}}),
    ):
        assert "không có quyền" in text
    clerk = sign_in(Role.OFFICE, "VP")
    assert by_json(clerk, address, {"duplicate": {"id": two[1].pk}}) == ""
    running.refresh_from_db()
    assert running.host == two[0]
    undo = f"/parties/organisations/{two[0].pk}/actions/undo-merge/"
    assert by_button(clerk, undo, {}) == ""
    running.refresh_from_db()
    assert running.host == two[1]
