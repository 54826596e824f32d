"""What is published against the plan, copies that are handed out, statistics, and what the report prints of them."""

from datetime import date

import pytest

from khcn.kernel.actors import Role
from khcn.kernel.deadlines.models import Deadline
from khcn.kernel.deadlines.operations import extend_deadline
from khcn.kernel.indicators import Period, registry
from khcn.kernel.refusals import Refused
from khcn.kernel.registers.registry import register_of
from khcn.kernel.registers.writing import ValidationContext, Write, save_row
from khcn.reports.composing.resolve import resolve
from khcn.reports.composing.sources import source_from_form
from khcn.reports.forms.definition import parse_form, shipped_bodies
from khcn.technology.models import MediaItem, MediaPlan, Publication, PublicationDistribution
from tests.factories.base import an_actor
from tests.factories.technology import (
    MediaItemFactory,
    MediaPlanFactory,
    PublicationDistributionFactory,
    PublicationFactory,
    StatisticsReportFactory,
    TechnologyOpinionFactory,
)
from tests.integrity.given import put
from tests.technology.test_opinions import TODAY, _rules  # noqa: F401 -- the rules of this area

pytestmark = pytest.mark.django_db
OFFICER = an_actor(Role.OFFICER, "QLCN")
PERIOD = Period(date(2022, 12, 15), date(2023, 9, 15), 2023)


def save(record, **values):
    for name, value in values.items():
        setattr(record, name, value)
    save_row(register_of(type(record)), record, actor=OFFICER, on=TODAY)
    return record


def term(record):
    return Deadline.objects.get(subject_model=record._meta.label_lower, subject_id=record.pk)


def printed():
    source = source_from_form(parse_form(shipped_bodies()["bao-cao-9-thang"]), PERIOD)
    return "\n".join(line.text for line in resolve(source).lines if line.section == "A.III.3")


def test_a_plan_is_met_by_its_last_item():
    plan = save(MediaPlanFactory(planned=2), note="Đã ký")
    assert (term(plan).due_on, term(plan).met_on) == (date(2023, 12, 31), None)
    for day in (date(2023, 3, 1), date(2023, 2, 1)):
        save(MediaItemFactory.build(plan=plan, published_on=day))
    assert term(plan).met_on == date(2023, 3, 1)


def test_of_a_plan_that_was_ended_nothing_is_waited_for():
    plan = save(MediaPlanFactory(), note="Đã ký")
    save(plan, ended_on=date(2023, 6, 1))
    assert not Deadline.objects.filter(subject_model="technology.mediaplan", subject_id=plan.pk).exists()


def test_items_are_of_the_kind_and_year_of_their_plan():
    plan = MediaPlanFactory()
    with pytest.raises(Refused, match="Số phát sóng"):
        save(MediaItemFactory.build(plan=plan, kind="web"))
    with pytest.raises(Refused, match="2023"):
        save(MediaItemFactory.build(plan=plan, published_on=date(2022, 12, 20)))
    save(MediaItemFactory.build(plan=plan))
    with pytest.raises(Refused, match="đã có tin, bài"):
        save(plan, year=2024)


def test_no_more_is_handed_out_than_was_printed():
    publication = PublicationFactory(copies=10, printed_on=date(2023, 5, 1))
    first = save(PublicationDistributionFactory.build(publication=publication, copies=6))
    with pytest.raises(Refused, match="11 cuốn, in 10 cuốn"):
        save(PublicationDistributionFactory.build(publication=publication, copies=5))
    with pytest.raises(Refused, match="01/05/2023"):
        save(PublicationDistributionFactory.build(publication=publication, handed_out_on=date(2023, 4, 30)))
    save(PublicationDistributionFactory.build(publication=publication, copies=4))
    save(first, copies=5)
    with pytest.raises(Refused, match="9 cuốn"):
        save(publication, copies=8)
    publication.refresh_from_db()
    with pytest.raises(Refused, match="10/05/2023"):
        save(publication, printed_on=date(2023, 5, 11))
    put(publication, copies=8)  # something else went wrong
    save(first, recipients="UBND xã Yên Dương")


def test_rows_that_change_nothing_of_that_ask_nothing_of_plan_and_publication(django_assert_num_queries):
    writers = {MediaItem: MediaItemFactory(plan=MediaPlanFactory())}
    writers[PublicationDistribution] = PublicationDistributionFactory()
    for model, made in writers.items():
        writes = [Write(model.objects.get(pk=made.pk), made, frozenset({"note"})) for _ in range(3)]
        with django_assert_num_queries(1 if model is PublicationDistribution else 0):
            assert list(register_of(model).writer.validate(writes, ValidationContext(OFFICER, TODAY))) == []


def test_statistics_are_sent_by_the_day_asked_for_or_the_rule():
    """Forty-six days from the last day of 2022."""
    report = save(StatisticsReportFactory(), note="Đang tổng hợp")
    assert term(report).due_on == date(2023, 2, 15)
    save(report, due_on=date(2023, 2, 10))
    assert term(report).due_on == date(2023, 2, 10)
    save(report, submitted_on=date(2023, 2, 14))
    assert term(report).met_on == date(2023, 2, 14)
    survey = save(StatisticsReportFactory(kind="survey"), note="Đang lập phương án")
    assert not Deadline.objects.filter(
        subject_model="technology.statisticsreport", subject_id=survey.pk
    ).exists()


def test_a_survey_is_put_off_before_its_year_is_over():
    survey = save(
        StatisticsReportFactory(kind="survey", year=2023, due_on=date(2023, 11, 30)), note="Đã giao"
    )
    assert term(survey).starts_on == date(2023, 1, 1)
    extend_deadline(
        record=survey, term="technology.statistics", day=date(2023, 9, 12), until=date(2023, 12, 20),
        reason="Mẫu phiếu thay đổi", paper="12/CV-TTKHCN", paper_on=date(2023, 9, 11), actor=OFFICER, on=TODAY,
    )  # fmt: skip
    assert term(survey).due_on == date(2023, 12, 20)


def test_lists_show_what_was_done_by_the_day_of_the_page():
    plan, publication = MediaPlanFactory(), PublicationFactory()
    for day in (date(2023, 9, 13), date(2023, 9, 14), date(2023, 9, 15)):
        MediaItemFactory(plan=plan, published_on=day)
        PublicationDistributionFactory(publication=publication, copies=7, handed_out_on=day)
    other = (MediaPlanFactory(), PublicationFactory())
    assert {each.pk: each.done for each in MediaPlan.objects.with_done(on=TODAY)} == {
        plan.pk: 2,
        other[0].pk: 0,
    }
    found = {each.pk: each.handed_out for each in Publication.objects.with_handed_out(on=TODAY)}
    assert found == {publication.pk: 14, other[1].pk: 0}


def test_the_report_has_words_for_nothing():
    text = printed()
    for words in (
        "Cho ý kiến về công nghệ dự án đầu tư: không phát sinh",
        "số phát sóng theo kế hoạch: không phát sinh",
        "Cung cấp tin, bài viết cho Bản tin xây dựng đảng: không phát sinh",
        "Cấp Nông lịch năm 2023: không phát sinh",
        "Báo cáo thống kê khoa học và công nghệ năm 2022: không phát sinh trong kỳ",
    ):
        assert words in text
    assert "năm khác" not in text
    assert "ngoài kế hoạch" not in text


def test_a_broadcast_of_no_plan_is_printed_and_one_of_a_plan_to_come_is_not():
    MediaItemFactory()
    MediaItemFactory(plan=MediaPlanFactory(agreed_on=date(2023, 9, 15)))
    assert "số phát sóng theo kế hoạch: không phát sinh; ngoài kế hoạch của năm phát 01 số." in printed()


def test_the_report_prints_what_was_done_beside_what_was_planned():
    plan = MediaPlanFactory(planned=48)
    MediaItemFactory.create_batch(3, plan=plan)
    MediaItemFactory(kind="party_bulletin")
    for year in (2023, 2022):
        PublicationDistributionFactory(publication=PublicationFactory(year=year, copies=9000), copies=4500)
    StatisticsReportFactory(submitted_on=date(2023, 2, 14))
    first = TechnologyOpinionFactory(state="answered", answer_number="1", answered_on=date(2023, 5, 20))
    TechnologyOpinionFactory(
        project=first.project, state="answered", answer_number="2", answered_on=date(2023, 6, 20)
    )
    text = printed()
    for words in (
        "với 02 lượt ý kiến cho 01 dự án",
        "đã xây dựng phát sóng 3/48 số theo kế hoạch",
        "Cung cấp 01 tin, bài viết",
        "Cấp 4.500 cuốn Nông lịch năm 2023",
        "Cấp 4.500 cuốn Nông lịch của năm khác",
        "Tổng hợp, gửi 01 báo cáo thống kê khoa học và công nghệ năm 2022",
    ):
        assert words in text


@pytest.mark.parametrize(
    ("day", "found"), [(1, [1, 0, 0, 0]), (14, [1, 0, 0, 0]), (15, [0, 0, 0, 1]), (31, [0, 0, 0, 1])]
)
def test_each_broadcast_of_december_is_in_the_report_of_one_year(day, found):
    plan = MediaPlanFactory(year=2023)
    MediaItemFactory(plan=plan, published_on=date(2023, 12, day))
    year, next_year = (Period(date(y - 1, 12, 15), date(y, 12, 15), y) for y in (2023, 2024))
    assert [value(code, each) for each in (year, next_year) for code in ("TTKH-01", "TTKH-09")] == found


def test_a_plan_that_was_replaced_is_not_counted_twice():
    given_up = MediaPlanFactory(planned=48, agreed_on=date(2023, 1, 5))
    for day in (date(2023, 1, 12), date(2023, 1, 19)):
        MediaItemFactory(plan=given_up, published_on=day)
    save(given_up, ended_on=date(2023, 2, 1))
    save(MediaPlanFactory(planned=40, agreed_on=date(2023, 2, 1)))
    assert [value(code, PERIOD) for code in ("TTKH-01", "TTKH-02")] == [2, 42]
    january = Period(date(2022, 12, 15), date(2023, 1, 15), 2023)
    assert [value(code, january) for code in ("TTKH-01", "TTKH-02")] == [1, 48]


def value(code, period):
    (figure,) = [each for each in registry if each.code == code]
    return figure.value(period)


def test_two_sheets_of_one_workbook_count_each_copy_once():
    publication = PublicationFactory(copies=100)
    rows = [PublicationDistributionFactory(publication=publication, copies=25) for _each in range(4)]
    writer, context = register_of(PublicationDistribution).writer, ValidationContext(OFFICER, TODAY)
    for sheet in (rows[:2], rows[2:]):
        writes = []
        for row in sheet:
            before = PublicationDistribution.objects.get(pk=row.pk)
            row.copies = 24
            writes.append(Write(row, before, frozenset({"copies"})))
        assert [str(why) for _write, why in writer.validate(writes, context)] == []
