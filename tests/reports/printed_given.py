"""Reports as values, without a database: clean ones of any period, as divisions write them, and slips put into their text."""

import re
from dataclasses import dataclass, replace
from datetime import date, timedelta

from khcn.kernel.indicators import Period, PeriodKind, registry
from khcn.kernel.text.amounts_in_words import amount_in_words
from khcn.kernel.text.numbers import format_number
from khcn.reports.composing.printed_records import PrintedRecord
from khcn.reports.composing.readings import Readings
from khcn.reports.composing.resolve import resolve
from khcn.reports.composing.sources import ReportSource, SectionSource
from khcn.reports.forms.definition import parse_form
from khcn.reports.texts.period_words import period_words
from tests.reports.conftest import HEAD_TOML

NAMES = {
    "NT-01": ("Mô hình tăng huyết áp", "Vịt bầu cổ xanh", "Nấm Linh chi và Vân chi", "Chuối tây"),
    "NT-04": ("Hoài sơn", "Pháp chế", "Đào toáng"),
    "DC-02": ("Chủng vi sinh vật gốc", "Tuyên giáo cơ sở"),
}
VALUES = {
    "NV-01": 40, "NV-02": 31, "NV-03": 9, "NV-04": 22, "NV-05": 6, "NV-07": 2, "NV-08": 1, "NG-01": 3, "DC-01": 0,
} | {code: len(names) for code, names in NAMES.items()}  # fmt: skip
CENTRES = tuple(
    f"Trung tâm Y tế huyện {name}" for name in ("Ngân Sơn", "Na Rì", "Ba Bể", "Chợ Đồn", "Chợ Mới", "Pác Nặm")
)
PROJECTS = ("chè Shan tuyết Chợ Mới", "ngô sinh khối", "Thạch đen Na Rì", "mơ vàng", "hồng không hạt")
STEMS = "Giáp Ất Bính Đinh Mậu Kỷ Canh Tân Nhâm Quý".split()
BRANCHES = "Tý Sửu Dần Mão Thìn Tỵ Ngọ Mùi Thân Dậu Tuất Hợi".split()
CHECKS = (
    "Kiểm tra đồng hồ đo nước lạnh tại 02 đơn vị.",
    "Kiểm tra phương tiện đo trong y tế.",
    "Kiểm tra cân tại chợ.",
)
PERIODS = {
    "month": (PeriodKind.MONTH, 5, (4, 15), (5, 15)),
    "quarter": (PeriodKind.QUARTER, 2, (3, 15), (6, 15)),
    "half": (PeriodKind.HALF, 1, (-12, 15), (6, 15)),
    "nine months": (PeriodKind.NINE_MONTHS, 1, (-12, 15), (9, 15)),
    "year": (PeriodKind.YEAR, 1, (-12, 15), (12, 15)),
}
LAST_TIME = (
    "Ngay từ đầu năm, Lãnh đạo Sở chỉ đạo quyết liệt các nhiệm vụ của ngành. Trong {{ky}}, đã trang bị 12 máy tính cho các phòng. "
    "Việc mua sắm trang thiết bị đo lường còn chậm do thiếu hồ sơ mời thầu."
)


def a_period(name, year):
    kind, number, start, end = PERIODS[name]
    first = date(year - 1 if start[0] < 0 else year, abs(start[0]), start[1])
    return Period(first, date(year, *end), year, kind, number)


def lunar(year):
    return f"{STEMS[(year - 4) % 10]} {BRANCHES[(year - 4) % 12]}"


def shown(day):
    return f"{day.day}/{day.month}/{day.year}"


@dataclass(frozen=True)
class Written:
    """A report's sections by key, as they were typed, and what of last time each holds."""

    period: Period
    texts: dict[str, str]
    titles: dict[str, str]
    carried: dict[str, str]


def annex_table(more):
    """Results of verification, with a row for a part of another and one of totals."""
    return (
        "| TT | Nội dung | Kết quả | Số lượng | Tỷ lệ (%) | Nam |\n| -- | -- | -- | -- | -- | -- |\n"
        "| 1 | Kiểm định | Đã xong | 1.240 | 96,9 | 7 |\n"
        f"| 2 | Công tơ điện hiệu chuẩn | Đã xong | {40 + more} | 3,1 | 5 |\n| | Trong đó: cân |  | 10 | | |\n"
        f"| | Tổng cộng |  | {format_number(1280 + more)} | 100 | 12 |"
    )  # fmt: skip


def written(name, year):
    """What divisions write for a period. Numbers differ by period, so that no slip is found by its number."""
    period, more = a_period(name, year), year % 3
    inside = [period.start + timedelta(days=n) for n in (3, 9, 14)]
    solved, waiting = 40 + more, 6
    received, scales, money = solved + waiting, [40 + more, 20, 15], 45_998_409 + 1_000 * year
    centres, projects = CENTRES[: 3 + more], PROJECTS[: 3 + more % 2]
    new = [f"{5 + more:02d} cơ sở y tế", "03 doanh nghiệp", "01 trường học"]
    rate = f"{100 * solved / received:.2f}".replace(".", ",")
    texts = {
        "A.1": (
            "Năm {{nam}}, Sở quản lý [NV-01] nhiệm vụ ([NV-02] nhiệm vụ chuyển tiếp[^1]; [NV-03] nhiệm vụ mới).\n"
            f"- Tổ chức nghiệm thu [NT-01] đề tài, dự án ({'; '.join(NAMES['NT-01'])}); công nhận kết quả [NT-04] đề tài, dự án "
            f"({'; '.join(NAMES['NT-04'])}); gia hạn [DC-02] lượt: [DC-02:ten].\n"
            "[^1]: Trong đó: [NV-04] nhiệm vụ cấp tỉnh, [NV-05] nhiệm vụ NTMN, [NV-07] cấp quốc gia, [NV-08] sở hữu trí tuệ"
        ),
        "A.2": (
            f"- Công tác an toàn bức xạ: Cấp {len(centres):02d} giấy phép tiến hành công việc bức xạ[^1]; tổ chức kiểm tra tại "
            f"{len(centres):02d} cơ sở ({'; '.join(centres)}). Tiếp nhận khai báo của {9 + more:02d} cơ sở mới[^2].\n"
            f"- Hoàn thành {len(CHECKS):02d} cuộc kiểm tra nhà nước về đo lường, cụ thể:\n"
            + "".join(f"+ {each}\n" for each in CHECKS)
            + f"- Thẩm định giá mua sắm vật tư đối với {len(projects):02d} dự án: {'; '.join(projects)}.\n"
            f"- Kiểm định {sum(scales)} phương tiện đo ({scales[0]} cân; {scales[1]} huyết áp kế; {scales[2]} cột đo xăng dầu). "
            f"Tiếp nhận {12 + more} đơn, gồm {7 + more:02d} đơn sở hữu trí tuệ, 05 đơn sáng kiến.\n"
            f"- Hỗ trợ {14 + more} tổ chức, cá nhân cập nhật dữ liệu phù hợp các tiêu chuẩn Việt Nam về truy xuất nguồn gốc.\n"
            f"- Kiểm tra chất lượng {1250 + more} sản phẩm. Trong đó:\n+ Xăng dầu: {800 + more}\n+ Mũ bảo hiểm: 350 chiếc\n+ Đồ chơi: 100\n"
            "- Tổ chức 04 lớp tập huấn cho 120 người, gồm:\n+ Huyện Ba Bể: 60 người\n+ Huyện Na Rì 60 người\n"
            f"- Kiểm tra tại 04 (bốn) cơ sở: Cửa hàng A; Cửa hàng B; Cửa hàng C; Cửa hàng D. Cử 02 công chức đi học: ông Nguyễn Văn A, "
            "bà Trần Thị B; khảo sát 03 dự án: Nhà máy A, Nhà máy B, Nhà máy C.\n"
            f"- Kiểm định {1250 + more} cột đo, trong đó đạt {1200 + more}, không đạt 50.\n"
            f"- Kết quả rà soát {12 + more} chợ:\n+ {10 + more} chợ đạt yêu cầu\n+ 02 chợ chưa đạt\n"
            f"[^1]: {'; '.join(centres)}.\n"
            f"[^2]: Trong đó: {', '.join(new)}."
        ),
        "A.3": (
            f"- Trong {period_words(period)}, tiếp nhận {received} hồ sơ TTHC, số hồ sơ đã giải quyết đúng hạn là {solved}/{received}, "
            f"02 hồ sơ đang giải quyết trong hạn, 01 hồ sơ chờ bổ sung, 03 hồ sơ trả lại. Kết quả đạt {solved}/{received} ({rate} %).\n"
            f"- Đã giải quyết đúng hạn {18 + more}/{20 + more} đơn, đạt {100 * (18 + more) / (20 + more):.0f}%; thực hiện 9/10 chỉ tiêu, đạt 95% kế "
            "hoạch vốn. Ban hành 15 công văn, 03 tờ trình, tổng cộng 18 văn bản.\n"
            f"- Từ ngày {shown(inside[0])} đến ngày {shown(inside[1])} tổ chức khảo sát.\n"
            f"- Thu hồi {format_number(money)} đồng ({amount_in_words(money)}).\n"
            f"- Ngày {shown(inside[0])}, tổ chức hội thảo về truy xuất nguồn gốc. Ngày {shown(inside[1])}, nghiệm thu phòng thử nghiệm.\n"
            f"- Tham mưu ban hành Kế hoạch số 46/KH-UBND ngày {shown(inside[2])} về hệ thống quản lý chất lượng; Quyết định số "
            f"25/{inside[0].year}/QĐ-UBND ngày {shown(inside[0])}. Triển khai Kế hoạch số 46/KH-UBND ngày {shown(inside[2])}.\n"
            f"- Năm {year}, Sở duy trì trang thông tin điện tử; chào mừng xuân {lunar(year)} năm {year}; so với năm {year - 1} tăng 5 bài.\n"
            "- Chi tiết tại Biểu số 05, xem mục B. Kính đề nghị Ủy ban nhân dân tỉnh xem xét."
        ),
        "B": "Các phòng đã hoàn thành kế hoạch được giao. " + LAST_TIME.split(". ", maxsplit=1)[0].replace("đầu năm", "đầu kỳ") + ".",
        "C": (
            f"- Tiếp tục hỗ trợ {14 + more} tổ chức, cá nhân cập nhật dữ liệu phù hợp các tiêu chuẩn Việt Nam về truy xuất nguồn gốc.\n"
            f"- Ngày 20/12/{year} tổ chức hội nghị tổng kết; chuẩn bị kế hoạch năm {year + 1}."
        ),
        "PL": annex_table(more),
    }  # fmt: skip
    titles = {
        "A.1": "Quản lý khoa học", "A.2": "Quản lý chuyên ngành", "A.3": "Công tác văn phòng", "B": "Đánh giá chung",
        "C": "Phương hướng, nhiệm vụ {{ky_con_lai}}", "PL": "Biểu số 05: Kết quả kiểm định",
    }  # fmt: skip
    return Written(period, texts, titles, {"B": LAST_TIME})


def source(report):
    form = parse_form(
        HEAD_TOML.replace('"Sở Kế hoạch và Đầu tư"', '"Ủy ban nhân dân tỉnh"')
        + '\n[[section]]\nkey = "X"\nlabel = ""\nlevel = 1\ntitle = ""\nowner = "VP"\n'
    )
    sections = tuple(
        SectionSource(
            key, "Phụ lục" if key == "PL" else f"{key}.", 1, report.titles[key], "VP", text, typed=True,
            carried=report.carried.get(key, ""), carried_from="Báo cáo kỳ trước", annex=key == "PL",
        )
        for key, text in report.texts.items()
    )  # fmt: skip
    return ReportSource(form, report.period, sections, {})


def readings(period, form=None):
    """Figures that nobody has to read from a database; those of a form that have no value here are 0."""
    done = Readings(period)
    for code, value in {**dict.fromkeys(form.codes() if form else (), 0), **VALUES}.items():
        names = NAMES.get(code) or tuple(f"{code} số {n}" for n in range(1, value + 1))
        done._values[code], done._records[code] = value, []
        done._printed[code] = tuple(PrintedRecord(name, None, ()) for name in names)
    return done


def resolved(report):
    return resolve(source(report), registry, readings(report.period))


# --------------------------------------------------------------------------------------------- slips


@dataclass(frozen=True)
class Slip:
    """A changed report: which section was changed, and how."""

    name: str
    section: str
    report: Written


def _once(report, name, section, old, new, *, regex=False):
    text = report.texts[section]
    changed = re.sub(old, new, text, count=1) if regex else text.replace(old, new, 1)
    assert changed != text, (name, old)
    return Slip(name, section, replace(report, texts={**report.texts, section: changed}))


def _numbers(report):
    """Each typed number one too many and one too few."""
    texts = report.texts

    def number(label, section, before, by, after):
        found = re.search(rf"{before}(\d+){after}", texts[section])
        old = found[0]
        new = old.replace(found[1], f"{int(found[1]) + by:02d}", 1)
        return _once(report, f"{label} {by:+d}", section, old, new)

    for by in (-1, 1):
        yield number("count beside a footnote", "A.2", "Cấp ", by, " giấy phép")
        yield number("count before brackets", "A.2", "kiểm tra tại ", by, r" cơ sở \(")
        yield number("count above lines", "A.2", "Hoàn thành ", by, " cuộc")
        yield number("count before a colon", "A.2", "đối với ", by, " dự án")
        yield number("total before brackets", "A.2", "Kiểm định ", by, " phương tiện")
        yield number("part in brackets", "A.2", r"; ", by, " huyết áp kế")
        yield number("total in running text", "A.2", "Tiếp nhận ", by, " đơn, gồm")
        yield number("total beside a footnote", "A.2", "khai báo của ", by, " cơ sở mới")
        yield number("part in a footnote", "A.2", "Trong đó: ", by, " cơ sở y tế")
        yield number("one statement made twice", "C", "hỗ trợ ", by, " tổ chức")
        yield number("received dossiers", "A.3", "tiếp nhận ", by, " hồ sơ TTHC")
        yield number("dossiers that wait", "A.3", "", by, " hồ sơ trả lại")
        yield number("a share", "A.3", "Kết quả đạt ", by, "/")
        yield number("total above lines of parts", "A.2", "chất lượng ", by, " sản phẩm")
        yield number("part in a line", "A.2", "Mũ bảo hiểm: ", by, " chiếc")
        yield number("part that begins a line", "A.2", r"\+ ", by, " chợ chưa đạt")
        yield number("people above lines of parts", "A.2", "cho ", by, " người")
        yield number("number beside its words", "A.2", "Kiểm tra tại ", by, " \\(bốn\\)")
        yield number("people after a colon", "A.2", "Cử ", by, " công chức")
        yield number("names of one kind after a colon", "A.2", "khảo sát ", by, " dự án")
        yield number("what passed of all", "A.2", "trong đó đạt ", by, ", không")
        yield number("what did not pass", "A.2", "không đạt ", by, "\\.")
        yield number("share without brackets", "A.3", ", đạt ", by * 3, "%;")
        yield number("sum after its parts", "A.3", "tổng cộng ", by, " văn bản")
        yield number("part before its sum", "A.3", "công văn, ", by, " tờ trình")
        yield number("part in a table", "PL", r"Đã xong \| ", by, r" \| 3")
        yield number("total of a table", "PL", r" \| 1\.", by, r" \| 100")
        yield number("total of men in a table", "PL", r" \| 100 \| ", by, r" \|")


def slips(name, year):
    """Every class of slip in one report: wrong counts, lists, sums, periods, days, stale words, things that are missing."""
    report = written(name, year)
    period, texts = report.period, report.texts
    centres = re.search(r"cơ sở \((.*?)\)", texts["A.2"])[1].split("; ")
    projects = re.search(r"dự án: (.*)\.", texts["A.2"])[1].split("; ")

    yield from _numbers(report)
    yield _once(report, "item left out of brackets", "A.2", f"({centres[0]}; ", "(")
    yield _once(report, "item left out of a footnote", "A.2", f"[^1]: {centres[0]}; ", "[^1]: ")
    yield _once(report, "item left out after a colon", "A.2", f": {projects[0]}; ", ": ")
    yield _once(report, "line left out", "A.2", "+ Kiểm tra cân tại chợ.\n", "")
    yield _once(report, "item added", "A.2", f"; {projects[-1]}.", f"; {projects[-1]}; cam sành.")
    yield _once(report, "amount in words", "A.3", " triệu", " nghìn")
    swapped = replace(report, texts={**texts, "A.1": texts["A.1"].replace(
        "; ".join(NAMES["NT-04"]), "Chủng vi sinh vật gốc; Tuyên giáo cơ sở; Mơ vàng")})  # fmt: skip
    yield Slip("swapped list", "A.1", swapped)
    yield _once(report, "name left out beside a figure", "A.1", f"{NAMES['NT-01'][0]}; ", "")
    yield _once(
        report,
        "typed number of a figure",
        "B",
        "Các phòng",
        "Đã nghiệm thu cấp tỉnh 05 đề tài, dự án. Các phòng",
    )
    other = replace(period, number=period.number + 1) if name in {"month", "quarter"} else period
    words = f"Trong {period_words(other)}" if other is not period else "Trong 6 tháng cuối năm"
    yield _once(report, "another period", "A.3", f"Trong {period_words(period)}", words)
    for earlier in (1, 2):
        yield _once(report, f"year {earlier} before", "A.3", f"Năm {year}, Sở", f"Năm {year - earlier}, Sở")
    yield _once(report, "lunar year", "A.3", lunar(year), lunar(year - 2))
    for sentence in LAST_TIME.split(". ")[1:]:
        yield _once(report, "stale sentence", "B", "Các phòng", f"{sentence.rstrip('.')}. Các phòng")
    event = re.search(r"Ngày (\S+), tổ chức", texts["A.3"])[1]
    for label, day in (
        ("after the cut-off", shown(period.end + timedelta(days=3))),
        ("before the period", shown(period.start - timedelta(days=40))),
        ("impossible day", f"31/2/{year}"),
    ):
        yield _once(report, f"event: {label}", "A.3", f"Ngày {event}, tổ chức", f"Ngày {day}, tổ chức")
    cited = re.search(r"46/KH-UBND ngày (\S+)", texts["A.3"])[1]
    later = shown(period.end + timedelta(days=5))
    both = replace(report, texts={**texts, "A.3": texts["A.3"].replace(cited, later)})
    yield Slip("document after the cut-off", "A.3", both)
    yield _once(report, "one document, two days", "A.3", cited, shown(period.start + timedelta(days=20)))
    yield _once(report, "year of a document", "A.3", r"25/(\d{4})/QĐ", "25/1999/QĐ", regex=True)
    yield _once(report, "missing annex", "A.3", "Biểu số 05", "Biểu số 07")
    yield _once(report, "missing section", "A.3", "mục B", "mục D")
    yield _once(report, "missing recipient", "A.3", "Ủy ban nhân dân tỉnh", "Bộ Tài chính")
    days = re.search(r"Từ ngày (\S+) đến ngày (\S+) tổ chức", texts["A.3"])
    yield _once(report, "backwards", "A.3", f"{days[1]} đến ngày {days[2]}", f"{days[2]} đến ngày {days[1]}")
    yield _once(report, "left for later", "B", "kế hoạch được giao", "kế hoạch được giao (bổ sung sau)")
    yield _once(report, "blank", "B", "kế hoạch được giao", "……… kế hoạch được giao")
