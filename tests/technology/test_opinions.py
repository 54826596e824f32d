"""Opinions on technology: their term, the answer, and that a step is taken back by the head of the division alone."""

from dataclasses import replace
from datetime import date

import pytest
from django.test import TestCase

from khcn.kernel.actions.offered_actions import action_to_run
from khcn.kernel.actions.running import run
from khcn.kernel.actors import Role
from khcn.kernel.deadlines.models import Deadline
from khcn.kernel.indicators import Period, registry
from khcn.kernel.papers.drafts import draft_paper, renew_draft
from khcn.kernel.papers.models import PaperRefused
from khcn.kernel.papers.operations import issue_paper, replace_paper, withdraw_paper
from khcn.kernel.papers.printing import preview_html, printed_data
from khcn.kernel.refusals import Refused
from khcn.kernel.registers.registry import register_of
from khcn.kernel.registers.writing import remove_row, save_row, save_rows
from khcn.kernel.text.fold import fold
from khcn.reference.queries import shipped_rules
from khcn.reports.checking.checks import run_checks
from khcn.reports.composing.resolve import resolve
from khcn.reports.composing.sources import source_from_form
from khcn.reports.forms.definition import parse_form, shipped_bodies
from khcn.technology.documents import LETTER
from khcn.technology.models import InvestmentProject, TechnologyOpinion
from tests.factories.base import an_actor
from tests.factories.parties import OrganisationFactory
from tests.factories.reference import RuleParameterFactory
from tests.factories.technology import InvestmentProjectFactory, TechnologyOpinionFactory

pytestmark = pytest.mark.django_db
OFFICER, HEAD = an_actor(Role.OFFICER, "QLCN"), an_actor(Role.HEAD, "QLCN")
TODAY = date(2023, 9, 14)
PERIOD = Period(date(2022, 12, 15), date(2023, 9, 15), 2023)


@pytest.fixture(autouse=True)
def _rules():
    """Those of this area."""
    for rule in shipped_rules():
        if rule["code"].startswith("technology."):
            RuleParameterFactory(
                **{name: rule[name] for name in ("code", "label", "value", "unit", "valid_from")}
            )


def take(opinion, name, actor=OFFICER, **values):
    """One step, as the button takes it."""
    register = register_of(TechnologyOpinion)
    run(action_to_run(register, name), register, opinion.pk, values, actor=actor, on=TODAY)
    opinion.refresh_from_db()
    return opinion


def change(opinion, **values):
    """What the form writes."""
    if opinion.pk is not None:
        opinion.refresh_from_db()
    for name, value in values.items():
        setattr(opinion, name, value)
    save_row(register_of(TechnologyOpinion), opinion, actor=OFFICER, on=TODAY)
    return opinion


def term(opinion):
    return Deadline.objects.get(subject_model="technology.technologyopinion", subject_id=opinion.pk)


def issued(draft, on=TODAY):
    """A paper with its files, which are made after the commit."""
    with TestCase.captureOnCommitCallbacks(execute=True):
        paper = issue_paper(paper=draft, actor=OFFICER, on=on)
    paper.refresh_from_db()
    return paper


def answered(**values):
    return take(
        TechnologyOpinionFactory(**values), "record-answer", answer_number="12", answered_on=date(2023, 5, 20)
    )


def test_the_term_is_that_of_the_rule_unless_the_request_names_a_day():
    """Fifteen days from 10/05/2023 end on Thursday 25/05/2023."""
    opinion = change(TechnologyOpinionFactory(requested_on=None), note="Đã giao")
    assert term(opinion).due_on == date(2023, 5, 25)
    change(opinion, answer_by=date(2023, 5, 18))
    assert term(opinion).due_on == date(2023, 5, 18)
    take(opinion, "record-answer", answer_number="12", answered_on=date(2023, 5, 20))
    assert term(opinion).met_on == date(2023, 5, 20)


def test_one_letter_about_one_project_is_entered_once():
    first = TechnologyOpinionFactory(request_number="301/STC-ĐT")
    same = {"project": first.project, "asked_by": first.asked_by, "request_number": "301/STC-ĐT"}
    for requested_on in (first.requested_on, None):
        again = TechnologyOpinionFactory.build(**same, requested_on=requested_on)
        with pytest.raises(Refused, match=f"đã ghi ở ý kiến {first.code}"):
            save_row(register_of(TechnologyOpinion), again, actor=OFFICER, on=TODAY)
    for other in (
        {"requested_on": date(2023, 5, 2)},  # numbers begin anew with each year
        {"project": InvestmentProjectFactory()},
        {"asked_by": OrganisationFactory()},
        {"request_number": ""},
        {"request_number": "302/STC-ĐT"},
    ):
        change(TechnologyOpinionFactory.build(**{**same, "requested_on": first.requested_on} | other))
    change(first, stage="policy", request_number="301/STC-ĐT")


def test_one_letter_is_entered_once_by_a_workbook():
    project, asked_by = InvestmentProjectFactory(), OrganisationFactory()
    twice = [
        TechnologyOpinionFactory.build(project=project, asked_by=asked_by, request_number="301/STC-ĐT")
        for _each in range(2)
    ]
    with pytest.raises(Refused, match=f"đã ghi ở ý kiến {twice[0].code}"):
        save_rows(register_of(TechnologyOpinion), twice, actor=OFFICER, on=TODAY)


def test_nothing_is_waited_for_once_no_opinion_is_given():
    opinion = take(
        TechnologyOpinionFactory(), "close", closed_on=date(2023, 5, 12), reason="Dự án rút đề nghị"
    )
    assert (opinion.state, opinion.closing_reason) == ("closed", "Dự án rút đề nghị")
    assert term(opinion).met_on == date(2023, 5, 12)
    opinion = take(opinion, "take-up-again", actor=HEAD, reason="Ghi nhầm")
    assert (opinion.closed_on, opinion.closing_reason, opinion.corrected) == (None, "", True)
    assert term(opinion).met_on is None


def test_an_answer_has_a_conclusion_and_a_day_in_order():
    opinion = TechnologyOpinionFactory(conclusion="")
    with pytest.raises(Refused, match="Chưa ghi kết luận"):
        take(opinion, "record-answer", answer_number="12", answered_on=date(2023, 5, 20))
    change(opinion, conclusion="agreed")
    for wrong in (date(2023, 5, 9), date(2023, 9, 15)):
        with pytest.raises(Refused):
            take(opinion, "record-answer", answer_number="12", answered_on=wrong)
    opinion.refresh_from_db()
    assert opinion.state == "received"


def test_a_number_is_given_once_a_year():
    answered()
    with pytest.raises(Refused, match="12"):
        answered()


def test_a_slip_in_the_days_of_the_term_is_corrected_after_the_answer():
    opinion = TechnologyOpinionFactory(received_on=date(2023, 4, 10), answer_by=date(2023, 5, 18))
    with pytest.raises(Refused, match="biểu mẫu"):
        take(opinion, "correct-opinion", received_on=date(2023, 4, 11), answer_by=None, reason="Ghi nhầm")
    take(opinion, "record-answer", answer_number="12", answered_on=date(2023, 5, 20))
    assert registry["CN-07"].value(PERIOD) == 1
    head = {"actor": HEAD, "reason": "Ghi nhầm tháng"}
    with pytest.raises(Refused, match="10/06/2023"):
        take(opinion, "correct-opinion", received_on=date(2023, 6, 10), answer_by=None, **head)
    opinion.refresh_from_db()
    take(opinion, "correct-opinion", received_on=date(2023, 5, 10), answer_by=None, **head)
    assert (opinion.received_on, opinion.answer_by, opinion.corrected) == (date(2023, 5, 10), None, True)
    assert term(opinion).due_on == date(2023, 5, 25)
    assert registry["CN-07"].value(PERIOD) == 0


def test_what_was_answered_stays_until_the_head_takes_it_back():
    opinion = answered()
    with pytest.raises(Refused, match="Bỏ ghi văn bản trả lời"):
        change(opinion, conclusion="not_agreed")
    with pytest.raises(Refused, match="không xóa được"):
        remove_row(register_of(TechnologyOpinion), opinion, actor=OFFICER, on=TODAY)
    opinion.refresh_from_db()
    with pytest.raises(Refused):
        take(opinion, "take-back-answer", reason="Nhầm")
    take(opinion, "take-back-answer", actor=HEAD, reason="Nhầm dự án")
    assert (opinion.state, opinion.answer_number, opinion.answered_on) == ("received", "", None)
    assert opinion.corrected
    change(opinion, conclusion="not_agreed")
    assert registry["CN-01"].value(PERIOD) == 0


def test_the_letter_answers_is_replaced_and_withdrawn():
    opinion = TechnologyOpinionFactory(request_number="123/SKHĐT", conclusion="")
    with pytest.raises(PaperRefused, match="Chưa ghi kết luận"):
        draft_paper(kind=LETTER, record=opinion, actor=OFFICER, on=TODAY)
    change(opinion, conclusion="agreed")
    draft = draft_paper(kind=LETTER, record=opinion, actor=OFFICER, on=TODAY)
    paper = issued(draft)
    opinion.refresh_from_db()
    assert (opinion.state, opinion.answer_number) == ("answered", paper.number_text)
    assert opinion.answered_on == TODAY
    with pytest.raises(Refused, match="Thu hồi"):
        take(opinion, "take-back-answer", actor=HEAD, reason="Nhầm")
    with pytest.raises(Refused):
        change(opinion, conclusion="not_agreed")
    replacement = replace_paper(paper=paper, reason="Sai kết luận", actor=OFFICER, on=TODAY)
    with pytest.raises(Refused, match="Đính chính ngày nhận"):  # the letter does not print it
        change(opinion, received_on=date(2023, 5, 11))
    change(opinion, conclusion="with_changes", content="Bổ sung thông số thiết bị.")
    second = issued(renew_draft(paper=replacement, actor=OFFICER, on=TODAY))
    opinion.refresh_from_db()
    assert (opinion.answer_number, opinion.answered_on) == (second.number_text, TODAY)
    assert second.data["conclusion"] == "Thống nhất, đề nghị hoàn thiện"
    issued(withdraw_paper(paper=second, reason="Dự án dừng", actor=OFFICER, on=TODAY))
    opinion.refresh_from_db()
    assert (opinion.state, opinion.answer_number, opinion.answered_on) == ("received", "", None)


def test_the_letter_says_why_and_agrees_to_nothing_prohibited():
    opinion = TechnologyOpinionFactory(conclusion="not_agreed", project__standing="prohibited")

    def draft():
        return draft_paper(kind=LETTER, record=opinion, actor=OFFICER, on=TODAY)

    with pytest.raises(PaperRefused, match="lý do"):
        draft()
    change(opinion, conclusion="agreed")
    with pytest.raises(PaperRefused, match="cấm chuyển giao"):
        draft()
    opinion.project.standing = "restricted"
    save_row(register_of(InvestmentProject), opinion.project, actor=OFFICER, on=TODAY)
    change(opinion, conclusion="with_changes")
    with pytest.raises(PaperRefused, match="đề nghị hoàn thiện"):
        draft()
    change(opinion, content="Bổ sung thông số thiết bị.")
    paper = draft()
    data = printed_data(paper, TODAY, "")
    assert data["content"] == "Bổ sung thông số thiết bị."
    # The request had no number: what was asked is named all the same.
    picture = preview_html(LETTER, paper.template.format, LETTER.template.read_bytes(), data)
    assert f"nhận được đề nghị của {opinion.asked_by.name} về việc lấy ý kiến đối với dự án đầu tư" in picture


def test_projects_are_counted_once_and_the_list_tells_the_answers_apart():
    project = InvestmentProjectFactory(name="Nhà máy ván dán", scale=505, scale_unit="m3_day")
    for number, day in enumerate((date(2022, 12, 14), date(2023, 3, 1), date(2023, 6, 1)), start=1):
        TechnologyOpinionFactory(
            project=project, received_on=date(2022, 12, 1), state="answered", answer_number=str(number),
            answered_on=day,
        )  # fmt: skip
    found = registry["CN-01"].counted(PERIOD)
    assert found.value == 2
    assert found.lines == (
        "Nhà máy ván dán (cho ý kiến lần thứ hai)",
        "Nhà máy ván dán (cho ý kiến lần thứ ba)",
    )
    assert [registry[code].value(PERIOD) for code in ("CN-02", "CN-03", "CN-04")] == [1, 505, 0]


ON_TIME = "Các ý kiến về công nghệ đều được trả lời đúng hạn."
NONE_LATE = "Không có lượt ý kiến nào quá hạn."


@pytest.mark.parametrize("words", [ON_TIME, NONE_LATE])
def test_a_report_that_calls_late_answers_punctual_is_untrue(words):
    opinion = TechnologyOpinionFactory(received_on=date(2023, 4, 10), answer_by=date(2023, 5, 18))
    take(opinion, "record-answer", answer_number="12", answered_on=date(2023, 5, 20))
    source = source_from_form(parse_form(shipped_bodies()["bao-cao-9-thang"]), PERIOD)
    sections = tuple(
        replace(each, text=f"{each.text}\n{words}") if each.key == "A.III.3" else each
        for each in source.sections
    )
    found = [
        (each.section_1, each.codes, fold(each.value_1) in fold(words))
        for each in run_checks(resolve(replace(source, sections=sections)))
        if each.code == "on_time_beside_late"
    ]
    assert found == [("A.III.3", ("CN-07",), True)]
