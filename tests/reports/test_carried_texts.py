"""Words of an earlier period in a new report, and reports of all periods of one year beside each other."""

from dataclasses import replace
from datetime import date

import pytest
from django.db.models import QuerySet
from django.utils import timezone

from khcn.kernel.actors import SYSTEM, acting
from khcn.kernel.audit.findings import FindingKind
from khcn.kernel.audit.log_verification import verify_log
from khcn.kernel.audit.models import ChangeEntry
from khcn.kernel.indicators import Period, PeriodKind
from khcn.reference.models import LegalDocument, RegimeWindow
from khcn.reports import operations as op
from khcn.reports.checking.carried_texts import stale_statements, words_of_the_form
from khcn.reports.checking.checks import run_checks
from khcn.reports.checking.given_words import unfilled
from khcn.reports.checking.printed import printed_report
from khcn.reports.composing.resolve import resolve
from khcn.reports.composing.sources import source_from_form, source_of
from khcn.reports.forms.definition import parse_form, shipped_bodies
from khcn.reports.models import FormVersion, ReportInstance, ReportSection
from khcn.reports.operations.carrying import first_drafts, text_of_last_time
from khcn.reports.refusals import ReportRefused
from tests.reports.approval_given import each_waived
from tests.reports.conftest import FORM_TOML, LEADER, OFFICE, OFFICER, TODAY
from tests.reports.printed_given import readings
from tests.web.conftest import tree, words

pytest_plugins = ["tests.reports.views_given"]
pytestmark = pytest.mark.django_db

NEXT_YEAR = date(2024, 9, 16)
OF_2023 = (
    "Lãnh đạo Sở chỉ đạo quyết liệt ngay từ đầu năm. Trong {{ky}}, đã trang bị 12 máy tính cho các phòng. "
    "Nghiệm thu [NT-06] đề tài, dự án."
)


def section(report, key="B"):
    return report.sections.get(key=key)


def shown(text, carried, confirmed=()):
    return [each.shown for each in stale_statements(text, carried, confirmed)]


def left_of(section):
    return [each.shown for each in text_of_last_time(section)]


def keys_of(section):
    return [each.key for each in text_of_last_time(section)]


def stale_of(report):
    return [
        (each.section_1, each.place_2, each.value_2)
        for each in run_checks(resolve(source_of(report)))
        if each.code == "text_of_last_time"
    ]


@pytest.fixture
def next_year(report, version):
    """The report of the year after, from a report in which the office wrote its own words."""
    op.edit_section(section=section(report), text=OF_2023, actor=OFFICE, on=TODAY)
    return op.create_report(form_version=version, year=2024, actor=OFFICE, on=NEXT_YEAR)


def test_typed_words_arrive_as_text_of_last_time(report, next_year):
    assert [each.carried_text for each in report.sections.all()] == ["", "", "", ""]
    fresh = section(next_year)
    assert (fresh.text, fresh.carried_text, fresh.carried_from) == (OF_2023, OF_2023, str(report))
    assert left_of(fresh) == [
        "Lãnh đạo Sở chỉ đạo quyết liệt ngay từ đầu năm.",
        "Trong …, đã trang bị 12 máy tính cho các phòng.",
    ]
    # What follows the figures is no text of last time
    assert {each.key for each in next_year.sections.all() if text_of_last_time(each)} == {"B"}
    assert stale_of(next_year) == [("B", str(report), "2 câu giữ nguyên")]


def approve(report, text):
    """Sign a report whose office wrote this into section B."""
    op.edit_section(section=section(report), text=text, actor=OFFICE, on=TODAY)
    for each in report.sections.all():
        op.hand_in_section(section=each, actor=OFFICE, on=TODAY)
    op.compile_report(instance=report, actor=OFFICE, on=TODAY)
    op.submit_report(instance=report, actor=OFFICE, on=TODAY)
    waivers = each_waived(report, "Đã đối chiếu")
    op.approve_report(
        instance=report, actor=LEADER, on=timezone.localdate(), signer_name="A", waivers=waivers
    )


def a_report(version, year, variant="", on=TODAY):
    return op.create_report(
        form_version=version, year=year, actor=OFFICE, on=on, variant=variant, variant_label=variant
    )


SIGNED, OF_DRAFT, OF_VARIANT = (
    f"Các phòng đã tổ chức {number} cuộc hội thảo chuyên đề trong kỳ." for number in (11, 12, 13)
)


@pytest.mark.parametrize("signed", ["", "tu-du-lieu"])
def test_the_next_report_goes_on_from_the_signed_one_and_from_no_variant_that_nobody_signed(
    signed, report, version
):
    if signed:
        op.edit_section(section=section(report), text=OF_DRAFT, actor=OFFICE, on=TODAY)
        report = a_report(version, 2023, signed)
    approve(report, SIGNED)
    op.edit_section(
        section=section(a_report(version, 2023, "nhu-da-gui")), text=OF_VARIANT, actor=OFFICE, on=TODAY
    )
    fresh = section(a_report(version, 2024, on=NEXT_YEAR))
    assert (fresh.text, fresh.carried_text, fresh.carried_from) == (SIGNED, SIGNED, str(report))


def test_the_next_report_goes_on_from_a_draft_where_nothing_was_signed_and_never_from_a_variant(
    report, version
):
    op.edit_section(section=section(report), text=OF_DRAFT, actor=OFFICE, on=TODAY)
    variant = a_report(version, 2023, "nhu-da-gui")
    op.edit_section(section=section(variant), text=OF_VARIANT, actor=OFFICE, on=TODAY)
    assert section(a_report(version, 2024, on=NEXT_YEAR)).text == OF_DRAFT
    op.cancel_report(instance=report, note="lập nhầm", actor=OFFICE, on=TODAY)
    other = op.create_report(form_version=version, year=2024, actor=OFFICE, on=NEXT_YEAR, variant="khac")
    assert section(other).text == other.form.section("B").text


def a_form(body):
    form = parse_form(body)
    with acting(SYSTEM):
        stored = FormVersion(
            code=form.code, version=form.version, title=form.title, valid_from=form.valid_from, body=body
        )
        stored.save()
    return stored


BOUND_NOW = "Trong {{ky}}, nghiệm thu [NT-06] đề tài, dự án."


@pytest.fixture
def bound_since(report):
    """A version of the form that binds a figure in the section of which the report of 2023 had typed words alone."""
    op.edit_section(section=section(report), text=SIGNED, actor=OFFICE, on=TODAY)
    begin = FORM_TOML.index('text = "Trong {{ky}}, các nhiệm vụ')
    end = FORM_TOML.index("\n", begin)
    body = FORM_TOML[:begin] + f'text = "{BOUND_NOW}"' + FORM_TOML[end:]
    return a_form(body.replace("version = 1", "version = 2", 1))


def test_a_section_whose_figures_the_old_text_did_not_bind_begins_with_the_form(bound_since):
    fresh = a_report(bound_since, 2024, on=NEXT_YEAR)
    assert section(fresh).text == BOUND_NOW
    assert set(resolve(source_of(fresh)).codes) == set(fresh.form.codes())


def test_changing_a_sentence_leaves_the_others_marked_and_confirming_ends_it(next_year):
    text = OF_2023.replace("12 máy tính", "15 máy tính")
    op.edit_section(section=section(next_year), text=text, actor=OFFICE, on=NEXT_YEAR)
    assert left_of(section(next_year)) == ["Lãnh đạo Sở chỉ đạo quyết liệt ngay từ đầu năm."]
    at, keys = timezone.now(), keys_of(section(next_year))
    for read, actor, chosen, why in (
        (OF_2023, OFFICE, keys, "vừa được người khác sửa"),
        (text, OFFICER, keys, "không có quyền"),
        (text, OFFICE, ["cau khac"], "Chưa chọn câu nào"),
    ):
        with pytest.raises(ReportRefused, match=why):
            op.confirm_section_text(section=section(next_year), read=read, keys=chosen, actor=actor, at=at)
    op.confirm_section_text(section=section(next_year), read=text, keys=keys, actor=OFFICE, at=at)
    done = section(next_year)
    assert (done.carried_text, done.carried_confirmed_by, done.carried_confirmed_at) == ("", "Văn phòng", at)
    assert stale_of(next_year) == []
    with pytest.raises(ReportRefused, match="không còn câu nào"):
        op.confirm_section_text(section=done, read=text, keys=keys, actor=OFFICE, at=at)


def test_one_sentence_is_confirmed_and_the_others_stay_marked(next_year):
    first, second = text_of_last_time(section(next_year))
    at = timezone.now()
    op.confirm_section_text(section=section(next_year), read=OF_2023, keys=[first.key], actor=OFFICE, at=at)
    assert text_of_last_time(section(next_year)) == [second]
    assert stale_of(next_year) == [("B", section(next_year).carried_from, "1 câu giữ nguyên")]
    change = ChangeEntry.objects.filter(model="reports.reportsection").latest("pk")
    assert (change.who, change.reason) == ("Văn phòng", "xác nhận lời văn kỳ trước")
    op.confirm_section_text(section=section(next_year), read=OF_2023, keys=[second.key], actor=OFFICE, at=at)
    done = section(next_year)
    assert (done.carried_text, done.carried_confirmed) == ("", [])


def test_unconfirmed_words_hold_up_the_approval_unless_waived(next_year):
    for each in next_year.sections.all():
        op.hand_in_section(section=each, actor=OFFICE, on=NEXT_YEAR)
    op.compile_report(instance=next_year, actor=OFFICE, on=NEXT_YEAR)
    op.submit_report(instance=next_year, actor=OFFICE, on=NEXT_YEAR)
    today = timezone.localdate()
    with pytest.raises(ReportRefused, match="Lời văn của kỳ trước chưa ai sửa hoặc xác nhận: 2 câu"):
        op.approve_report(instance=next_year, actor=LEADER, on=today, signer_name="A")
    waivers = each_waived(next_year, "Nhận xét vẫn đúng")
    frozen = op.approve_report(instance=next_year, actor=LEADER, on=today, signer_name="A", waivers=waivers)
    assert [(each["code"], each["reason"], each["by"]) for each in frozen.waivers] == [
        ("text_of_last_time", "Nhận xét vẫn đúng", "Giám đốc")
    ]


def test_the_page_shows_the_sentences_and_confirms_what_it_showed(next_year, sign_in):
    office, at = sign_in("office"), f"/reports/{next_year.pk}/sections/B/"
    page = tree(office.get(at))
    keys = page.xpath("//*[@id='loi-van-ky-truoc']//input[@name='statement'][@checked]/@value")
    assert keys == keys_of(section(next_year))
    [mark] = page.xpath("//*[@id='loi-van-ky-truoc']//input[@name='mark']/@value")
    assert "2 câu kỳ trước" in words(office.get(f"/reports/{next_year.pk}/"))
    office.post(f"{at}steps/confirm_text/", {"mark": "0" * 20, "statement": keys})
    assert section(next_year).carried_text == OF_2023
    office.post(f"{at}steps/confirm_text/", {"mark": mark, "statement": keys})
    assert section(next_year).carried_text == ""
    page = words(office.get(at))
    assert "Nông Văn Phòng xác nhận lúc" in page
    assert "Xác nhận các câu đánh dấu" not in page


def test_all_that_is_left_of_last_time_is_read_and_confirmed_on_one_page(next_year, sign_in):
    office, at = sign_in("office"), f"/reports/{next_year.pk}/last-time/"
    assert at in tree(office.get(f"/reports/{next_year.pk}/")).xpath("//a/@href")
    page = tree(office.get(at))
    [form] = page.xpath("//form[contains(@action, 'confirm_text')]")
    assert form.get("action") == f"/reports/{next_year.pk}/sections/B/steps/confirm_text/"
    names = [(each.get("name"), each.get("value")) for each in form.xpath(".//input[@name]")]
    assert [value for name, value in names if name == "statement"] == keys_of(section(next_year))
    sent = {name: [value for key, value in names if key == name] for name, _value in names}
    answer = office.post(form.get("action"), sent)
    assert answer["Location"] == at
    page = tree(office.get(at))
    assert "Không còn câu nào của kỳ trước" in page.text_content()
    assert page.xpath("//form[contains(@action, 'confirm_text')]") == []


def test_who_may_not_write_a_section_reads_what_is_left_of_last_time(next_year, sign_in):
    page = tree(sign_in("reader").get(f"/reports/{next_year.pk}/last-time/"))
    assert len(page.xpath("//section//li")) == 2
    assert page.xpath("//form[contains(@action, 'confirm_text')]") == []


@pytest.fixture
def unwritten(regime, figures):
    """A report whose form leaves section B to its division."""
    begin = FORM_TOML.index('text = "Trong {{ky}}, các nhiệm vụ')
    body = FORM_TOML[:begin] + FORM_TOML[FORM_TOML.index("[[section]]", begin) :]
    form = parse_form(body)
    with acting(SYSTEM):
        stored = FormVersion(
            code=form.code, version=1, title=form.title, valid_from=form.valid_from, body=body
        )
        stored.save()
    return op.create_report(form_version=stored, year=2023, actor=OFFICE, on=TODAY)


def untouched_in(report):
    return [
        (each.section_1, each.value_1, each.place_2, each.value_2)
        for each in run_checks(resolve(source_of(report)))
        if each.code == "untouched"
    ]


def test_a_section_in_which_nobody_has_written_is_a_contradiction(unwritten):
    assert untouched_in(unwritten) == [("B", "Không phát sinh", "Mẫu báo cáo", "chưa ai viết")]
    op.hand_in_section(section=section(unwritten), actor=OFFICE, on=TODAY)
    assert [each[0] for each in untouched_in(unwritten)] == ["B"]  # handing in says nothing of what happened
    op.edit_section(section=section(unwritten), text="Tổ chức 02 lớp.", actor=OFFICE, on=TODAY)
    assert untouched_in(unwritten) == []


def test_that_nothing_happened_is_written_with_one_click_and_asked_again_next_time(unwritten, sign_in):
    office, at = sign_in("office"), f"/reports/{unwritten.pk}/last-time/"
    [form] = tree(office.get(at)).xpath("//form[contains(@action, 'steps/nothing')]")
    [mark] = form.xpath(".//input[@name='mark']/@value")
    office.post(form.get("action"), {"mark": "0" * 20})
    assert section(unwritten).text == ""
    assert office.post(form.get("action"), {"mark": mark})["Location"] == at
    assert section(unwritten).text == "Không phát sinh."
    assert untouched_in(unwritten) == []
    change = ChangeEntry.objects.filter(model="reports.reportsection").latest("pk")
    assert change.who == "Nông Văn Phòng"
    assert tree(office.get(at)).xpath("//form[contains(@action, 'steps/nothing')]") == []
    after = op.create_report(form_version=unwritten.form_version, year=2024, actor=OFFICE, on=NEXT_YEAR)
    assert left_of(section(after)) == ["Không phát sinh."]


# What the registers do not bear out in the form's sections of bound figures, and what only words a figure
ASSERTED_IN_2023 = (
    "Tham mưu ban hành Kế hoạch hoạt động năm … của Hội đồng KH&CN tỉnh",
    "Nhiệm vụ cấp tỉnh (…): Về cơ bản, các nhiệm vụ thực hiện đảm bảo tiến độ, chất lượng theo thuyết minh được phê duyệt.",
    "Nhiệm vụ thực hiện từ năm …: Hướng dẫn các đơn vị, địa phương, các tổ chức, cá nhân đề xuất đặt hàng nhiệm vụ thực hiện từ năm ….",
    (
        "Nhiệm vụ cấp Quốc gia (…), nông thôn miền núi (…), sở hữu trí tuệ (…) thực hiện cơ bản tốt các nội dung theo thuyết minh "
        "được duyệt, thường xuyên phối hợp với địa phương trong quá trình thực hiện."
    ),
    "Kết quả, được Bộ Nông nghiệp và Phát triển nông thôn phê duyệt … nhiệm vụ liên vùng.",
)
WORDING_OF_FIGURES = (
    "Sở quản lý [NV-01] nhiệm vụ, gồm [NV-02] nhiệm vụ chuyển tiếp và [NV-03] nhiệm vụ thực hiện từ năm {{nam}}.",
    "Số nhiệm vụ KH&CN quản lý trong năm: [NV-01].",
    "Trong {{ky}}, nghiệm thu [NT-01] đề tài, dự án cấp tỉnh: [NT-01:ten]; công nhận kết quả [NT-04] đề tài, dự án.",
    "tổ chức kiểm tra tiến độ định kỳ, đột xuất [KT-01] lượt đề tài, dự án",
    "[^1]: Trong đó: [NV-04] nhiệm vụ cấp tỉnh, [NV-05] nhiệm vụ NTMN, [NV-08] nhiệm vụ tài sản trí tuệ",
)


def of_2024(period):
    return replace(period, start=date(2023, 12, 15), end=date(2024, 9, 15), year=2024)


def test_assertions_around_a_figure_are_text_and_the_wording_of_a_figure_is_not():
    form = parse_form(shipped_bodies()["bao-cao-9-thang"])
    found = {each for section in form.sections for each in shown(section.text, section.text)}
    assert set(ASSERTED_IN_2023) - found == set()
    assert {each: shown(each, each) for each in WORDING_OF_FIGURES} == {
        each: [] for each in WORDING_OF_FIGURES
    }


def test_a_report_of_2024_from_the_forms_of_2023_marks_every_sentence_of_2023(report):
    form = parse_form(shipped_bodies()["bao-cao-9-thang"])
    of_2023 = report.period()
    assert {each.carried for each in first_drafts(form, of_2023).values()} == {""}
    drafts = first_drafts(form, of_2024(of_2023))
    marked = 0
    for each in form.sections:
        draft, statements = drafts[each.key], shown(each.text, each.text)
        assert draft.text == each.text
        assert draft.carried == (each.text if statements else "")
        marked += len(shown(draft.text, draft.carried))
        unmarked = [line for line in each.text.splitlines() if "2023" in line and not draft.carried]
        assert unmarked == []
    assert marked > 190


def test_words_of_a_form_of_another_year_are_marked_whatever_the_last_report_has(regime, figures):
    """The report of 2023 had "năm 2023" typed where the form says "năm {{nam}}": what the new one prints is the form's."""
    assertion = "Ban hành Kế hoạch năm {{nam}} của Hội đồng."
    body = FORM_TOML.replace("Sở quản lý [NV-02]", f"{assertion}\nSở quản lý [NV-02]", 1)
    body = body.replace("[letterhead]", "wording_of = 2023\n[letterhead]", 1)
    form = parse_form(body)
    with acting(SYSTEM):
        stored = FormVersion(
            code=form.code, version=1, title=form.title, valid_from=form.valid_from, body=body
        )
        stored.save()
    last = op.create_report(form_version=stored, year=2023, actor=OFFICE, on=TODAY)
    typed_before = assertion.replace("{{nam}}", "2023")
    op.edit_section(section=section(last, "A.III.2.a"), text=typed_before, actor=OFFICE, on=TODAY)
    fresh = section(op.create_report(form_version=stored, year=2024, actor=OFFICE, on=NEXT_YEAR), "A.III.2.a")
    assert fresh.text == fresh.carried_text == form.section("A.III.2.a").text
    assert fresh.carried_from == "lời văn năm 2023 của mẫu báo cáo"
    assert left_of(fresh) == ["Ban hành Kế hoạch năm … của Hội đồng."]


def test_forms_that_name_no_year_word_figures_and_state_nothing_else():
    forms = [parse_form(each) for each in shipped_bodies().values()]
    stated = {
        (form.code, section.key): shown(section.text, section.text)
        for form in forms if not form.wording_of for section in form.sections
    }  # fmt: skip
    assert len(stated) > 30
    assert {key: each for key, each in stated.items() if each} == {}


LAST_MONTH = """- Tiếp nhận 15 hồ sơ; cấp 12 giấy; đang xử lý 03 hồ sơ; thu 3.200.000 đồng phí.
- Sáng kiến: 05
- Cấp 03 giấy.
+ Cân: 800
1. Trong đó:
2.1. Đo lường
Nghiệm thu [NT-06] đề tài.
| TT | Nội dung công việc đã làm | Số lượng |
| -- | -- | -- |
| 1 | Kiểm định | 12 |
| 2 | Hiệu chuẩn | 15 |
| 3 | Đề tài đã nghiệm thu | [NT-06] |
"""
CHANGED = (("15 hồ sơ", "16 hồ sơ"), ("| Kiểm định | 12 |", "| Kiểm định | 13 |"))


def test_short_lines_parts_of_sentences_and_rows_with_numbers_of_last_time_are_marked():
    now = LAST_MONTH
    for old, new in CHANGED:
        assert old in now
        now = now.replace(old, new)
    assert shown(now, LAST_MONTH) == [
        *("cấp 12 giấy", "đang xử lý 03 hồ sơ", "thu 3.200.000 đồng phí."),
        *("Sáng kiến: 05", "Cấp 03 giấy.", "Cân: 800"),
        "2 | Hiệu chuẩn | 15",
    ]


def test_words_of_the_form_are_those_of_its_year_and_asked_of_another():
    form = parse_form(shipped_bodies()["bao-cao-9-thang"])
    for year, asked in ((2023, set()), (2024, {each.label for each in form.words})):
        period = Period(date(year - 1, 12, 15), date(year, 9, 15), year, PeriodKind.NINE_MONTHS)
        source = source_from_form(form, period)
        printed = printed_report(resolve(source, readings=readings(period, form)))
        assert {each.value_1 for each in unfilled(printed)} == asked
        assert list(words_of_the_form(printed)) == []
        # A number of a document that somebody types into the opening or a heading is one of the form's year
        own = replace(form, letterhead=replace(form.letterhead, opening="Theo Nghị quyết số 11/NQ-CP:"))
        typed = printed_report(resolve(replace(source, form=own), readings=readings(period, form)))
        assert [(each.section_1, each.place_1) for each in words_of_the_form(typed)] == (
            [] if year == 2023 else [("", "Phần mở đầu")]
        )


# ------------------------------------------------------------------------------ periods of one year

WINDOWS = [
    *(("month", n, (15, (n - 2) % 12 + 1), (14, n), n == 1) for n in range(1, 13)),
    *(("quarter", n, (15, (3 * n - 4) % 12 + 1), (14, 3 * n), n == 1) for n in range(1, 5)),
]


@pytest.fixture
def all_windows(regime):
    with acting(SYSTEM):
        for kind, number, start, end, before in WINDOWS:
            RegimeWindow(
                regime=regime, kind=kind, number=number, start_day=start[0], start_month=start[1],
                starts_year_before=before, end_day=end[0], end_month=end[1], valid_from=date(2019, 1, 1),
            ).save()  # fmt: skip


def test_reports_of_all_periods_stand_side_by_side_and_their_flows_add_up(
    version, figures, make, all_windows
):
    for n, day in enumerate((date(2022, 12, 15), date(2023, 1, 14), date(2023, 3, 15), date(2023, 6, 14),
                             date(2023, 9, 14), date(2023, 9, 15), date(2023, 12, 14)), start=1):  # fmt: skip
        make("NT-06", n, on=day, start=100 * n)
    reports = {
        (kind, number): op.create_report(
            form_version=version, year=2023, kind=kind, number=number, actor=OFFICE, on=TODAY
        )
        for kind, many in zip(PeriodKind, (12, 4, 2, 1, 1), strict=True)
        for number in range(1, many + 1)
    }
    assert ReportInstance.objects.count() == 20
    assert len({each.period_label for each in reports.values()}) == 20
    flow = {key: resolve(source_of(each)).readings.value("NT-06") for key, each in reports.items()}
    by_kind = {kind: [flow[key] for key in flow if key[0] is kind] for kind in PeriodKind}
    month, quarter, half = (by_kind[each] for each in (PeriodKind.MONTH, PeriodKind.QUARTER, PeriodKind.HALF))
    assert quarter == [sum(month[n : n + 3]) for n in (0, 3, 6, 9)] == [3, 7, 5, 13]
    assert half == [sum(quarter[:2]), sum(quarter[2:])]
    assert by_kind[PeriodKind.NINE_MONTHS] == [sum(quarter[:3])]
    assert by_kind[PeriodKind.YEAR] == [sum(quarter)] == [28]
    assert {each.period().year_start for each in reports.values()} == {date(2022, 12, 15)}
    # The second half goes on from the first, and the half-year not from a month
    assert section(reports[PeriodKind.HALF, 2]).carried_from == str(reports[PeriodKind.HALF, 1])
    assert section(reports[PeriodKind.HALF, 1]).carried_from == ""


def test_shipped_forms_cover_every_division_and_every_period_and_no_two_have_one_title():
    forms = [parse_form(each) for each in shipped_bodies().values()]
    assert {each.period_kind for each in forms} == set(PeriodKind)
    assert len({each.title for each in forms}) == len(forms)
    forms = [each for each in forms if not each.tables]  # of those one division answers for the records
    divisions = {"VP", "QLKH", "QLCN", "TDC", "TTRA", "TTUD"}
    assert {each.code: {section.owner for section in each.sections} for each in forms} == {
        each.code: divisions for each in forms
    }


def test_no_two_definitions_have_one_title(version, figures, form):
    own = replace(form, code="mau-khac", title="Báo cáo khác")
    made = op.save_form_version(code="mau-khac", form=own, actor=OFFICE, on=TODAY)
    with pytest.raises(
        ReportRefused, match=f"Đã có mẫu báo cáo khác tên “{version.title}” [(]mã {version.code}[)]"
    ):
        op.save_form_version(code="mau-khac", form=replace(own, title=version.title), actor=OFFICE, on=TODAY)
    assert FormVersion.objects.latest_of("mau-khac") == made


# ------------------------------------------------------------------------------ changed outside


def test_a_register_row_and_a_text_changed_by_sql_are_named(report, seed_data):
    assert verify_log().holds
    row = LegalDocument.objects.get(number="NT-06/1")
    QuerySet(LegalDocument).filter(pk=row.pk).update(subject="Tên khác")
    QuerySet(ReportSection).filter(pk=section(report).pk).update(carried_text="")
    QuerySet(ReportSection).filter(pk=section(report).pk).update(text="Lời khác")
    found = {(each.kind, each.what.rpartition(": ")[2]) for each in verify_log().findings}
    assert found == {(FindingKind.RECORD_CHANGED, "subject"), (FindingKind.RECORD_CHANGED, "text")}
    assert FormVersion.objects.count() == 1
