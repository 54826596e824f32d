"""The way of an initiative: steps in order, authors whose shares make a hundred, and the decision with its certificates."""

from datetime import date
from decimal import Decimal

import pytest
from django.test import TestCase

from khcn.ip.documents import CERTIFICATE, DECISION
from khcn.ip.models import Initiative, InitiativeAuthor, InitiativeRound
from khcn.kernel.actions.offered_actions import action_to_run
from khcn.kernel.actions.running import run
from khcn.kernel.actors import Role
from khcn.kernel.deadlines.models import Deadline
from khcn.kernel.integrity_rules import rules
from khcn.kernel.papers.drafts import draft_paper, renew_draft
from khcn.kernel.papers.models import PaperRefused
from khcn.kernel.papers.operations import issue_paper, replace_paper, withdraw_paper
from khcn.kernel.refusals import Refused
from khcn.kernel.registers.registry import register_of
from khcn.kernel.registers.writing import remove_row, save_row, save_rows
from khcn.reference.queries import shipped_rules
from tests.factories.base import an_actor
from tests.factories.ip import InitiativeAuthorFactory, InitiativeFactory, InitiativeRoundFactory
from tests.factories.parties import PersonFactory
from tests.factories.reference import RuleParameterFactory
from tests.integrity.given import NOW
from tests.reports.signed_given import a_signed_report

pytestmark = pytest.mark.django_db
OFFICER, HEAD = an_actor(Role.OFFICER, "QLCN"), an_actor(Role.HEAD, "QLCN")
TODAY = date(2023, 9, 14)


@pytest.fixture(autouse=True)
def _rules():
    """Those of this area."""
    for rule in shipped_rules():
        if rule["code"].startswith("ip."):
            RuleParameterFactory(
                **{name: rule[name] for name in ("code", "label", "value", "unit", "valid_from")}
            )


def take(initiative, name, actor=OFFICER, **values):
    """One step, as the button takes it."""
    register = register_of(Initiative)
    run(action_to_run(register, name), register, initiative.pk, values, actor=actor, on=TODAY)
    initiative.refresh_from_db()
    return initiative


def with_authors(*shares, **values):
    initiative = InitiativeFactory(**values)
    for ordinal, share in enumerate(shares, start=1):
        InitiativeAuthorFactory(initiative=initiative, ordinal=ordinal, share=share)
    return initiative


def proposed(*shares, **values):
    initiative = with_authors(*shares or (100,), **values)
    take(initiative, "accept", accepted_on=date(2023, 5, 2))
    return take(initiative, "propose", proposed_on=date(2023, 5, 10), conclusion="Đề nghị công nhận")


def due(initiative, kind):
    return Deadline.objects.get(subject_model="ip.initiative", subject_id=initiative.pk, kind=kind)


def issued(draft):
    """A paper with its files, which are made after the commit."""
    with TestCase.captureOnCommitCallbacks(execute=True):
        paper = issue_paper(paper=draft, actor=OFFICER, on=TODAY)
    paper.refresh_from_db()
    assert paper.state == "issued"
    return paper


def issue(kind, record):
    return issued(draft_paper(kind=kind, record=record, actor=OFFICER, on=TODAY))


def rename(initiative, title):
    initiative.refresh_from_db()
    initiative.title = title
    save_row(register_of(Initiative), initiative, actor=OFFICER, on=TODAY)


def test_terms_run_from_the_request_until_they_are_met():
    """A month from Monday 10/04/2023, three months from the day of acceptance."""
    initiative = with_authors(60, 40)
    register = register_of(Initiative)
    initiative.field = "Giáo dục"
    save_row(register, initiative, actor=OFFICER, on=TODAY)
    assert due(initiative, "ip.form").due_on == date(2023, 5, 10)
    assert not Deadline.objects.filter(subject_id=initiative.pk, kind="ip.decision").exists()
    take(initiative, "accept", accepted_on=date(2023, 5, 2))
    assert due(initiative, "ip.decision").due_on == date(2023, 8, 2)
    assert due(initiative, "ip.form").met_on == date(2023, 5, 2)
    take(initiative, "propose", proposed_on=date(2023, 5, 10))
    take(initiative, "record-recognition", decision_number="12/QĐ-UBND", decided_on=date(2023, 6, 1))
    assert due(initiative, "ip.decision").met_on == date(2023, 6, 1)


def test_a_first_application_after_acceptance_begins_the_term_of_the_decision():
    initiative = take(with_authors(100), "accept", accepted_on=date(2023, 5, 2))
    initiative.first_applied_on = date(2023, 5, 22)
    save_row(register_of(Initiative), initiative, actor=OFFICER, on=date(2023, 6, 30))
    assert due(initiative, "ip.decision").due_on == date(2023, 8, 22)


def test_steps_are_dated_in_their_order():
    initiative = with_authors(100)
    for wrong in (date(2023, 4, 9), date(2023, 9, 15)):
        with pytest.raises(Refused):
            take(initiative, "accept", accepted_on=wrong)
    take(initiative, "accept", accepted_on=date(2023, 5, 2))
    with pytest.raises(Refused, match="10/05/2023"):  # the council met then
        take(initiative, "propose", proposed_on=date(2023, 5, 9))
    initiative.refresh_from_db()
    assert initiative.state == "accepted"
    take(initiative, "propose", proposed_on=date(2023, 5, 12))
    with pytest.raises(Refused, match="12/05/2023"):  # the council concluded then
        take(initiative, "record-recognition", decision_number="12/QĐ-UBND", decided_on=date(2023, 5, 11))


def test_the_council_concludes_after_its_meeting_and_about_all_authors():
    initiative = with_authors(60, round=InitiativeRoundFactory(considered_on=None))
    take(initiative, "accept", accepted_on=date(2023, 5, 2))
    with pytest.raises(Refused, match="chưa ghi ngày Hội đồng họp"):
        take(initiative, "propose", proposed_on=date(2023, 5, 10))
    for shares, why in (
        ((), "chưa ghi tác giả nào"),
        ((60, 30), "là 90 %, phải bằng 100 %"),
        ((60, Decimal("33.5")), "là 93,5 %"),
    ):
        other = take(with_authors(*shares), "accept", accepted_on=date(2023, 5, 2))
        with pytest.raises(Refused, match=why):
            take(other, "propose", proposed_on=date(2023, 5, 10))


def test_shares_are_not_more_than_a_hundred_and_stay_after_the_council():
    register = register_of(InitiativeAuthor)
    initiative = with_authors(60)
    more = InitiativeAuthor(initiative=initiative, ordinal=2, person=PersonFactory(), share=Decimal("40.5"))
    with pytest.raises(Refused, match="là 100,5 %, quá 100 %"):
        save_row(register, more, actor=OFFICER, on=TODAY)
    more.share = Decimal(40)
    save_row(register, more, actor=OFFICER, on=TODAY)
    first = initiative.authors.get(ordinal=1)
    first.share, more.share = Decimal(70), Decimal(30)
    save_rows(register, [first, more], actor=OFFICER, on=TODAY)
    take(initiative, "accept", accepted_on=date(2023, 5, 2))
    take(initiative, "propose", proposed_on=date(2023, 5, 10))
    with pytest.raises(Refused, match="không sửa được"):
        remove_row(register, more, actor=OFFICER, on=TODAY)
    first.share = Decimal(10)
    with pytest.raises(Refused, match="không sửa được"):
        save_row(register, first, actor=OFFICER, on=TODAY)


def test_a_refused_initiative_has_its_reason_and_stays():
    initiative = take(
        with_authors(100), "refuse", decided_on=date(2023, 5, 2), reason="Giải pháp đã được công bố"
    )
    assert (initiative.state, initiative.refusal_reason) == ("refused", "Giải pháp đã được công bố")
    assert due(initiative, "ip.form").met_on == date(2023, 5, 2)
    with pytest.raises(Refused):
        remove_row(register_of(Initiative), initiative, actor=OFFICER, on=TODAY)


def test_a_decision_entered_by_mistake_is_taken_back_by_the_head():
    initiative = proposed(60, 40)
    take(initiative, "record-recognition", decision_number="12/QĐ-UBND", decided_on=date(2023, 6, 1))
    with pytest.raises(Refused):
        take(initiative, "take-back", reason="ghi nhầm")
    take(initiative, "take-back", actor=HEAD, reason="ghi nhầm")
    found = (initiative.state, initiative.decision_number, initiative.decided_on, initiative.corrected)
    assert found == ("proposed", "", None, True)


def test_no_step_is_taken_back_that_a_signed_report_counts():
    initiative = proposed(60, 40)
    take(initiative, "record-recognition", decision_number="12/QĐ-UBND", decided_on=date(2023, 6, 1))
    a_signed_report("SK-02", initiative)
    with pytest.raises(Refused, match="báo cáo"):
        take(initiative, "take-back", actor=HEAD, reason="ghi nhầm")
    initiative.refresh_from_db()
    found = (initiative.state, initiative.decision_number, initiative.corrected)
    assert found == ("recognised", "12/QĐ-UBND", False)


def test_a_round_of_the_province_is_decided_by_the_committee():
    with pytest.raises(PaperRefused, match="UBND tỉnh"):
        draft_paper(kind=DECISION, record=proposed().round, actor=OFFICER, on=TODAY)


def test_the_decision_of_a_round_recognises_what_the_council_proposed():
    review_round = InitiativeRoundFactory(level="base")
    first, second = proposed(60, 40, round=review_round), proposed(round=review_round)
    waiting = with_authors(100, round=review_round)
    paper = issue(DECISION, review_round)
    for each in (first, second, waiting):
        each.refresh_from_db()
    assert [each.state for each in (first, second, waiting)] == ["recognised", "recognised", "received"]
    assert (first.decision_number, first.decided_on) == (paper.number_text, TODAY)
    assert [row["title"] for row in paper.data["recognised"]] == [first.title, second.title]
    with pytest.raises(Refused, match=r"lập từ đợt xét"):
        take(first, "take-back", actor=HEAD, reason="ghi nhầm")
    title = "Giải pháp tưới nhỏ giọt"
    with pytest.raises(Refused, match="dự thảo thay thế trước"):
        rename(first, title)
    again = replace_paper(paper=paper, reason="sai tên", actor=OFFICER, on=TODAY)
    other = InitiativeRound.objects.get(pk=review_round.pk)
    other.level = "province"
    with pytest.raises(Refused, match="không đổi cấp"):  # no decision prints it
        save_row(register_of(InitiativeRound), other, actor=OFFICER, on=TODAY)
    rename(first, title)
    again = renew_draft(paper=again, actor=OFFICER, on=TODAY)
    again = issued(again)
    assert again.data["recognised"][0]["title"] == title
    first.refresh_from_db()
    assert (first.state, first.decision_number) == ("recognised", again.number_text)
    with pytest.raises(Refused, match="dự thảo thay thế trước"):
        rename(first, "Giải pháp khác")
    notice = withdraw_paper(paper=again, reason="Hội đồng xét lại", actor=OFFICER, on=TODAY)
    issued(notice)
    second.refresh_from_db()
    assert (second.state, second.decision_number, second.decided_on) == ("proposed", "", None)


def test_a_certificate_names_each_author_with_the_share():
    initiative = proposed(60, 40)
    with pytest.raises(PaperRefused, match="công nhận rồi mới cấp"):
        draft_paper(kind=CERTIFICATE, record=initiative, actor=OFFICER, on=TODAY)
    take(initiative, "record-recognition", decision_number="12/QĐ-UBND", decided_on=date(2023, 6, 1))
    paper = issue(CERTIFICATE, initiative)
    assert [row["share"] for row in paper.data["authors"]] == ["60 %", "40 %"]
    assert paper.data["decision_number"] == "12/QĐ-UBND"


def test_a_decision_is_not_withdrawn_while_certificates_say_that_it_is_in_force():
    initiative = proposed(round=InitiativeRoundFactory(level="base"))
    decision = issue(DECISION, initiative.round)
    initiative.refresh_from_db()
    certificate = issue(CERTIFICATE, initiative)
    notice = withdraw_paper(paper=decision, reason="Hội đồng xét lại", actor=OFFICER, on=TODAY)
    with pytest.raises(Refused, match=certificate.number_text):
        issued(notice)
    initiative.refresh_from_db()
    assert (initiative.state, initiative.decision_number) == ("recognised", decision.number_text)
    of_certificate = withdraw_paper(paper=certificate, reason="Hội đồng xét lại", actor=OFFICER, on=TODAY)
    issued(of_certificate)
    issued(notice)
    initiative.refresh_from_db()
    assert (initiative.state, initiative.decision_number) == ("proposed", "")


def test_a_certificate_is_named_when_its_decision_was_replaced():
    initiative = proposed(round=InitiativeRoundFactory(level="base"))
    decision = issue(DECISION, initiative.round)
    initiative.refresh_from_db()
    certificate = issue(CERTIFICATE, initiative)
    rule = rules.find("ip.certificate_of_other_decision")
    assert list(rule.query(NOW)) == []
    again = replace_paper(paper=decision, reason="sai tên", actor=OFFICER, on=TODAY)
    issued(again)
    assert list(rule.query(NOW)) == [certificate]
    later = replace_paper(paper=certificate, reason="quyết định thay thế", actor=OFFICER, on=TODAY)
    later = issued(later)
    initiative.refresh_from_db()
    assert later.data["decision_number"] == initiative.decision_number
    assert list(rule.query(NOW)) == []


def test_a_decision_signed_elsewhere_is_not_taken_back_while_a_certificate_names_it():
    initiative = proposed()
    take(initiative, "record-recognition", decision_number="12/QĐ-UBND", decided_on=date(2023, 6, 1))
    issue(CERTIFICATE, initiative)
    with pytest.raises(Refused, match="đang có hiệu lực"):
        take(initiative, "take-back", actor=HEAD, reason="ghi nhầm")
    initiative.refresh_from_db()
    assert (initiative.state, initiative.decision_number) == ("recognised", "12/QĐ-UBND")


def test_an_author_is_not_moved_out_of_a_decided_initiative():
    initiative = proposed(60, 40)
    take(initiative, "record-recognition", decision_number="12/QĐ-UBND", decided_on=date(2023, 6, 1))
    author = initiative.authors.get(ordinal=2)
    author.initiative = with_authors()
    with pytest.raises(Refused, match="đã công nhận"):
        save_row(register_of(InitiativeAuthor), author, actor=OFFICER, on=TODAY)
    assert initiative.authors.count() == 2


def test_the_decision_names_authors_in_their_order():
    initiative = with_authors(round=InitiativeRoundFactory(level="base"))
    for ordinal in (2, 1):
        InitiativeAuthorFactory(
            initiative=initiative,
            ordinal=ordinal,
            share=50,
            person=PersonFactory(full_name=f"Người {ordinal}"),
        )
    take(initiative, "accept", accepted_on=date(2023, 5, 2))
    take(initiative, "propose", proposed_on=date(2023, 5, 10))
    paper = issue(DECISION, initiative.round)
    assert [row["authors"] for row in paper.data["recognised"]] == ["Người 1, Người 2"]


def test_the_head_takes_back_a_conclusion_and_the_authors_are_corrected():
    initiative = proposed(60, 40)
    with pytest.raises(Refused):
        take(initiative, "take-back-conclusion", reason="nhầm tỷ lệ")
    take(initiative, "take-back-conclusion", actor=HEAD, reason="nhầm tỷ lệ")
    assert (initiative.state, initiative.conclusion) == ("accepted", "")
    first, second = initiative.authors.order_by("ordinal")
    first.share, second.share = Decimal(40), Decimal(60)
    save_rows(register_of(InitiativeAuthor), [first, second], actor=OFFICER, on=TODAY)
    take(initiative, "propose", proposed_on=date(2023, 5, 10))
    assert list(initiative.authors.order_by("ordinal").values_list("share", flat=True)) == [40, 60]


@pytest.mark.parametrize(
    ("step", "values"), [("refuse", {"decided_on": date(2023, 5, 10)}), ("withdraw", {})]
)
def test_the_head_takes_up_again_what_was_ended_by_mistake(step, values):
    initiative = take(with_authors(100), "accept", accepted_on=date(2023, 5, 2))
    take(initiative, step, actor=HEAD, reason="nhầm dòng", **values)  # its last day has passed
    take(initiative, "take-up-again", actor=HEAD, reason="nhầm dòng")
    found = (initiative.state, initiative.accepted_on, initiative.decided_on, initiative.refusal_reason)
    assert found == ("received", None, None, "")


def test_a_decision_is_not_about_what_another_one_has_recognised():
    review_round = InitiativeRoundFactory(level="base")
    other, own = proposed(round=review_round), proposed(round=review_round)
    take(other, "record-recognition", decision_number="15/QĐ-TTYT", decided_on=date(2023, 6, 1))
    paper = issue(DECISION, review_round)
    assert (paper.data["count"], paper.data["recognised"][0]["title"]) == ("1", own.title)
    other.refresh_from_db()
    assert other.decision_number == "15/QĐ-TTYT"


def test_a_round_stays_as_its_initiatives_were_recognised():
    initiative = proposed()
    moved = Initiative.objects.get(pk=initiative.pk)
    moved.round = InitiativeRoundFactory()
    with pytest.raises(Refused, match="đã xét"):
        save_row(register_of(Initiative), moved, actor=OFFICER, on=TODAY)
    take(initiative, "record-recognition", decision_number="12/QĐ-UBND", decided_on=date(2023, 6, 1))
    for values in ({"level": "base"}, {"considered_on": None}):
        review_round = InitiativeRound.objects.get(pk=initiative.round_id)
        for name, value in values.items():
            setattr(review_round, name, value)
        with pytest.raises(Refused, match="được công nhận"):
            save_row(register_of(InitiativeRound), review_round, actor=OFFICER, on=TODAY)
