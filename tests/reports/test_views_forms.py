"""Definitions in the browser: versions, editing, preview, saving."""

import re
from datetime import date
from html import unescape
from urllib.parse import urlencode

import pytest

from khcn.reports.forms.definition import parse_form
from khcn.reports.models import FormVersion
from khcn.reports.views.drafts import draft_of
from tests.reports.conftest import FORM_TOML
from tests.reports.test_views import after_signing_in_again, text_of

pytest_plugins = ["tests.reports.views_given"]
pytestmark = [pytest.mark.django_db, pytest.mark.once]
EDIT = "/reports/forms/thu-9-thang/edit/"


def fields_of(draft):
    """What a browser would post from the page of this draft."""
    data = {**draft.top, **draft.head}
    for prefix, rows in (("s", draft.sections), ("c", draft.checks)):
        for number, row in enumerate(rows):
            data[f"{prefix}-{number}-order"] = str(number + 1)
            data |= {
                f"{prefix}-{number}-{name}": value for name, value in row.items() if name != "typed" or value
            }
    return data


@pytest.fixture
def posted(version, regime, figures):
    return {
        **fields_of(draft_of(parse_form(FORM_TOML))),
        "valid_from": "01/01/2024",
        "note": "Bổ sung",
        "do": "save",
    }


def test_the_page_holds_the_whole_definition(version, regime, figures, sign_in, posted):
    page = sign_in("office").get(EDIT).content.decode()
    main = page.partition('id="definition"')[2]
    inputs = dict(re.findall(r'<input class="form-control"[^>]* name="([^"]+)"[^>]* value="([^"]*)"', main))
    areas = dict(re.findall(r'<textarea [^>]*name="([^"]+)"[^>]*>\n(.*?)</textarea>', main, flags=re.DOTALL))
    shown = {name: unescape(value) for name, value in {**inputs, **areas}.items()}
    for name in (
        "title",
        "symbol",
        "bases",
        "recipients",
        "s-1-key",
        "s-1-title",
        "s-1-text",
        "s-3-also",
        "c-0-parts",
    ):
        assert shown[name] == posted[name], name


def test_saving_makes_a_new_version_and_keeps_the_old(posted, sign_in, report):
    answer = sign_in("office").post(
        EDIT,
        {
            **posted,
            "s-1-text": "Sở quản lý [NV-02] nhiệm vụ.",
            "subject": "Kết quả {{ky}}",
            "c-0-remove": "1",
        },
    )
    assert (answer.status_code, answer["Location"]) == (303, "/reports/forms/thu-9-thang/")
    old, new = FormVersion.objects.order_by("version")
    assert old.body == FORM_TOML
    form = new.form()
    assert (new.version, new.valid_from, new.note) == (2, date(2024, 1, 1), "Bổ sung")
    assert form.section("A.III.2.a").text == "Sở quản lý [NV-02] nhiệm vụ."
    assert form.letterhead.subject == "Kết quả {{ky}}"
    assert form.checks == ()
    report.refresh_from_db()
    assert report.form_version == old


def test_an_unchanged_definition_comes_back_equal(posted, sign_in):
    sign_in("office").post(EDIT, posted)
    old, new = (each.form() for each in FormVersion.objects.order_by("version"))
    assert (new.letterhead, new.sections, new.checks, new.title) == (
        old.letterhead,
        old.sections,
        old.checks,
        old.title,
    )


def test_order_removal_and_new_sections(posted, sign_in):
    client = sign_in("office")
    moved = client.post(EDIT, {**posted, "do": "down-0"}).content.decode()
    assert re.findall(r'name="s-\d+-key" value="([^"]+)"', moved) == ["A.III.2.a", "A", "B", "C"]
    added = client.post(EDIT, {**posted, "do": "add-section"}).content.decode()
    assert 'name="s-4-key" value=""' in added
    new = {
        "s-4-order": "1,5",
        "s-4-key": "A.I",
        "s-4-label": "I.",
        "s-4-level": "2",
        "s-4-title": "Mục thêm",
        "s-4-owner": "VP",
        "s-4-also": "",
        "s-4-text": "Nội dung",
    }
    client.post(EDIT, {**posted, **new, "s-2-remove": "1"})
    assert [each.key for each in FormVersion.objects.get(version=2).form().sections] == [
        "A",
        "A.I",
        "A.III.2.a",
        "C",
    ]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"s-1-text": "Có [NV-02"}, "Dòng 1, ký tự 4"),
        ({"s-1-text": "Có [XX-99]", "c-0-remove": "1"}, "XX-99"),
        ({"s-1-level": "năm"}, "bậc ghi bằng số"),
        ({"s-1-key": "A"}, "Mục A xuất hiện hai lần"),
        ({"valid_from": ""}, "Ghi ngày mẫu mới bắt đầu áp dụng"),
        ({"valid_from": "quý III/2023"}, "phải ghi đủ ngày, tháng, năm"),
        ({"valid_from": "31/2/2024"}, "31/2/2024"),
        ({"c-0-total": "NV-99"}, "NV-99"),
        ({"subject": "Kết quả {{khong_co}}"}, "khong_co"),
    ],
)
def test_faults_are_reported_and_nothing_typed_is_lost(posted, sign_in, change, words):
    answer = sign_in("office").post(EDIT, {**posted, **change, "note": "Ghi chú đang gõ"})
    assert answer.status_code == 422
    assert words in text_of(answer)
    assert 'value="Ghi chú đang gõ"' in answer.content.decode()
    assert FormVersion.objects.count() == 1


def test_preview_prints_the_draft_with_the_figures_of_the_period(posted, sign_in):
    draft = {
        **posted,
        "do": "preview",
        "s-1-text": "Bản thử có [NV-02] nhiệm vụ {{ky}}.",
        "c-0-remove": "1",
        "preview_year": "2024",
    }
    page = text_of(sign_in("office").post(EDIT, draft))
    assert "Bản thử có 0 nhiệm vụ 9 tháng đầu năm 2024." in page
    assert "DỰ THẢO" in page.upper()
    fragment = sign_in("office").post(EDIT, draft, headers={"HX-Request": "true"}).content.decode()
    assert "<html" not in fragment
    assert FormVersion.objects.count() == 1


def test_another_form_can_be_made_from_one(posted, sign_in):
    sign_in("office").post(f"{EDIT}?copy=1", {**posted, "code": "bao-cao-moi", "title": "Báo cáo mới"})
    made = FormVersion.objects.get(code="bao-cao-moi")
    assert (made.version, made.title) == (1, "Báo cáo mới")


@pytest.mark.parametrize(
    ("who", "status"),
    [("office", 200), ("admin", 200), ("leader", 403), ("head", 403), ("officer", 403), ("reader", 403)],
)
def test_who_edits_definitions(version, regime, figures, sign_in, who, status):
    client = sign_in(who)
    assert client.get(EDIT).status_code == status
    assert client.get("/reports/forms/").status_code == 200
    assert client.get("/reports/forms/thu-9-thang/").status_code == 200
    assert client.get("/reports/forms/thu-9-thang/1/").status_code == 200


def test_typing_a_definition_outlives_the_session(posted, sign_in):
    client = sign_in("office")
    client.logout()
    client.post(
        "/login/", {"username": "office", "password": "mật khẩu đủ dài"}
    )  # the browser is known from now on
    del client.cookies["sessionid"]
    typed = urlencode({**posted, "s-1-text": "Gõ khi hết phiên"}, doseq=True)
    sent = client.post(EDIT, typed, "application/x-www-form-urlencoded")
    assert "Gõ khi hết phiên" in after_signing_in_again(client, sent, "office").content.decode()
    assert "Gõ khi hết phiên" not in client.get(EDIT).content.decode()


def test_chips_of_a_definition(version, regime, figures, seed_data, sign_in):
    answer = (
        sign_in("office")
        .get("/reports/forms/thu-9-thang/chips/", {"text": "[NV-04]", "preview_year": "2023"})
        .json()
    )
    assert {"source": "[NV-04]", "label": "Chuyển tiếp cấp tỉnh", "shown": "22"} in answer["chips"]
