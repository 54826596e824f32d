"""Titles and rewards: proposed, sent with the dossier, awarded or not; the yearly term."""

from contextlib import nullcontext
from datetime import date

import pytest

from khcn.kernel.papers.drafts import draft_paper
from khcn.kernel.papers.models import PaperRefused
from khcn.kernel.papers.operations import withdraw_paper
from khcn.kernel.papers.toml_template import compose_document, read_layout
from khcn.kernel.province import province_key
from khcn.kernel.refusals import Refused
from khcn.kernel.registers.registry import register_of
from khcn.kernel.registers.writing import remove_row, save_row
from khcn.office.documents import SUBMISSION
from khcn.office.models import EmulationNomination, EmulationRound
from tests.factories.office import EmulationNominationFactory, EmulationRoundFactory
from tests.factories.parties import OrgUnitFactory
from tests.factories.reference import AdminUnitFactory
from tests.office.test_personnel import CLERK, TODAY, _rules, issue, issued, take, terms

__all__ = ["_rules"]
pytestmark = pytest.mark.django_db


def sent(**values):
    nomination = EmulationNominationFactory(**values)
    take(nomination.round, "submit", submission_number="7/TTr-SKHCN", submitted_on=date(2023, 5, 10))
    return nomination


def test_the_dossier_of_a_year_has_a_term():
    made = EmulationNominationFactory(round__kind="yearly", round__year=2022).round
    assert terms(made) == {"emulation_dossier": (date(2023, 2, 28), None)}
    take(made, "submit", submission_number="7/TTr-SKHCN", submitted_on=date(2023, 2, 20))
    assert terms(made) == {"emulation_dossier": (date(2023, 2, 28), date(2023, 2, 20))}
    take(made, "take-back-submission", reason="Nhầm đợt")
    assert terms(made) == {"emulation_dossier": (date(2023, 2, 28), None)}
    assert terms(EmulationRoundFactory()) == {}


def test_what_was_sent_stays():
    nomination = sent()
    other = EmulationNominationFactory()
    for row, values in (
        (nomination, {"level": "ministry"}),
        (nomination, {"round": other.round}),
        (other, {"round": nomination.round}),
    ):
        changed = EmulationNomination.objects.get(pk=row.pk)
        for name, value in values.items():
            setattr(changed, name, value)
        with pytest.raises(Refused, match="đã gửi"):
            save_row(register_of(EmulationNomination), changed, actor=CLERK, on=TODAY)
    for row in (nomination, nomination.round):
        with pytest.raises(Refused, match="đã gửi"):
            remove_row(register_of(type(row)), row, actor=CLERK, on=TODAY)


def test_an_empty_dossier_is_not_sent_and_none_before_the_council_met():
    with pytest.raises(Refused, match="chưa có đề nghị"):
        take(EmulationRoundFactory(), "submit", submission_number="7", submitted_on=TODAY)
    made = EmulationNominationFactory(round__met_on=date(2023, 5, 10)).round
    for day, words in ((date(2023, 5, 9), "đứng trước"), (date(2023, 9, 15), "chưa đến")):
        with pytest.raises(Refused, match=words):
            take(made, "submit", submission_number="7", submitted_on=day)


def test_an_award_is_entered_corrected_and_taken_back():
    nomination = sent()
    with pytest.raises(Refused, match="đứng trước"):
        take(nomination, "award", decision_number="5/QĐ-UBND", decided_on=date(2023, 5, 9))
    nomination.refresh_from_db()
    take(nomination, "award", decision_number="5/QĐ-UBND", decided_on=date(2023, 6, 1))
    with pytest.raises(Refused, match="ghi kết quả"):
        take(nomination.round, "take-back-submission", reason="Nhầm đợt")
    take(
        nomination,
        "correct-award",
        decision_number="6/QĐ-UBND",
        decided_on=date(2023, 6, 2),
        reason="Gõ nhầm",
    )
    assert (nomination.decision_number, nomination.decided_on) == ("6/QĐ-UBND", date(2023, 6, 2))
    take(nomination, "take-back-nomination", reason="Nhầm người")
    found = (nomination.state, nomination.decision_number, nomination.decided_on, nomination.corrected)
    assert found == ("proposed", "", None, True)
    take(nomination, "refuse", decided_on=date(2023, 6, 1), reason="Chưa đủ tiêu chuẩn")
    assert (nomination.state, nomination.refusal_reason) == ("refused", "Chưa đủ tiêu chuẩn")
    take(nomination, "take-back-nomination", reason="Nhầm người")
    assert (nomination.state, nomination.refusal_reason) == ("proposed", "")


def test_what_the_director_decides_about_himself_waits_for_no_dossier():
    own = EmulationNominationFactory(
        title="advanced_worker", level="department", round__met_on=date(2023, 1, 10)
    )
    with pytest.raises(Refused, match="đứng trước"):
        take(own, "award", decision_number="5/QĐ-SKHCN", decided_on=date(2023, 1, 9))
    own.refresh_from_db()
    take(own, "award", decision_number="5/QĐ-SKHCN", decided_on=date(2023, 1, 12))
    with pytest.raises(PaperRefused, match="do Giám đốc Sở quyết định"):
        draft_paper(kind=SUBMISSION, record=own.round, actor=CLERK, on=TODAY)
    other = EmulationNominationFactory(round=own.round)
    take(own.round, "submit", submission_number="7/TTr-SKHCN", submitted_on=date(2023, 1, 16))
    take(own.round, "take-back-submission", reason="Thiếu người")
    take(other, "award", decision_number="5/QĐ-UBND", decided_on=date(2023, 5, 10))
    with pytest.raises(Refused, match="không thể sau ngày đó"):
        take(own.round, "submit", submission_number="7/TTr-SKHCN", submitted_on=date(2023, 5, 11))


@pytest.mark.parametrize(
    ("title", "level", "refused"),
    [
        ("merit", "department", True),
        ("merit", "ministry", False),
        ("commendation", "province", True),
        ("medal", "province", True),
        ("emulation_fighter", "department", False),
    ],
)
def test_levels_of_titles(title, level, refused):
    given = EmulationNominationFactory()
    made = EmulationNominationFactory.build(round=given.round, person=given.person, title=title, level=level)
    with pytest.raises(Refused, match="do cấp khác quyết định") if refused else nullcontext():
        save_row(register_of(EmulationNomination), made, actor=CLERK, on=TODAY)


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"title": "emulation_flag"}, "dành cho tập thể"),
        ({"title": "advanced_worker", "of_unit": True}, "dành cho cá nhân"),
    ],
)
def test_titles_of_persons_and_of_teams(values, words):
    given = EmulationNominationFactory()
    whom = (
        {"person": None, "unit": OrgUnitFactory()}
        if values.pop("of_unit", False)
        else {"person": given.person}
    )
    made = EmulationNominationFactory.build(round=given.round, **whom, **values)
    with pytest.raises(Refused, match=words):
        save_row(register_of(EmulationNomination), made, actor=CLERK, on=TODAY)


def test_the_submission_is_issued_and_withdrawn():
    AdminUnitFactory(code=province_key(), level="province", name="Bắc Kạn", full_name="Tỉnh Bắc Kạn")
    nomination = EmulationNominationFactory(person__full_name="Ma Thị Thử")
    made = nomination.round
    EmulationNominationFactory(round=made, title="commendation", level="department")
    with pytest.raises(PaperRefused, match="chưa có đề nghị"):
        draft_paper(kind=SUBMISSION, record=EmulationRoundFactory(), actor=CLERK, on=TODAY)
    paper = issue(SUBMISSION, made)
    made.refresh_from_db()
    assert (made.submission_number, made.submitted_on) == (paper.number_text, TODAY)
    assert [each["whom"] for each in paper.data["nominations"]] == [nomination.person.printed_name]
    document = compose_document(
        read_layout(SUBMISSION.template.read_bytes()), SUBMISSION.variable_names, paper.data
    )
    assert document.addressees == ("Ủy ban nhân dân tỉnh Bắc Kạn",)
    with pytest.raises(Refused, match="văn bản lập trong hệ thống"):
        take(made, "take-back-submission", reason="Nhầm")
    notice = withdraw_paper(paper=paper, reason="thiếu người", actor=CLERK, on=TODAY)
    issued(notice)
    assert EmulationRound.objects.get(pk=made.pk).submitted_on is None


@pytest.mark.parametrize(("met_on", "bases"), [(None, 1), (date(2023, 5, 8), 2)])
def test_the_submission_names_a_meeting_of_the_council_only_where_it_is_on_record(met_on, bases):
    nomination = EmulationNominationFactory(round__met_on=met_on)
    data = issue(SUBMISSION, nomination.round).data
    found = compose_document(read_layout(SUBMISSION.template.read_bytes()), SUBMISSION.variable_names, data)
    printed = ["".join(run.text for run in each) for each in found.bases]
    assert len(printed) == bases
    assert (met_on is not None) == any("ngày 08/5/2023" in each for each in printed)


def test_no_submission_is_issued_for_what_was_decided_before():
    nomination = EmulationNominationFactory()
    take(nomination, "award", decision_number="55/QĐ-UBND", decided_on=date(2023, 3, 1))
    with pytest.raises(Refused, match="01/03/2023"):
        take(nomination.round, "submit", submission_number="7/TTr-SKHCN", submitted_on=date(2023, 5, 10))
    with pytest.raises(PaperRefused, match="01/03/2023"):
        draft_paper(kind=SUBMISSION, record=nomination.round, actor=CLERK, on=TODAY)
    assert EmulationRound.objects.get(pk=nomination.round.pk).submitted_on is None


def test_what_was_decided_after_the_draft_keeps_the_submission_from_being_issued():
    nomination = EmulationNominationFactory()
    draft = draft_paper(kind=SUBMISSION, record=nomination.round, actor=CLERK, on=TODAY)
    take(nomination, "award", decision_number="55/QĐ-UBND", decided_on=date(2023, 3, 1))
    with pytest.raises(Refused, match="01/03/2023"):
        issued(draft)
    assert EmulationRound.objects.get(pk=nomination.round.pk).submission_number == ""
