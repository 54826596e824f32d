"""A department in small: figures over legal documents, so that reports are tested without any business area."""

from datetime import date

import pytest
from django.db import transaction
from django.utils.translation import gettext_lazy

from khcn.kernel.actors import SYSTEM, Actor, ActorKind, Role, acting
from khcn.kernel.indicators import Indicator, Measure, TableColumn
from khcn.kernel.indicators.registry import IndicatorRegistry, registry
from khcn.kernel.province import province_key
from khcn.reference.models import LegalDocument, RegimeWindow, ReportingRegime, RuleParameter
from khcn.reports.forms.definition import parse_form
from khcn.reports.models import FormVersion
from tests.factories.reference import AdminUnitFactory

IN_PERIOD = date(2023, 5, 10)
OFFICE = Actor(1, "Văn phòng", Role.OFFICE, unit_code="VP", kind=ActorKind.STAFF)
OFFICER = Actor(2, "Chuyên viên QLKH", Role.OFFICER, unit_code="QLKH", kind=ActorKind.STAFF)
HEAD = Actor(3, "Trưởng phòng QLKH", Role.HEAD, unit_code="QLKH", kind=ActorKind.STAFF)
OTHER_HEAD = Actor(4, "Trưởng phòng QLCN", Role.HEAD, unit_code="QLCN", kind=ActorKind.STAFF)
LEADER = Actor(5, "Giám đốc", Role.LEADER, unit_code="BGD", kind=ActorKind.STAFF)
READER = Actor(6, "Người xem", Role.READER, kind=ActorKind.STAFF)
TODAY = date(2023, 9, 15)


@pytest.fixture(autouse=True)
def committed_at_once(monkeypatch):
    """Files are made after the commit, and these tests never commit."""
    monkeypatch.setattr(transaction, "on_commit", lambda do, **_options: do())


def documents(*codes):
    """Counted by their number's first part, so that a test makes a figure by naming it."""

    def records(period):
        found = LegalDocument.objects.none()
        for code in codes:
            found = found | LegalDocument.objects.filter(number__startswith=f"{code}/")
        return found.filter(period.covers("issued_on")).order_by("pk")

    return records


def counting(code, label, unit, *counted, **more):
    return Indicator(
        code, label, documents(*(counted or (code,))), unit, f"Đếm {label}", line=lambda d: d.subject,
        date_path="issued_on", **more,
    )  # fmt: skip


def _late(record, on):
    return "chậm" if record.note == "late" else ""


def _result(record, on):
    return "Đã hoàn thành, chậm 24 ngày" if record.note == "late" else "Đang thực hiện"


FIGURES = (
    counting("NV-02", "Nhiệm vụ chuyển tiếp", "nhiệm vụ", "NV-04", "NV-05", "NV-07", "NV-08", figure_ids=("F008",)),
    counting("NV-04", "Chuyển tiếp cấp tỉnh", "nhiệm vụ", figure_ids=("F010", "F011")),
    counting("NV-05", "Chuyển tiếp NTMN", "nhiệm vụ", figure_ids=("F012",)),
    counting("NV-07", "Chuyển tiếp cấp quốc gia", "nhiệm vụ"),
    counting("NV-08", "Chuyển tiếp tài sản trí tuệ", "nhiệm vụ"),
    counting("NV-14", "Nhiệm vụ năm sau được Hội đồng xác định", "nhiệm vụ", figure_ids=("F046",)),
    counting("NT-06", "Đến hạn nghiệm thu", "đề tài, dự án"),
    counting("DC-02", "Gia hạn thời gian thực hiện", "dự án"),
    counting(
        "NG-01", "Nhiệm vụ được giao", "nhiệm vụ", must_say=_late,
        table=(
            TableColumn("TT", 10, lambda d, on: d.number.partition("/")[2]),
            TableColumn("Nội dung", 90, lambda d, on: d.subject),
            TableColumn(gettext_lazy("Kết quả thực hiện"), 60, _result),
        ),
    ),
    Indicator(
        "TC-01", "Số tiền thu hồi", lambda period: RuleParameter.objects.filter(period.covers("valid_from")),
        "đồng", measure=Measure("value"), line=lambda p: p.label, date_path="valid_from",
    ),
)  # fmt: skip


@pytest.fixture
def figures(monkeypatch):
    own = IndicatorRegistry()
    for each in FIGURES:
        own.add(each)
    monkeypatch.setattr(registry, "_by_code", own._by_code)
    return registry


@pytest.fixture
def make(db):
    """Make ``count`` documents counted by a figure, with given or numbered names."""

    def make(code, names, *, on=IN_PERIOD, note="", start=1):
        if isinstance(names, int):
            names = [f"Tên {code} {n}" for n in range(start, start + names)]
        made = []
        with acting(SYSTEM):
            for n, name in enumerate(names, start):
                each = LegalDocument(
                    number=f"{code}/{n}",
                    kind="decision",
                    issued_on=on,
                    issuer="UBND tỉnh",
                    subject=name,
                    note=note,
                )
                each.save()
                made.append(each)
        return made

    return make


@pytest.fixture
def regime(db):
    return a_regime()


def a_province():
    """What letterheads call the province of the installation, on any day."""
    AdminUnitFactory(
        code=province_key(),
        name="Bắc Kạn",
        full_name="Tỉnh Bắc Kạn",
        level="province",
        valid_from=date(1997, 1, 1),
    )


def a_regime():
    with acting(SYSTEM):
        made = ReportingRegime(code="BC-DINH-KY", name="Quyết định 19/2019/QĐ-UBND")
        made.save()
        for kind, number, start, end, before in (
            ("nine_months", 1, (15, 12), (14, 9), True),
            ("half", 1, (15, 12), (14, 6), True),
            ("half", 2, (15, 6), (14, 12), False),
            ("year", 1, (15, 12), (14, 12), True),
        ):
            RegimeWindow(
                regime=made, kind=kind, number=number, start_day=start[0], start_month=start[1],
                starts_year_before=before, end_day=end[0], end_month=end[1], valid_from=date(2019, 1, 1),
            ).save()  # fmt: skip
    return made


HEAD_TOML = """
code = "thu-9-thang"
title = "Báo cáo {{ky}}"
version = 1
valid_from = 2023-01-01
regime = "BC-DINH-KY"
period_kind = "nine_months"

[letterhead]
governing_body = "UBND TỈNH BẮC KẠN"
issuing_body = "SỞ KHOA HỌC VÀ CÔNG NGHỆ"
symbol = "BC-SKHCN"
place = "Bắc Kạn"
subject = "Kết quả thực hiện nhiệm vụ {{ky}}"
addressees = ["Sở Kế hoạch và Đầu tư"]
bases = ["Thực hiện Quyết định số 19/2019/QĐ-UBND."]
opening = "Sở báo cáo kết quả {{ky}} như sau:"
closing = "Trên đây là báo cáo {{ky}}."
recipients = ["Như trên", "Lưu: VT"]
signer_capacity = ["GIÁM ĐỐC"]
signer_name = "Nguyễn Đình Điệp"
"""
SECTIONS_TOML = '''
[[section]]
key = "A"
label = "A."
level = 1
title = "Kết quả thực hiện"
owner = "VP"
text = "[NG-01:bang]"

[[section]]
key = "A.III.2.a"
label = "a)"
level = 4
title = "Quản lý các nhiệm vụ"
owner = "QLKH"
text = """
Sở quản lý [NV-02] nhiệm vụ chuyển tiếp[^1].
- Gia hạn thời gian thực hiện dự án *[DC-02:ten]*.
- Hội đồng xác định được [NV-14] nhiệm vụ thực hiện từ năm {{nam_sau}}.
[^1]: Trong đó: [NV-04] nhiệm vụ cấp tỉnh, [NV-05] nhiệm vụ NTMN, [NV-07] nhiệm vụ cấp quốc gia, [NV-08] nhiệm vụ sở hữu trí tuệ
"""

[[section]]
key = "B"
label = "B."
level = 1
title = "Đánh giá chung"
owner = "VP"
typed = true
text = "Trong {{ky}}, các nhiệm vụ cơ bản hoàn thành. Đã giải quyết đúng hạn 40/46 hồ sơ (86,96 %)."

[[section]]
key = "C"
label = "C."
level = 1
title = "Phương hướng, nhiệm vụ {{ky_con_lai}}"
owner = "QLKH"
also = ["TC-01"]
text = """
- Nghiệm thu cấp tỉnh [NT-06] đề tài, dự án: [NT-06:ten].
- Nhiệm vụ thực hiện từ năm {{nam_sau}} ([NV-14] nhiệm vụ).
- Gia hạn: [DC-02:ten].
"""

[[check]]
kind = "sum"
place = "A.III.2.a^1"
total = "NV-02"
parts = ["NV-04", "NV-05", "NV-07", "NV-08"]
message = "Chú thích không cộng đủ số nhiệm vụ chuyển tiếp."
remedy = "Ghi thêm nhiệm vụ sở hữu trí tuệ."
'''
FORM_TOML = HEAD_TOML + SECTIONS_TOML


@pytest.fixture
def form():
    return parse_form(FORM_TOML)


@pytest.fixture
def version(db, form):
    return a_version(form)


def a_version(form):
    with acting(SYSTEM):
        row = FormVersion(
            code=form.code, version=1, title=form.title, valid_from=form.valid_from, body=FORM_TOML
        )
        row.save()
    return row


@pytest.fixture
def seed_data(make):
    """The counts of the real report."""
    make("NV-04", 22)
    make("NV-05", 6)
    make("NV-07", 2)
    make("NV-08", 1)
    make("NV-14", 10)
    make("NT-06", ["Chuối tây", "Tuyển chọn chủng vi sinh vật gốc", "Tuyên giáo cơ sở", "Hệ thống TTHTX"])
    make("DC-02", ["Nấm Linh chi và Vân chi"])
    make("NG-01", ["Sửa đổi Quyết định số 731/QĐ-UBND"], note="late")
    make("NG-01", ["Xây dựng hệ thống truy xuất nguồn gốc"], start=2)
