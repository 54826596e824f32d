"""A recall by the department rests on a decision, and somebody else than who prepared it approves it; a stop in a hurry is approved in a term."""

import re
from datetime import date

import pytest

from khcn.goods.documents import RECALL_LETTER
from khcn.goods.models import GoodsRecall, RecallNotice
from khcn.goods.operations.lot_stops import stops_of
from khcn.goods.work import approval_work
from khcn.kernel.actors import SYSTEM, Role, acting
from khcn.kernel.deadlines.models import Deadline
from khcn.kernel.refusals import NotPermitted, Refused
from khcn.kernel.registers.registry import register_of
from khcn.kernel.registers.writing import save_row
from khcn.parties.models import User
from khcn.trace.models import Event
from tests.factories.base import an_actor
from tests.factories.parties import OrgUnitFactory
from tests.factories.reference import RuleParameterFactory
from tests.goods.test_diary import TODAY, page_of, take
from tests.goods.test_recalls import (
    BY_DECISION,
    DECISION,
    LIFTING,
    a_head,
    chain,
    department,
    editor,
    issue,
    lift,
    noodles,
    opened,
    shops,
    starch,
)

__all__ = ["chain", "department", "editor", "noodles", "shops", "starch"]  # fixtures

pytestmark = pytest.mark.django_db


def an_officer():
    with acting(SYSTEM):
        unit = OrgUnitFactory(code="TDC")
        return User.objects.create(username="tdc", full_name="Chuyên viên", role_id="officer", unit=unit)


@pytest.fixture
def recall(chain, starch, editor, department):
    return take(opened(editor, starch), "scope", editor)


def test_without_a_decision_nobody_starts_a_recall(recall, noodles):
    before = Event.objects.count()
    for actor in (a_head(), an_actor(Role.LEADER, "BGD", user_id=9)):
        with pytest.raises(Refused, match="Chưa có quyết định thu hồi"):
            take(recall, "recall", actor)
    assert (recall.state, RecallNotice.objects.count(), Event.objects.count()) == ("scoped", 0, before)
    assert page_of(noodles).recalls == ()


def test_an_officer_prepares_a_recall_and_does_not_start_it(recall, noodles, editor):
    take(recall, "submit", editor, **DECISION)
    for actor in (editor, an_actor(Role.HEAD, "QLCN", user_id=9), an_actor(Role.ADMIN, "VP", user_id=9)):
        with pytest.raises(NotPermitted):
            take(recall, "recall", actor)
    assert page_of(noodles).recalls == ()
    assert (recall.submitted_by, recall.submitted_on) == (editor.label, TODAY)


def test_a_head_who_has_prepared_it_does_not_approve_it(recall, editor):
    head = a_head()
    take(recall, "submit", head, **DECISION)
    with pytest.raises(Refused, match="người khác duyệt"):
        take(recall, "recall", head)
    take(recall, "recall", an_actor(Role.LEADER, "BGD", user_id=9, label="Lãnh đạo Sở"))
    assert (recall.state, recall.approved_by) == ("recalled", "Lãnh đạo Sở")


def test_a_decision_that_waits_is_mended_by_who_submitted_it_alone(recall, editor):
    """Else a head who has submitted it approves it once somebody else submits the same."""
    head = a_head()
    take(recall, "submit", head, **DECISION | {"decision_number": "54/QĐ-SKHCN"})
    with pytest.raises(Refused, match="Trưởng phòng Duyệt đã trình quyết định này, đang chờ duyệt"):
        take(recall, "submit", editor, **DECISION)
    take(recall, "submit", head, **DECISION)
    with pytest.raises(Refused, match="người khác duyệt"):
        take(recall, "recall", head)
    assert (recall.state, recall.submitted_by, recall.decision_number) == (
        "scoped",
        "Trưởng phòng Duyệt",
        "45/QĐ-SKHCN",
    )


@pytest.mark.parametrize("name", DECISION)
def test_each_part_of_the_decision_is_asked_for(client, recall, name):
    client.force_login(an_officer())
    given = {each: str(value) for each, value in DECISION.items()} | {name: ""}
    answer = client.post(f"/goods/recalls/{recall.pk}/actions/submit/", given)
    assert answer.status_code == 422
    recall.refresh_from_db()
    assert recall.submitted_on is None


@pytest.mark.parametrize(
    ("name", "day", "why"),
    [
        ("decided_on", date(2023, 9, 15), "chưa đến"),
        ("decided_on", date(2023, 9, 13), "trước ngày mở"),
        ("finish_by", date(2023, 9, 13), "trước ngày quyết định"),
    ],
)
def test_days_of_a_decision_that_cannot_be_are_refused(recall, editor, name, day, why):
    with pytest.raises(Refused, match=why):
        take(recall, "submit", editor, **DECISION | {name: day})


def test_a_recall_that_was_entered_late_is_dated_back_for_the_decision_signed_before(recall, editor):
    signed = date(2023, 9, 12)
    with pytest.raises(Refused, match="nếu đợt thu hồi mở sớm hơn ngày đã ghi thì sửa “Ngày mở”"):
        take(recall, "submit", editor, **DECISION | {"decided_on": signed})
    recall.opened_on = signed
    save_row(register_of(GoodsRecall), recall, actor=editor, on=TODAY)
    take(recall, "submit", editor, **DECISION | {"decided_on": signed})
    assert (recall.decided_on, recall.submitted_on) == (signed, TODAY)


def test_number_day_and_signer_are_on_the_page_of_the_label_and_in_the_list(client, recall, noodles, editor):
    issue(recall, editor)
    assert recall.approved_by == "Trưởng phòng Duyệt"
    [shown] = page_of(noodles).recalls
    assert shown.reason == f"Có mạt kim loại. {BY_DECISION}"
    for address in (noodles.public_path, "/public/recalls/"):
        assert BY_DECISION in client.get(address).content.decode(), address


def test_a_drill_needs_no_decision_and_is_no_recall(editor, chain, starch, noodles):
    drill = take(opened(editor, starch, is_drill=True), "scope", editor)
    for name, more in (("submit", DECISION), ("pause", {"reason": "Thử"})):
        with pytest.raises(NotPermitted):
            take(drill, name, editor, **more)
    with pytest.raises(NotPermitted):
        take(drill, "recall", a_head())
    with pytest.raises(NotPermitted):
        take(drill, "drill", an_actor(unit_code="QLKH", user_id=9))
    take(drill, "drill", editor)
    assert (drill.state, drill.decision_number, page_of(noodles).recalls) == ("recalled", "", ())


def test_a_recall_is_not_started_as_a_drill(recall, editor):
    with pytest.raises(Refused, match="Đây là thu hồi thật"):
        take(recall, "drill", editor)
    assert recall.state == "scoped"


def test_who_prepares_a_recall_does_not_end_it(client, recall, noodles, editor):
    issue(recall, editor)
    with pytest.raises(Refused, match="lãnh đạo phòng hoặc lãnh đạo Sở bấm “Duyệt chấm dứt thu hồi”"):
        take(recall, "lift", editor, reason="Kiểm nghiệm đạt")
    for actor in (editor, an_actor(Role.HEAD, "QLCN", user_id=9), an_actor(Role.ADMIN, "VP", user_id=9)):
        with pytest.raises(NotPermitted):
            take(recall, "lift-recall", actor, **LIFTING)
    assert (recall.state, recall.ended_on, bool(stops_of([noodles.public_path]))) == ("recalled", None, True)
    assert set(recall.notices.values_list("ending", flat=True)) == {""}
    assert page_of(noodles).recalls
    client.force_login(an_officer())
    assert "Duyệt chấm dứt thu hồi" in client.get(f"/goods/recalls/{recall.pk}/").content.decode()
    answer = client.post(f"/goods/recalls/{recall.pk}/actions/lift/", {"reason": "Kiểm nghiệm đạt"})
    assert answer.status_code >= 400
    recall.refresh_from_db()
    assert recall.state == "recalled"


def test_a_recall_ends_by_a_decision_that_somebody_else_approves(recall, noodles, editor):
    issue(recall, editor)
    lift(recall)
    assert (recall.state, recall.ended_on) == ("lifted", TODAY)
    assert (recall.lift_number, recall.lift_decided_on, recall.lifted_by) == (
        "51/QĐ-SKHCN",
        TODAY,
        "Trưởng phòng Duyệt",
    )
    assert (stops_of([noodles.public_path]), page_of(noodles).recalls) == ({}, ())
    with pytest.raises(Refused, match="đang ở trạng thái"):
        lift(recall)


def test_a_head_who_has_prepared_a_recall_does_not_end_it(recall, editor):
    head, leader = a_head(), an_actor(Role.LEADER, "BGD", user_id=9, label="Lãnh đạo Sở")
    take(recall, "submit", head, **DECISION)
    take(recall, "recall", leader)
    with pytest.raises(Refused, match="người khác duyệt chấm dứt"):
        take(recall, "lift-recall", head, **LIFTING)
    take(recall, "lift-recall", leader, **LIFTING)
    assert (recall.state, recall.lifted_by) == ("lifted", "Lãnh đạo Sở")


@pytest.mark.parametrize(
    ("day", "why"), [(date(2023, 9, 15), "chưa đến"), (date(2023, 9, 13), "trước ngày thu hồi")]
)
def test_days_of_a_decision_that_ends_it_that_cannot_be_are_refused(recall, editor, day, why):
    issue(recall, editor)
    with pytest.raises(Refused, match=why):
        take(recall, "lift-recall", a_head(), **LIFTING | {"lift_decided_on": day})
    assert (recall.state, recall.lift_number) == ("recalled", "")


@pytest.mark.parametrize("steps", [(), ("drill",), ("pause",)])
def test_what_has_not_begun_and_a_drill_are_ended_by_who_prepares_them(editor, chain, starch, steps):
    found = take(opened(editor, starch, is_drill=steps == ("drill",)), "scope", editor)
    for name in steps:
        take(found, name, editor, **({"reason": "Ba người ngộ độc"} if name == "pause" else {}))
    with pytest.raises((Refused, NotPermitted)):
        take(found, "lift-recall", a_head(), **LIFTING)
    take(found, "lift", editor, reason="Kiểm nghiệm đạt")
    assert (found.state, found.lift_number) == ("lifted", "")


def test_goods_stop_at_once_with_a_reason_and_the_approver_is_named_in_a_term(recall, editor):
    RuleParameterFactory(code="goods.urgent_stop_days", value=1, unit="working_day")
    with pytest.raises(TypeError):
        take(recall, "pause", editor)
    take(recall, "pause", editor, reason="Ba người ngộ độc")
    assert (recall.pause_reason, recall.pause_approved_by) == ("Ba người ngộ độc", "")
    [term] = Deadline.objects.filter(kind="goods.urgent_stop")
    assert (term.due_on, term.met_on, term.owner_code) == (date(2023, 9, 15), None, "TDC")
    with pytest.raises(NotPermitted):
        take(recall, "approve-pause", editor)
    take(recall, "approve-pause", a_head())
    assert (recall.pause_approved_by, recall.pause_approved_on) == ("Trưởng phòng Duyệt", TODAY)
    term.refresh_from_db()
    assert term.met_on == TODAY
    with pytest.raises(Refused, match="đã duyệt"):
        take(recall, "approve-pause", a_head())


def test_a_head_who_stops_goods_has_approved_it(recall):
    take(recall, "pause", a_head(), reason="Ba người ngộ độc")
    assert recall.pause_approved_by == "Trưởng phòng Duyệt"


def test_what_is_to_be_approved_waits_for_who_approves(recall, editor):
    def waiting(actor):
        return [(each.what, each.note) for each in approval_work(actor, TODAY).items]

    assert waiting(a_head()) == []
    take(recall, "pause", editor, reason="Ba người ngộ độc")
    assert waiting(a_head()) == [("Duyệt tạm giữ hàng", "Ba người ngộ độc")]
    take(recall, "submit", editor, **DECISION)
    assert waiting(a_head()) == [("Duyệt thu hồi hàng hóa", "45/QĐ-SKHCN")]
    assert waiting(editor) == waiting(an_actor(Role.HEAD, "QLCN", user_id=9)) == []
    take(recall, "recall", a_head())
    assert waiting(a_head()) == []


def test_amounts_of_the_scope_and_of_notices_are_as_people_write_them(client, recall, editor):
    issue(recall, editor)
    client.force_login(an_officer())
    rows = [recall.stocks.first(), recall.notices.first()]
    addresses = ["/goods/recall-scope/", "/goods/recall-notice-lots/", f"/goods/recalls/{recall.pk}/"]
    addresses += [
        f"/goods/{path}/{row.pk}/" for path, row in zip(("recall-scope", "recall-notices"), rows, strict=True)
    ]
    for address in addresses:
        shown = client.get(address).content.decode()
        assert not re.search(r"\d,\d*0\b", shown), address
        assert re.search(r">\s*10\s*<", shown), address


@pytest.mark.parametrize(
    ("name", "typed", "stored"),
    [
        ("legal_basis", "Căn cứ Điều 55 Luật An toàn thực phẩm số 55/2010/QH12;", "Điều 55 Luật An toàn thực phẩm số 55/2010/QH12"),
        ("legal_basis", " căn cứ vào: Điều 55.", "Điều 55"),
        ("legal_basis", "Căn cứ Điều 55; căn cứ Điều 56,", "Điều 55; căn cứ Điều 56"),
        ("decision_number", "45/QĐ-SKHCN.", "45/QĐ-SKHCN"),
        ("decision_number", "Quyết định số: 45/QĐ-SKHCN;", "45/QĐ-SKHCN"),
        ("decision_number", "SỐ 45/QĐ-SKHCN", "45/QĐ-SKHCN"),
        ("decision_issuer", "Sở Khoa học và Công nghệ.", "Sở Khoa học và Công nghệ"),
        ("decision_signer", "Nông Thị Ký;", "Nông Thị Ký"),
        ("decision_number", ".", "."),
    ],
)  # fmt: skip
def test_words_that_papers_write_themselves_are_not_stored(recall, editor, name, typed, stored):
    """The letter says "Căn cứ … và Quyết định số …": typed with these words, they would stand there twice."""
    take(recall, "submit", editor, **DECISION | {name: typed})
    recall.refresh_from_db()
    assert getattr(recall, name) == stored


def test_a_decision_of_before_is_printed_without_what_would_stand_twice(recall, shops, editor):
    issue(recall, editor)
    type(recall)._base_manager.filter(pk=recall.pk).update(
        legal_basis="Căn cứ Điều 55;", decision_number="45/QĐ-SKHCN."
    )
    words = RECALL_LETTER.context(RecallNotice.objects.filter(recall=recall).first(), TODAY)
    assert (words["legal_basis"], words["decision"]) == ("Điều 55", "45/QĐ-SKHCN")
