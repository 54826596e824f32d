"""Numbers of documents and years that a form names once and each report gives for its period."""

import re
from dataclasses import replace
from datetime import date

import pytest

from khcn.kernel.actors import SYSTEM, acting
from khcn.reports import operations as op
from khcn.reports.checking.checks import run_checks
from khcn.reports.checking.given_words import why_not_given
from khcn.reports.checking.reading import DOCUMENT
from khcn.reports.composing.compose import compose
from khcn.reports.composing.resolve import resolve
from khcn.reports.composing.sources import source_of
from khcn.reports.forms.definition import FormProblem, parse_form, shipped_bodies
from khcn.reports.forms.writing import dump_form
from khcn.reports.models import FormVersion, ReportInstance
from khcn.reports.operations.carrying import first_drafts, words_of_last_time
from khcn.reports.operations.definitions import offered_form, take_offered_form
from khcn.reports.refusals import ReportRefused
from khcn.reports.texts.own_words import OwnWord, marks_in, proposed_name, with_values
from khcn.reports.views.drafts import draft_of
from tests.reports.conftest import LEADER, OFFICE, OFFICER, TODAY
from tests.reports.forms_given import with_section
from tests.web.conftest import form_values, tree, words

pytest_plugins = ["tests.reports.views_given"]
pytestmark = pytest.mark.django_db

WORDS = (
    OwnWord("qd-che-do", "Quyết định về chế độ báo cáo", "19/2019/QĐ-UBND ngày 14/10/2019"),
    OwnWord("kh-iso", "Kế hoạch ISO", "46/KH-UBND ngày 31/01/2023"),
    OwnWord("nam-thi-dua", "Năm thi đua"),
)
OF_2023 = {"qd-che-do": WORDS[0].value, "kh-iso": WORDS[1].value}
NEXT_YEAR = date(2024, 9, 16)


def with_words(form):
    changed = replace(
        form,
        words=WORDS,
        wording_of=2023,
        letterhead=replace(form.letterhead, bases=("Thực hiện Quyết định số {{qd-che-do}}.",)),
    )
    return with_section(changed, "B", text="Triển khai Kế hoạch số {{kh-iso}} trong {{ky}} tại các phòng.")


@pytest.fixture
def version(db, form):
    with acting(SYSTEM):
        changed = with_words(form)
        row = FormVersion(
            code=form.code, version=1, title=form.title, valid_from=form.valid_from, body=dump_form(changed)
        )
        row.save()
    return row


@pytest.fixture
def next_year(report, version):
    return op.create_report(form_version=version, year=2024, actor=OFFICE, on=NEXT_YEAR)


def unfilled(report):
    found = run_checks(resolve(source_of(report)))
    return [each.value_1 for each in found if each.code == "unfilled_word"]


def test_names_marks_and_days():
    assert marks_in(["a {{ qd-che-do }} {{ky}} \\{{kh-iso}} {{nam_sau}}", "{{qd-che-do}}"]) == {
        "qd-che-do": None
    }
    assert with_values("{{a-1}} {{b-2}}", {"a-1": "x", "b-2": "y"}, ["a-1"]) == "x {{b-2}}"
    assert proposed_name("Nghị quyết của Chính phủ", ["nghi-quyet-cua"]) == "nghi-quyet-cua-2"
    assert proposed_name("  2023 ", []) == "vb-1"
    assert why_not_given("19/2019/QĐ-UBND ngày 14/10/2019") == ""
    assert why_not_given("19/2019/QĐ-UBND ngày 14/10/2018") == "số văn bản ghi năm 2019, ngày ghi 14/10/2018."
    assert why_not_given("46/KH-UBND ngày 31/02/2023") == "lịch không có ngày 31/02/2023."


def test_faults_of_a_form_are_all_named(form):
    body = dump_form(with_words(form))
    assert parse_form(body) == with_words(form)
    wrong = body.replace('name = "kh-iso"', 'name = "KH"').replace('label = "Năm thi đua"', 'label = " "')
    with pytest.raises(FormProblem) as fault:
        parse_form(wrong)
    assert "tên chỉ gồm chữ thường" in str(fault.value)
    assert "ghi tên gọi" in str(fault.value)
    with pytest.raises(FormProblem, match=r"{{kh-iso}} mà chưa khai"):
        parse_form(body.replace('name = "kh-iso"', 'name = "kh-khac"'))
    with pytest.raises(FormProblem, match="khai hai lần"):
        parse_form(body.replace('name = "nam-thi-dua"', 'name = "kh-iso"'))
    with pytest.raises(FormProblem, match="Tên mẫu không dùng"):
        parse_form(body.replace('title = "Báo cáo {{ky}}"', 'title = "Báo cáo {{kh-iso}}"', 1))


@pytest.mark.once
@pytest.mark.parametrize("code", shipped_bodies())
def test_forms_that_ship_type_no_number_of_a_document(code):
    form = parse_form(shipped_bodies()[code])
    assert form.version == (1 if form.tables else 3)
    typed = [
        found[0]
        for text in form.typed_texts()
        for found in DOCUMENT.finditer(re.sub(r"\{\{.*?\}\}", "", text))
    ]
    assert typed == []
    assert set(marks_in(form.typed_texts())) == {each.name for each in form.words}
    assert all(each.value for each in form.words)


@pytest.mark.once
def test_years_of_the_2023_form_follow_the_report():
    form = parse_form(shipped_bodies()["bao-cao-9-thang"])
    left = {
        found[0].strip()
        for text in form.typed_texts()
        for found in re.finditer(r"[^\W\d_]+ [^\W\d_]+ (?:năm )?(?<![-/\d])20\d\d(?![-/\d])", text)
    }
    # Laws bear their year, the lunar year its own; two plans begin or end in a year of theirs
    assert left == {
        "Thanh tra năm 2022", "khen thưởng năm 2022", "Quý Mão năm 2023", "từ năm 2018", "tạo đến năm 2025",
    }  # fmt: skip


def test_a_report_of_the_year_of_the_words_has_them_and_the_next_asks(report, next_year):
    assert report.given == OF_2023
    assert unfilled(report) == []
    assert next_year.given == {}
    assert unfilled(next_year) == ["Quyết định về chế độ báo cáo", "Kế hoạch ISO"]
    last = words_of_last_time(next_year.form, next_year.period())
    assert {name: (each.value, each.source) for name, each in last.items()} == {
        name: (value, str(report)) for name, value in OF_2023.items()
    }
    printed = compose(resolve(source_of(next_year)))
    assert printed.bases[0][0].text == "Thực hiện Quyết định số (chưa ghi: Quyết định về chế độ báo cáo)."


def test_what_no_text_names_any_more_is_not_asked(next_year):
    op.edit_section(section=next_year.sections.get(key="B"), text="Câu mới.", actor=OFFICE, on=NEXT_YEAR)
    assert unfilled(next_year) == ["Quyết định về chế độ báo cáo"]
    with pytest.raises(ReportRefused, match="kh-la"):
        op.edit_section(
            section=next_year.sections.get(key="B"), text="Theo {{kh-la}}.", actor=OFFICE, on=NEXT_YEAR
        )


def test_the_page_of_a_new_report_asks_and_marks_those_of_last_time(report, version, sign_in):
    client = sign_in("office")
    address = "/reports/new/?form=thu-9-thang&year=2024"
    page = client.get(address)
    given = form_values(tree(page))
    assert {name: value for name, value in given.items() if name.startswith("given_")} == {
        "given_qd-che-do": "", "given_kh-iso": "", "given_nam-thi-dua": "",
    }  # fmt: skip
    shown = words(page)
    assert f"Vẫn như lần trước: {OF_2023['qd-che-do']} ({report})" in shown
    data = {"form": "thu-9-thang", "year": "2024", "window": "nine_months:1", "variant_label": ""}
    wrong = client.post("/reports/new/", {**data, "given_kh-iso": "50/KH-UBND ngày 31/02/2024"})
    assert wrong.status_code == 422
    assert "lịch không có ngày 31/02/2024" in words(wrong)
    answer = client.post(
        "/reports/new/", {**data, "same_qd-che-do": OF_2023["qd-che-do"], "given_nam-thi-dua": " 2024\u200b "}
    )
    made = ReportInstance.objects.get(year=2024)
    assert answer["Location"] == f"/reports/{made.pk}/"
    assert made.given == {"qd-che-do": OF_2023["qd-che-do"], "nam-thi-dua": "2024"}
    assert "1 ô chưa ghi" in words(client.get(f"/reports/{made.pk}/"))


def test_an_unfilled_word_holds_the_submission_and_the_approval(next_year, hand_in_all, sign_in, people):
    hand_in_all(next_year)
    op.compile_report(instance=next_year, actor=OFFICE, on=NEXT_YEAR)
    client = sign_in("office")
    client.post(f"/reports/{next_year.pk}/steps/submit/")
    next_year.refresh_from_db()
    assert next_year.state == "compiled"
    assert "Chưa ghi số văn bản, năm của kỳ" in words(client.get(f"/reports/{next_year.pk}/"))
    assert "chưa ghi" in words(client.get(f"/reports/{next_year.pk}/check/"))
    here = f"/reports/{next_year.pk}/given/"
    opened = form_values(tree(client.get(here)))
    given = {**opened, "same_qd-che-do": OF_2023["qd-che-do"], "given_kh-iso": "50/KH-UBND ngày 31/01/2024"}
    assert client.post(here, given).status_code == 303
    # Who had the page open before does not write over it, and is shown what is stored
    late = client.post(here, {**opened, "given_kh-iso": "51/KH-UBND"})
    assert late.status_code == 409
    assert "50/KH-UBND ngày 31/01/2024" in words(late)
    assert sign_in("officer").post(here, given).status_code == 403
    client.post(f"/reports/{next_year.pk}/steps/submit/")
    next_year.refresh_from_db()
    assert (next_year.state, next_year.given["kh-iso"]) == ("submitted", "50/KH-UBND ngày 31/01/2024")
    assert client.post(here, {**opened, "read": "{}"}).status_code == 409
    # Emptied outside the program after it was submitted: no reason helps
    stored = ReportInstance.objects.get(pk=next_year.pk)
    stored.given = {"qd-che-do": "x"}
    with acting(SYSTEM):
        stored.save()
    reasons = {each.key: "vẫn duyệt" for each in run_checks(resolve(source_of(stored)))}
    with pytest.raises(ReportRefused, match="Chưa ghi số văn bản, năm của kỳ: Kế hoạch ISO"):
        op.approve_report(instance=stored, actor=LEADER, on=NEXT_YEAR, signer_name="A", waivers=reasons)


def test_giving_is_for_the_office_and_for_what_the_form_asks(next_year):
    with pytest.raises(ReportRefused, match="không có quyền"):
        op.give_words(report=next_year, given={}, read={}, actor=OFFICER)
    for given, reason in (
        ({"la-gi": "1"}, "không hỏi"),
        ({"kh-iso": "x" * 201}, "200 ký tự"),
        ({"kh-iso": "{{ky}}"}, "không dùng dấu"),
    ):
        with pytest.raises(ReportRefused, match=reason):
            op.give_words(report=next_year, given=given, read={}, actor=OFFICE)
    saved = op.give_words(report=next_year, given={"kh-iso": "a\u202e\n b"}, read={}, actor=OFFICE)
    assert saved.given == {"kh-iso": "a b"}


def test_a_word_that_the_form_lost_is_written_out_in_what_is_carried(report, form):
    without = replace(with_words(form), words=(WORDS[0],), version=2)
    without = with_section(without, "B", text="")
    drafts = first_drafts(without, replace(report.period(), year=2024, end=NEXT_YEAR))
    assert drafts["B"].text == f"Triển khai Kế hoạch số {OF_2023['kh-iso']} trong {{{{ky}}}} tại các phòng."
    assert drafts["B"].carried == drafts["B"].text


def test_what_ships_is_offered_and_never_follows_a_version_of_the_office(
    version, figures, monkeypatch, form, sign_in
):
    shipped = with_section(with_words(form), "C", title="Mới đi kèm {{nam}}")
    monkeypatch.setattr(
        "khcn.reports.operations.definitions.shipped_bodies",
        lambda: {form.code: dump_form(replace(shipped, version=2))},
    )
    assert op.sync_shipped_forms(actor=SYSTEM, on=TODAY) == []
    assert FormVersion.objects.latest_of(form.code) == version
    client = sign_in("office")
    assert "phần mềm có bản mới" in words(client.get("/reports/forms/"))
    page = f"/reports/forms/{form.code}/"
    assert "Dùng bản mới" in words(client.get(page))
    assert "Dùng bản mới" not in words(sign_in("officer").get(page))
    with pytest.raises(ReportRefused, match="không có quyền"):
        take_offered_form(code=form.code, actor=OFFICER, on=TODAY)
    client.post(f"{page}take-offered/")
    taken = FormVersion.objects.latest_of(form.code)
    assert (taken.version, taken.form().section("C").title) == (2, "Mới đi kèm {{nam}}")
    assert FormVersion.objects.get(code=form.code, version=1).form() == with_words(form)
    assert offered_form(form.code) is None
    client.post(f"{page}take-offered/")
    assert FormVersion.objects.filter(code=form.code).count() == 2


@pytest.mark.once
def test_the_editor_of_forms_gives_the_words_back(form):
    changed = with_words(form)
    again = draft_of(changed).form(code=changed.code, version=1, valid_from=changed.valid_from, base=changed)
    assert again == changed
