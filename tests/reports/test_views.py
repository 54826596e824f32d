"""The report screens without script: list, create, outline, steps, editor, overrides."""

import re
from datetime import date
from html import unescape

import pytest

from khcn.parties.models import AccountSession
from khcn.reports import operations
from khcn.reports.models import Override, ReportInstance, ReportSection
from tests.factories.reference import RegimeWindowFactory
from tests.reports.conftest import TODAY
from tests.web.conftest import form_values, tree

pytest_plugins = ["tests.reports.views_given"]
pytestmark = pytest.mark.django_db


def text_of(response):
    """What a person reads, without tags."""
    content = response.content.decode()
    content = re.sub(r"<(script|style|template)[ >].*?</\1>", " ", content, flags=re.DOTALL)
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", content)).split())


def section(report, key="A.III.2.a"):
    return report.sections.get(key=key)


def mark_in(response):
    return re.search(r'name="mark" value="([0-9a-f]+)"', response.content.decode())[1]


def address(report, key="A.III.2.a", tail=""):
    return f"/reports/{report.pk}/sections/{key}/{tail}"


PAGES = ("", "preview/", "check/", "board/", "sections/A.III.2.a/", "sections/B/")


@pytest.mark.parametrize("tail", PAGES)
@pytest.mark.parametrize(
    "who",
    [
        "office",
        *(
            pytest.param(who, marks=pytest.mark.once)
            for who in ("officer", "head", "other_head", "leader", "admin", "reader")
        ),
    ],
)
def test_every_page_of_a_report_opens_for_every_account(report, sign_in, who, tail):
    assert sign_in(who).get(f"/reports/{report.pk}/{tail}").status_code == 200


@pytest.mark.parametrize("tail", PAGES)
def test_no_page_opens_for_a_stranger(report, client, tail):
    answer = client.get(f"/reports/{report.pk}/{tail}")
    assert (answer.status_code, answer["Location"].partition("?")[0]) == (302, "/login/")


@pytest.mark.parametrize(
    ("who", "status"),
    [("office", 200), ("officer", 403), ("head", 403), ("leader", 403), ("admin", 403), ("reader", 403)],
)
def test_only_the_office_makes_reports(version, regime, sign_in, figures, who, status):
    assert sign_in(who).get("/reports/new/").status_code == status


def test_create_shows_first_and_last_day_and_makes_the_report(version, regime, figures, sign_in):
    RegimeWindowFactory(  # stored before such an overlap was refused: the youngest counts
        regime=regime, kind="nine_months", end_day=1, end_month=9, valid_from=date(2000, 1, 1)
    )
    client = sign_in("office")
    page = text_of(client.get("/reports/new/?year=2023"))
    assert page.count("9 tháng đầu năm 2023 Số liệu từ") == 1
    assert "9 tháng đầu năm 2023 Số liệu từ 15/12/2022 đến hết 14/09/2023" in page
    answer = client.post("/reports/new/", {"form": "thu-9-thang", "year": "2023", "window": "nine_months:1"})
    made = ReportInstance.objects.get()
    assert (answer.status_code, answer["Location"]) == (303, f"/reports/{made.pk}/")
    assert (made.kind, made.year, made.variant) == ("nine_months", 2023, "")


def test_a_second_report_of_a_period_is_refused_kindly(report, sign_in):
    client = sign_in("office")
    data = {"form": "thu-9-thang", "year": "2023", "window": "nine_months:1"}
    answer = client.post("/reports/new/", data)
    assert answer.status_code == 409
    assert f'href="/reports/{report.pk}/"' in answer.content.decode()
    assert ReportInstance.objects.count() == 1
    answer = client.post("/reports/new/", {**data, "variant_label": "Bản rà soát"})
    assert answer.status_code == 303
    assert ReportInstance.objects.order_by("-pk").first().variant == "ban-ra-soat"


def test_a_window_that_the_regime_lacks_is_refused(version, regime, figures, sign_in):
    answer = sign_in("office").post(
        "/reports/new/", {"form": "thu-9-thang", "year": "2023", "window": "month:3"}
    )
    assert answer.status_code == 422
    assert "không có kỳ này trong năm 2023" in text_of(answer)


def test_outline_shows_owner_state_and_progress(report, people, sign_in):
    operations.hand_in_section(section=section(report), actor=people["head"].actor, on=TODAY)
    page = text_of(sign_in("reader").get(f"/reports/{report.pk}/"))
    assert "1/4 mục đã nộp" in page
    assert "a) Quản lý các nhiệm vụ Phòng Quản lý khoa học đã nộp" in page
    assert "Hoàng Trưởng Phòng" in page
    only = text_of(sign_in("reader").get(f"/reports/{report.pk}/?unit=VP"))
    assert "Quản lý các nhiệm vụ" not in only
    assert "Đánh giá chung" in only


def test_buttons_say_why_not_and_who_may(report, people, sign_in):
    page = text_of(sign_in("officer").get(f"/reports/{report.pk}/"))
    assert (
        "Tổng hợp Tài khoản của bạn không có quyền thực hiện bước này. Người làm được: Văn phòng (tổng hợp)"
        in page
    )
    assert f": {people['office'].full_name}." in page
    mine = text_of(sign_in("officer").get(f"/reports/{report.pk}/sections/{section(report).key}/"))
    head = people["head"]
    assert (
        f"Người làm được: Lãnh đạo phòng, đơn vị ({head.unit.code}): {head.full_name}; Văn phòng (tổng hợp)"
        in mine
    )
    page = text_of(sign_in("office").get(f"/reports/{report.pk}/"))
    assert "Tổng hợp Còn mục chưa nộp: A, A.III.2.a, B, C. Đôn đốc các đơn vị nộp" in page


def test_editing_saves_and_comes_back(report, sign_in):
    client = sign_in("officer")
    mark = mark_in(client.get(address(report)))
    text = "Sở quản lý [NV-02] nhiệm vụ.\n- Dòng hai\n"
    answer = client.post(address(report), {"mark": mark, "title": "Đề mục mới", "text": text, "do": "save"})
    assert (answer.status_code, answer["Location"]) == (303, address(report))
    saved = section(report)
    assert (saved.title, saved.text) == ("Đề mục mới", text.strip())


def test_a_slow_colleague_gets_both_versions_and_loses_nothing(report, sign_in):
    one, other = sign_in("officer"), sign_in("head")
    mark = mark_in(one.get(address(report)))
    other.post(address(report), {"mark": mark, "title": "Khác", "text": "Lời của trưởng phòng", "do": "save"})
    answer = one.post(
        address(report), {"mark": mark, "title": "Của tôi", "text": "Lời của chuyên viên", "do": "save"}
    )
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "Lời của trưởng phòng" in page
    assert ">\nLời của chuyên viên</textarea>" in page
    assert "Hoàng Trưởng Phòng" in text_of(answer)
    assert section(report).text == "Lời của trưởng phòng"
    again = {"mark": mark_in(answer), "title": "Của tôi", "text": "Lời của chuyên viên", "do": "save"}
    assert one.post(address(report), again).status_code == 303
    assert section(report).text == "Lời của chuyên viên"


def test_a_state_change_in_between_is_no_conflict(report, people, sign_in):
    client = sign_in("officer")
    mark = mark_in(client.get(address(report)))
    operations.hand_in_section(section=section(report), actor=people["head"].actor, on=TODAY)
    operations.return_section(
        section=section(report), note="Thiếu số", actor=people["office"].actor, on=TODAY
    )
    answer = client.post(address(report), {"mark": mark, "title": "x", "text": "Lời mới", "do": "save"})
    assert answer.status_code == 303
    assert section(report).text == "Lời mới"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Dòng một\nCó [NV-02 nhiệm vụ", "Dòng 2, ký tự 4"),
        ("Có [XX-99] nhiệm vụ", "XX-99"),
        ("Cụm {{khong_co}}", "Không có cụm từ"),
    ],
)
def test_malformed_text_is_reported_with_its_place_and_not_lost(report, sign_in, text, words):
    client = sign_in("officer")
    before = section(report).text
    mark = mark_in(client.get(address(report)))
    answer = client.post(address(report), {"mark": mark, "title": "x", "text": text, "do": "save"})
    assert answer.status_code == 422
    assert words in text_of(answer)
    assert f">\n{text}</textarea>" in unescape(answer.content.decode())
    assert section(report).text == before


def after_signing_in_again(client, answer, who):
    """The form that a stranger sent, shown again once the person has signed in."""
    assert (answer.status_code, "sessionid" in answer.cookies) == (401, False)
    signed_form = form_values(tree(answer), '//form[@action="/login/"]')
    account = {"username": who, "password": "mật khẩu đủ dài"}
    offered = client.post("/login/", {**signed_form, **account})
    where = tree(offered).xpath("string(//main//form/@action)")
    return client.post(where, {**form_values(tree(offered), "//main//form"), "typed_again": "1"})


def test_typing_outlives_the_session(report, people, sign_in):
    client = sign_in("officer")
    mark = mark_in(client.get(address(report)))
    client.logout()
    typed = {"mark": mark, "title": "Đề mục", "text": "Gõ khi hết phiên", "do": "save"}
    page = after_signing_in_again(client, client.post(address(report), typed), "officer")
    assert not AccountSession.objects.exclude(session_key=client.cookies["sessionid"].value).exists()
    assert ">\nGõ khi hết phiên</textarea>" in page.content.decode()
    assert "Gõ khi hết phiên" not in section(report).text
    client.post(address(report), {"mark": mark_in(page), "title": "Đề mục", "text": "Gõ khi hết phiên"})
    assert section(report).text == "Gõ khi hết phiên"
    assert "Gõ khi hết phiên" in client.get(address(report)).content.decode()


def test_another_division_reads_and_cannot_write(report, sign_in):
    client = sign_in("other_head")
    page = client.get(address(report))
    assert "Mục này do đơn vị khác soạn" in text_of(page)
    assert "<textarea" not in page.content.decode().partition("<main")[2].partition("</main")[0]
    before = section(report).text
    answer = client.post(address(report), {"mark": "", "title": "x", "text": "Chen vào"})
    assert answer.status_code == 409
    assert section(report).text == before


def test_hand_in_return_accept(report, sign_in):
    officer, head, office = sign_in("officer"), sign_in("head"), sign_in("office")
    assert "Tài khoản của bạn không có quyền" in text_of(officer.get(address(report)))
    mark = mark_in(head.get(address(report)))
    head.post(address(report), {"mark": mark, "title": "T", "text": "Đã xong", "do": "hand_in"})
    assert section(report).state == "handed_in"
    shown = {"mark": mark_in(office.get(address(report)))}
    office.post(address(report, tail="steps/return/"), {**shown, "note": "  "})
    assert section(report).state == "handed_in"
    office.post(address(report, tail="steps/return/"), {**shown, "note": "Thiếu kết quả quý III"})
    assert section(report).state == "returned"
    assert "Thiếu kết quả quý III" in text_of(officer.get(address(report)))
    mark = mark_in(head.get(address(report)))
    head.post(address(report), {"mark": mark, "title": "T", "text": "Xong 15 cơ sở", "do": "hand_in"})
    answer = office.post(address(report, tail="steps/accept/"), shown, follow=True)
    assert "Mục này vừa được người khác sửa." in text_of(answer)
    assert section(report).state == "handed_in"
    office.post(address(report, tail="steps/accept/"), {"mark": mark_in(answer)})
    assert section(report).state == "accepted"


def test_live_preview_prints_and_explains(report, sign_in):
    client = sign_in("officer")
    answer = client.post(
        address(report, tail="preview/"), {"text": "Có [NV-02] nhiệm vụ, {{ky}}", "title": "Tên"}
    )
    page = answer.content.decode()
    assert ">31</a>" in page
    assert "9 tháng đầu năm 2023" in page
    assert 'href="/figures/NV-02/?year=2023&amp;kind=nine_months&amp;regime=BC-DINH-KY"' in page
    assert "CỘNG HÒA" not in page
    answer = client.post(address(report, tail="preview/"), {"text": "Có [NV-02"})
    assert "Dòng 1, ký tự 4" in text_of(answer)
    answer = client.post(address(report, tail="preview/"), {"text": "Có [XX-99]"})
    assert "XX-99" in text_of(answer)


def test_chips_tell_values_of_inserted_marks(report, sign_in):
    marks = "[NV-02]\n[DC-02:ten]\n[NG-01:bang]\n[XX-99]"
    answer = sign_in("officer").get(address(report, tail="chips/"), {"text": marks}).json()
    shown = {each["source"]: each["shown"] for each in answer["chips"] if each["source"].startswith("[")}
    assert shown == {
        "[NV-02]": "31",
        "[DC-02:ten]": "1 tên: Nấm Linh chi và Vân chi",
        "[NG-01:bang]": "bảng 2 dòng",
    }


def test_an_override_needs_a_reason_shows_everywhere_and_goes_away(report, sign_in):
    client = sign_in("officer")
    place = address(report, tail="override/?code=NV-14&aspect=value&nth=1")
    assert client.post(place, {"value": "9", "reason": " "}).status_code == 422
    assert Override.objects.count() == 0
    refused = client.post(place, {"value": "chín", "reason": "Theo biên bản"})
    assert (refused.status_code, 'value="chín"' in refused.content.decode()) == (422, True)
    assert client.post(place, {"value": "9", "reason": "Theo biên bản họp"}).status_code == 303
    assert "ghi đè Theo biên bản họp" in text_of(client.get(address(report)))
    assert "mark-override" in client.get(f"/reports/{report.pk}/preview/").content.decode()
    assert "ghi đè" in text_of(client.get(f"/reports/{report.pk}/"))
    override = Override.objects.get()
    assert override.data == {"value": "9"}
    assert client.post(f"/reports/{report.pk}/overrides/{override.pk}/clear/").status_code == 303
    assert Override.objects.count() == 0


def test_names_and_cells_can_be_typed_over(report, sign_in):
    client = sign_in("office")
    place = address(report, tail="override/?code=DC-02&aspect=names&nth=1")
    client.post(place, {"names": "Nấm Linh chi\n\n Vân chi ", "reason": "Hai dự án"})
    table = address(report, "A", "override/?code=NG-01&aspect=cells&nth=1")
    page = client.get(table)
    assert "Đã hoàn thành, chậm 24 ngày" in page.content.decode()
    same = {"cell-1": "Đã hoàn thành, chậm 24 ngày", "cell-2": "Đang thực hiện", "reason": "x"}
    assert client.post(table, same).status_code == 422
    client.post(table, {**same, "cell-1": "Đã hoàn thành", "reason": "Như đã gửi"})
    found = {each.aspect: each.data for each in Override.objects.all()}
    assert found == {
        "names": {"names": ["Nấm Linh chi", "Vân chi"]},
        "cells": {"cells": {"1": "Đã hoàn thành"}},
    }


def test_a_place_that_is_not_there_is_not_found(report, sign_in):
    client = sign_in("office")
    assert client.get(address(report, tail="override/?code=NV-14&aspect=value&nth=2")).status_code == 404
    assert client.get(address(report, "Z.9")).status_code == 404
    assert client.get("/reports/999999/").status_code == 404


def test_cancelled_reports_are_hidden_until_asked_for(report, sign_in):
    client = sign_in("office")
    assert client.post(f"/reports/{report.pk}/steps/cancel/", {"note": ""}).status_code == 422
    client.post(f"/reports/{report.pk}/steps/cancel/", {"note": "Lập nhầm kỳ"})
    report.refresh_from_db()
    assert report.state == "cancelled"
    assert "Báo cáo 9 tháng" not in text_of(client.get("/reports/"))
    assert "Báo cáo 9 tháng" in text_of(client.get("/reports/?cancelled=1"))


def test_sections_of_a_submitted_report_are_closed(report, hand_in_all, people, sign_in):
    hand_in_all(report)
    operations.compile_report(instance=report, actor=people["office"].actor, on=TODAY)
    operations.submit_report(instance=report, actor=people["office"].actor, on=TODAY)
    page = text_of(sign_in("office").get(address(report)))
    assert "Báo cáo đã trình nên không sửa được nội dung." in page
    assert "Trả lại Báo cáo đã trình nên các mục không chuyển được nữa." in page
    assert ReportSection.objects.filter(instance=report, state="handed_in").count() == 4
