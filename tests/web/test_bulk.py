"""An action on several records: chosen in a list, carried out together or one after the other."""

from datetime import date

import orjson
import pytest

from khcn.kernel.access.predicates import Predicate
from khcn.kernel.actions import Action, Bulk
from khcn.kernel.actions.running import NotVisible, run_together
from khcn.kernel.actors import SYSTEM, Actor, ActorKind, Role, acting
from khcn.kernel.audit.record_versions import version_of
from khcn.kernel.refusals import NotPermitted, Refused
from khcn.kernel.registers.registry import register_of
from khcn.science.models import ScienceTask, TaskProposal
from tests.factories.base import an_actor
from tests.factories.science import TaskProposalFactory
from tests.web.conftest import form_values, tree, words

pytestmark = pytest.mark.django_db
DETERMINE, REJECT = "/science/proposals/actions/determine-task/", "/science/proposals/actions/reject/"


def test_the_list_leads_to_the_records_as_they_are_filtered(officer):
    this, other = TaskProposalFactory(for_year=2024), TaskProposalFactory(for_year=2025)
    listed = tree(officer.get("/science/proposals/?for_year=2024"))
    (form,) = listed.xpath("//form[@id='chosen']")
    assert form.get("method") == "get"
    sent = {each.get("name"): each.get("value") for each in form.xpath(".//input")}
    assert sent == {"for_year": "2024"}
    page = words(officer.get(DETERMINE, sent))
    assert (this.title in page, other.title in page) == (True, False)


def test_the_page_has_the_order_of_the_list_and_keeps_it_when_it_was_refused(officer):
    made = {year: str(TaskProposalFactory(for_year=year).pk) for year in (2022, 2024, 2023)}
    listed = [made[year] for year in sorted(made)]
    address = f"{REJECT}?sort=for_year"
    page = officer.get(address)
    assert tree(page).xpath("//input[@name='shown']/@value") == listed
    sent = {**form_values(tree(page)), "reason": "", "shown": listed, "pk": listed}
    assert tree(officer.post(address, sent)).xpath("//input[@name='shown']/@value") == listed


def test_rows_chosen_in_the_list_are_those_that_the_page_shows(officer):
    chosen, other = TaskProposalFactory(), TaskProposalFactory()
    page = tree(officer.get("/science/proposals/"))
    boxes = page.xpath("//input[@form='chosen'][@name='pk']/@value")
    assert sorted(boxes) == sorted([str(chosen.pk), str(other.pk)])
    # the button at the top and the one below the table are the same: both send what is ticked
    buttons = page.xpath("//main//button[@form='chosen']")
    assert [each.get("formaction") for each in buttons].count(DETERMINE) == 2
    assert not page.xpath("//main//a[contains(@href, '/actions/')]")
    shown = tree(officer.get(DETERMINE, {"pk": [chosen.pk]}))
    assert shown.xpath("//input[@name='pk']/@value") == [str(chosen.pk)]
    assert shown.xpath("//input[@name='pk']/@checked") != []


def test_several_proposals_become_one_task_with_their_lineage(officer):
    first, second = TaskProposalFactory(), TaskProposalFactory()
    closed = TaskProposalFactory(outcome="rejected")
    page = officer.get(DETERMINE)
    assert closed.title not in words(page)  # only what can be decided is offered
    named = words(officer.get(DETERMINE, {"pk": [closed.pk]}))
    assert "Đề xuất đã có kết quả xem xét: Không đưa vào danh mục." in named
    assert [box.get("value") for box in tree(page).xpath("//input[@name='pk']")] == [
        str(each.pk) for each in (first, second)
    ]
    values = {
        **form_values(tree(page)),
        "pk": [first.pk, second.pk],
        "shown": [first.pk, second.pk, closed.pk],
        "code": "NV-2024-07",
        "title": "Trồng sâm",
        "task_type": "research_topic",
        "determined_on": "1/8/2023",
    }
    missing = officer.post(DETERMINE, {**values, "code": ""})
    assert missing.status_code == 422
    assert form_values(tree(missing))["title"] == "Trồng sâm"
    assert len(tree(missing).xpath("//input[@name='pk'][@checked]")) == 2
    done = officer.post(DETERMINE, values)
    assert done.status_code == 200
    task = ScienceTask.objects.get()
    assert sorted(task.proposals.values_list("pk", "outcome")) == [
        (first.pk, "determined"),
        (second.pk, "merged"),
    ]
    assert list(task.milestones.values_list("kind", "on")) == [("determined", date(2023, 8, 1))]
    assert tree(done).xpath("//main//a[@href=$there]", there=f"/science/tasks/{task.pk}/")
    officer.post(DETERMINE, values)  # the same form again
    assert ScienceTask.objects.count() == 1


def test_the_page_for_records_chosen_in_the_list_begins_as_the_dialog_of_the_first(officer):
    first, second = TaskProposalFactory(title="Trồng sâm"), TaskProposalFactory(title="Trồng quế")
    chosen = officer.get(f"{DETERMINE}?pk={second.pk}")
    assert form_values(tree(chosen))["title"] == "Trồng quế"
    both = form_values(tree(officer.get(f"{DETERMINE}?pk={first.pk}&pk={second.pk}")))["title"]
    assert both in {"Trồng quế", "Trồng sâm"}
    assert form_values(tree(officer.get(DETERMINE)))["title"] == ""


def test_the_person_sees_what_tells_proposals_apart_and_names_the_lead(officer):
    first = TaskProposalFactory(title="Trồng cam")
    second = TaskProposalFactory(title="Trồng quýt", received_on=date(2023, 5, 2))
    closed = TaskProposalFactory(outcome="rejected")
    page = officer.get(DETERMINE)
    shown = words(page)
    heads = [each.text_content() for each in tree(page).xpath("//main//thead//th")]
    assert heads[1:5] == ["Đề xuất chính", "Mã đề xuất", "Tổ chức đề xuất", "Thực hiện từ năm"]
    rows = [
        [cell.text_content().strip() for cell in row.xpath("td")]
        for row in tree(page).xpath("//main//tbody/tr")
    ]
    assert [row[2:5] for row in rows] == [[each.code, str(each.proposer), "2024"] for each in (first, second)]
    assert "02/05/2023" in shown
    values = {
        **form_values(tree(page)),
        "pk": [first.pk, second.pk],
        "shown": [first.pk, second.pk, closed.pk],
        "code": "NV-2024-07",
        "title": "Trồng sâm",
        "task_type": "research_topic",
        "determined_on": "1/8/2023",
    }
    other = officer.post(DETERMINE, {**values, "lead": closed.pk})
    assert (other.status_code, "Bản ghi chính phải là một trong" in words(other)) == (422, True)
    officer.post(DETERMINE, {**values, "lead": second.pk})
    assert sorted(ScienceTask.objects.get().proposals.values_list("pk", "outcome")) == [
        (first.pk, "merged"),
        (second.pk, "determined"),
    ]


def test_one_by_one_each_row_has_its_own_result(officer):
    first, changed = TaskProposalFactory(), TaskProposalFactory()
    closed = TaskProposalFactory(outcome="rejected")
    values = {
        **form_values(tree(officer.get(REJECT))),
        "pk": [first.pk, changed.pk, closed.pk],
        "reason": "không cấp thiết",
        f"version-{closed.pk}": version_of(closed),
    }
    with acting(an_actor()):
        changed.title = "Tên sửa sau khi mở trang"
        changed.save()
    done = words(officer.post(REJECT, values))
    assert "Đã thực hiện “Không đưa vào danh mục”." in done
    assert "Đề xuất đã có kết quả xem xét" in done
    assert "Đã có người sửa bản ghi này sau khi bạn mở biểu mẫu" in done
    changed.refresh_from_db()
    assert changed.outcome == "open"
    first.refresh_from_db()
    assert (first.outcome, first.note) == ("rejected", "không cấp thiết")


def test_what_no_page_sends_is_refused(officer):
    proposal = TaskProposalFactory()
    values = {**form_values(tree(officer.get(REJECT))), "pk": [proposal.pk], "reason": "x"}
    for wrong in ({"token": "x" * 101}, {"token": "x\0"}, {f"version-{proposal.pk}": "*"}):
        assert officer.post(REJECT, {**values, **wrong}).status_code == 400
    proposal.refresh_from_db()
    assert proposal.outcome == "open"


def test_nothing_chosen_is_reported_and_nothing_done(officer):
    proposal = TaskProposalFactory()
    values = {**form_values(tree(officer.get(REJECT))), "reason": "x"}
    values.pop("pk", None)
    answer = officer.post(REJECT, values)
    assert (answer.status_code, "Hãy chọn ít nhất một bản ghi." in words(answer)) == (422, True)
    proposal.refresh_from_db()
    assert proposal.outcome == "open"


def test_bulk_is_for_those_who_may_and_for_actions_that_allow_it(sign_in):
    TaskProposalFactory()
    reader = sign_in(Role.READER, "QLKH")
    assert DETERMINE not in reader.get("/science/proposals/").content.decode()
    assert reader.get(DETERMINE).status_code == 403
    officer = sign_in(Role.OFFICER, "QLKH")
    assert officer.get("/science/tasks/actions/amend/").status_code == 404


def test_every_record_of_an_action_together_is_checked_and_gets_a_new_version():
    """The operation here writes nothing itself, so that only the checks and the version can be seen."""
    first, other = TaskProposalFactory(), TaskProposalFactory()
    pks, done = [first.pk, other.pk], []
    officer = an_actor(Role.OFFICER, "QLKH")
    outside = Actor(5, "Tổ chức", None, kind=ActorKind.ORGANISATION, organisation_id=first.proposer_id)

    def act(*, records, actor, on):
        done.append([each.pk for each in records])

    def trying(**more):
        return Action(name="try", label="Thử", operation=act, subject="records", bulk=Bulk.TOGETHER, **more)

    def not_the_other(record, *, actor, on):
        return "chưa được" if record.pk == other.pk else ""

    anybody = Predicate(lambda actor, record: True)
    only_first = Predicate(lambda actor, record: record.pk == first.pk)
    for action, actor, refusal in (
        (trying(who=anybody), outside, NotVisible),
        (trying(who=only_first), officer, NotPermitted),
        (trying(guard=not_the_other), officer, Refused),
    ):
        with pytest.raises(refusal):
            run_together(action, register_of(TaskProposal), pks, {}, actor=actor, on=date(2026, 1, 5))
    assert done == []
    run_together(trying(), register_of(TaskProposal), pks, {}, actor=officer, on=date(2026, 1, 5))
    assert done == [pks]
    for each in (first, other):
        assert version_of(TaskProposal.objects.get(pk=each.pk)) > version_of(each)


# ------------------------------------------------------------------------------------------- over JSON

DETERMINED = {
    "code": "NV-2024-07",
    "title": "Trồng sâm",
    "task_type": "research_topic",
    "determined_on": "2023-08-01",
}


def run_bulk(client, *records, values=DETERMINED, name="determine-task", **headers):
    named = [{"id": each.pk, "etag": f'"{version_of(each)}"'} for each in records]
    return client.post(
        f"/api/science/proposals/actions/{name}/",
        orjson.dumps({"records": named, **values}),
        content_type="application/json",
        headers=headers,
    )


def test_several_become_one_over_json_in_the_order_named(officer):
    first, second = TaskProposalFactory(), TaskProposalFactory()
    done = run_bulk(officer, second, first, **{"Idempotency-Key": "k1"})
    task = ScienceTask.objects.get()
    assert (done.status_code, done.json()["result"]) == (
        200,
        {"model": "science.sciencetask", "id": task.pk, "url": f"/api/science/tasks/{task.pk}/"},
    )
    assert sorted(task.proposals.values_list("pk", "outcome")) == [
        (first.pk, "merged"),
        (second.pk, "determined"),
    ]
    again = run_bulk(officer, second, first, **{"Idempotency-Key": "k1"})
    assert (again.status_code, again.json()) == (200, done.json())
    described = officer.get("/api/openapi.json").json()["paths"][
        "/api/science/proposals/actions/determine-task/"
    ]
    body = described["post"]["requestBody"]["content"]["application/json"]["schema"]
    assert body["required"] == ["records", "code", "title", "task_type", "determined_on"]


def test_a_refusal_names_the_record_and_changes_none(officer):
    first, closed = TaskProposalFactory(), TaskProposalFactory(outcome="rejected", title="Trồng nấm")
    refused = run_bulk(officer, first, closed)
    assert (refused.status_code, refused["Content-Type"]) == (409, "application/problem+json")
    assert (refused.json()["code"], refused.json()["detail"]) == (
        "guard",
        "“Trồng nấm”: Đề xuất đã có kết quả xem xét: Không đưa vào danh mục.",
    )
    early = run_bulk(officer, first, values={**DETERMINED, "determined_on": "2023-01-01"})
    assert (early.status_code, "sau ngày xác định nhiệm vụ" in early.json()["detail"]) == (422, True)
    missing = run_bulk(officer, first, values={**DETERMINED, "code": ""})
    assert (missing.status_code, list(missing.json()["errors"])) == (422, ["code"])
    first.refresh_from_db()
    assert (first.outcome, ScienceTask.objects.count()) == ("open", 0)


def test_a_version_that_is_no_more_is_refused(officer):
    first, second = TaskProposalFactory(), TaskProposalFactory(title="Trồng nấm")
    old = version_of(second)
    second.note = "đã đổi"
    with acting(SYSTEM):
        second.save()
    named = [{"id": first.pk, "etag": "*"}, {"id": second.pk, "etag": f'"{old}"'}]
    stale = officer.post(
        "/api/science/proposals/actions/determine-task/",
        orjson.dumps({"records": named, **DETERMINED}),
        content_type="application/json",
    )
    assert (stale.status_code, stale.json()["code"]) == (412, "stale_version")
    assert stale.json()["detail"].startswith("“Trồng nấm”: Đã có người sửa")
    assert not ScienceTask.objects.exists()


@pytest.mark.parametrize(
    "records",
    [None, [], "1", [1], [{"id": 1}], [{"id": True, "etag": "*"}], [{"id": 1, "etag": "*"}] * 2,
     [{"id": each, "etag": "*"} for each in range(201)]],
    ids=["none", "empty", "text", "numbers", "no version", "no number", "twice", "too many"],
)  # fmt: skip
def test_records_that_cannot_be_read_are_named(officer, records):
    sent = officer.post(
        "/api/science/proposals/actions/determine-task/",
        orjson.dumps({"records": records, **DETERMINED}),
        content_type="application/json",
    )
    assert (sent.status_code, list(sent.json()["errors"])) == (422, ["records"])


def test_together_over_json_is_for_those_who_may_and_for_actions_that_allow_it(sign_in):
    proposal = TaskProposalFactory()
    assert run_bulk(sign_in(Role.READER, "QLKH"), proposal).status_code == 403
    client = sign_in(Role.OFFICER, "QLKH")
    assert run_bulk(client, proposal, name="reject", values={"reason": "x"}).status_code == 404
    proposal.pk += 1
    assert run_bulk(client, proposal).status_code == 404
