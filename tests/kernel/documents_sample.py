"""Documents to test with: the real nine-month report (Bắc Kạn 2023, beginning and end), and random ones."""

import datetime as dt
import os
import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import strategies as st

from khcn.kernel.documents.model import (
    Annex,
    DocumentColumn,
    Footnote,
    Heading,
    Mark,
    OfficialDocument,
    PageBreak,
    Paragraph,
    Run,
    Table,
)

SUBJECT = (
    "Kết quả thực hiện Quyết định số 2519/QĐ-UBND ngày 23/12/2022 của UBND tỉnh, Nghị quyết số 11/NQ-CP của Chính phủ "
    "và tình hình kinh tế - xã hội 9 tháng đầu năm 2023 của Sở Khoa học và Công nghệ"
)


def text(content, **look):
    return (Run(content, **look),)


def note(*runs):
    return Footnote(tuple(runs))


ASSIGNED = Table(
    columns=(
        DocumentColumn("TT", 10, "center"),
        DocumentColumn("Nội dung", 70),
        DocumentColumn("Tiến độ theo kế hoạch", 32, "center"),
        DocumentColumn("Kết quả thực hiện", 48),
    ),
    rows=(
        (
            text("1"),
            text(
                "Tham mưu ban hành Quyết định của Ủy ban nhân dân tỉnh sửa đổi, bổ sung hoặc thay thế Quyết định số "
                "731/QĐ-UBND ngày 10/5/2019 của UBND tỉnh quy định về đánh giá, công nhận sáng kiến, đề tài nghiên cứu "
                "khoa học của các cá nhân để làm căn cứ xét tặng các danh hiệu thi đua, hình thức khen thưởng."
            ),
            text("Tháng 3 năm 2023"),
            text("Đã hoàn thành (Quyết định số 713/QĐ-UBND ngày 24/4/2023)"),
        ),
        (
            text("2"),
            text(
                "Nhiệm vụ chuyển đổi số năm 2023 “Xây dựng hệ thống truy xuất nguồn gốc sản phẩm hàng hoá trên địa bàn "
                "tỉnh Bắc Kạn”"
            ),
            text("Tháng 12 năm 2023"),
            text("Đã trình Sở Thông tin và truyền thông thẩm định đề cương và dự toán chi tiết."),
        ),
    ),
)

CARRIED_OVER = note(
    Run("Trong đó: "),
    Run("22", figure="carried_over.province"),
    Run(" nhiệm vụ cấp tỉnh, "),
    Run("06", figure="carried_over.rural"),
    Run(" nhiệm vụ NTMN (trong đó 04 dự án phối hợp quản lý), 02 nhiệm vụ cấp quốc gia"),
)
CENTRAL = note(
    Run(
        "Ứng dụng tiến bộ KH&CN trong sản xuất gạch xi măng-cốt liệu từ nguồn đá mặt và các nguyên liệu sẵn có ở tỉnh "
        "Bắc Kạn (Chấm dứt Hợp đồng từ tháng 5/2023 theo QĐ của Bộ KH&CN); Ứng dụng khoa học công nghệ xây dựng mô hình "
        "chế biến quýt, mơ của Bắc Kạn theo công nghệ cô đặc tại nhiệt độ thấp và áp suất thường ("
    ),
    Run("JEVA", italic=True),
    Run(")."),
)

BLOCKS = (
    Heading(1, "A.", text("Kết quả thực hiện")),
    Heading(
        2,
        "I.",
        text(
            "Kết quả thực hiện các nhiệm vụ tại Quyết định số 2519/QĐ-UBND ngày 23/12/2022 của UBND tỉnh ban hành Chương "
            "trình hành động thực hiện Kế hoạch phát triển KTXH, đảm bảo quốc phòng - an ninh năm 2023"
        ),
    ),
    ASSIGNED,
    Heading(2, "II.", text("Kết quả thực hiện Nghị quyết số 11/NQ-CP của Chính phủ")),
    Paragraph(text("Sở Khoa học và Công nghệ báo cáo tại Biểu số 21 tại Phụ lục kèm theo.")),
    Heading(2, "III.", text("Kết quả thực hiện nhiệm vụ 9 tháng đầu năm 2023")),
    Heading(3, "1.", text("Tham mưu xây dựng cơ chế, chính sách")),
    Paragraph(
        (
            Run("Tham mưu "),
            Run("01", figure="normative_documents"),
            Run(
                " văn bản QPPL: Quyết định của UBND tỉnh về phân cấp thẩm quyền xử lý tài sản trang bị đối với nhiệm vụ "
                "khoa học và công nghệ sử dụng vốn nhà nước thuộc phạm vi quản lý của tỉnh Bắc Kạn."
            ),
        ),
        bullet="-",
    ),
    Heading(3, "2.", text("Công tác quản lý khoa học")),
    Heading(4, "a)", text("Quản lý các nhiệm vụ khoa học và công nghệ")),
    Paragraph(
        (
            Run("Năm 2023, Sở Khoa học và Công nghệ quản lý "),
            Run("40", figure="tasks.managed"),
            Run(" nhiệm vụ khoa học và công nghệ ("),
            Run("31", figure="tasks.carried_over"),
            Run(" nhiệm vụ chuyển tiếp", note=CARRIED_OVER),
            Run("; "),
            Run("09", figure="tasks.new", mark=Mark.OVERRIDE),
            Run(" nhiệm vụ thực hiện từ năm 2023)."),
        )
    ),
    Paragraph(
        (
            Run("Nhiệm vụ cấp Quốc gia (02): phối hợp với Bộ Khoa học và Công nghệ theo dõi "),
            Run("04", figure="tasks.central", note=CENTRAL),
            Run(" dự án do Trung ương quản lý; thay đổi chủ nhiệm dự án "),
            Run("Chè Shan Chợ Mới", italic=True, mark=Mark.ILLUSTRATIVE),
            Run("; tổ chức "),
            Run("03", mark=Mark.TYPED),
            Run(" lượt kiểm tra."),
        ),
        bullet="+",
        indent=1,
    ),
    Heading(
        4,
        "b)",
        text("Khoa học và công nghệ cơ sở:"),
        tail=text(
            "Tổ chức làm việc với 08 huyện, thành phố về tình hình triển khai các nhiệm vụ khoa học và công nghệ, công tác "
            "duy trì, nhân rộng kết quả thực hiện các đề tài, dự án và các hoạt động khác."
        ),
    ),
    Heading(5, "", text("Công tác khác")),
    PageBreak(),
    Heading(1, "B.", text("Đánh giá chung")),
    Paragraph(
        (
            Run("Ngay từ đầu năm, Lãnh đạo Sở chỉ đạo quyết liệt, sát sao các nhiệm vụ của ngành ("),
            Run("văn bản", href="https://example.org/van-ban?so=1&nam=2023"),
            Run(", "),
            Run("danh mục", href="/nhiem-vu/"),
            Run(")."),
        )
    ),
)

SEED = OfficialDocument(
    governing_body="UBND TỈNH BẮC KẠN",
    issuing_body="SỞ KHOA HỌC VÀ CÔNG NGHỆ",
    symbol="BC-SKHCN",
    place="Bắc Kạn",
    year=2023,
    month=9,
    subject=SUBJECT,
    addressees=("Sở Kế hoạch và Đầu tư",),
    bases=(
        text(
            "Thực hiện Thông tư số 13/2021/TT-BKHCN ngày 30/12/2021 của Bộ Khoa học và Công nghệ quy định chế độ báo cáo "
            "định kỳ thuộc phạm vi quản lý nhà nước của Bộ Khoa học và Công nghệ; Quyết định số 19/2019/QĐ-UBND ngày "
            "14/10/2019 của UBND tỉnh Bắc Kạn về việc ban hành quy định chế độ báo cáo định kỳ thực hiện trên địa bàn tỉnh."
        ),
        text(f"Sở Khoa học và Công nghệ báo cáo {SUBJECT[0].lower()}{SUBJECT[1:]} như sau:"),
    ),
    blocks=BLOCKS,
    closing=text(f"Trên đây là Báo cáo {SUBJECT[0].lower()}{SUBJECT[1:]}."),
    recipients=(
        "Như trên",
        "Bộ KH&CN (b/c)",
        "UBND tỉnh (b/c)",
        "Ban GĐ Sở",
        "Các ĐV Khối VHXH",
        "Các phòng, đơn vị",
        "Lưu: VT",
    ),
    recipients_heading="Bản điện tử:",
    signer_capacity=("GIÁM ĐỐC",),
    signer_name="Nguyễn Đình Điệp",
)

MINUTES = replace(SEED, co_signer_capacity=("THƯ KÝ",), co_signer_name="Trần Thị B")

DECISION = replace(
    SEED,
    kind="QUYẾT ĐỊNH",
    subject="Về việc kiểm tra đo lường",
    authority="GIÁM ĐỐC SỞ KHOA HỌC VÀ CÔNG NGHỆ",
    addressees=(),
)
LETTER = replace(SEED, kind="Công văn", subject="Về việc báo cáo kết quả\nhoạt động", number="7")

WITH_ANNEX = replace(
    SEED,
    number="5",
    signed_on=dt.date(2023, 9, 14),
    addressees=("Sở Kế hoạch và Đầu tư", "Bộ Khoa học và Công nghệ"),
    signer_capacity=("KT. GIÁM ĐỐC", "PHÓ GIÁM ĐỐC"),
    annexes=(
        Annex(
            "Phụ lục",
            "Biểu số 21",
            "(Kèm theo Báo cáo số 05/BC-SKHCN ngày 14/9/2023 của Sở Khoa học và Công nghệ)",
            (replace(ASSIGNED, caption="Tiến độ thực hiện"),),
            landscape=True,
        ),
    ),
)


def long_document(paragraphs):
    """The sample with more text; 300 paragraphs fill some 60 pages."""
    sentence = "Thực hiện các nhiệm vụ khoa học và công nghệ theo kế hoạch được phê duyệt, đúng tiến độ và chất lượng. "
    body = []
    for index in range(paragraphs):
        if index % 10 == 0:
            body.append(Heading(3, f"{index // 10 + 1}.", text("Công tác quản lý")))
        carried = Run(
            f"{index:02d}",
            figure=f"f{index}",
            note=note(Run(f"Chú thích số {index}")) if index % 5 == 0 else None,
        )
        body.append(Paragraph((Run("Đã làm "), carried, Run(" việc. " + sentence * 5)), bullet="-"))
    return replace(SEED, blocks=tuple(body))


def tool(name):
    """Path of a program of the machine; without it the test is left out, or fails where everything is required."""
    path = shutil.which(name)
    if path is None:
        missing(f"{name} is not installed")
    return path


def fonts():
    folder = Path(__file__).parents[2] / "node_modules" / "@expo-google-fonts" / "tinos"
    if not folder.is_dir():
        missing("the font package is not installed (npm ci)")
    return folder


def missing(what):
    if os.environ.get("KHCN_REQUIRE_ALL") == "1":
        pytest.fail(what)
    pytest.skip(what)


# ------------------------------------------------------------------------------------------ random documents

HOSTILE = (
    "<script>alert(1)</script>",
    "]]><w:p/>",
    "&amp; & &#0;",
    "\x00\x07\x0b\ufffe\x1f",
    "\u202eđảo ngược\u202c",
    '#import "@preview/cetz:0.3.0": *',
    "#panic() $x$ *đậm* _nghiêng_ @nhãn <nhãn> `mã` \\",
    "{{ 7*7 }} {% if %} ${7*7}",
    "a\tb\r\nc\rd",
    "Tie\u0302\u0301ng Vie\u0323\u0302t",
    "\ud800",
)
hostile_texts = st.one_of(st.text(max_size=40), st.sampled_from(HOSTILE))
vietnamese_texts = st.text("aăâđêôơưbcKHCN ảẫệộữ0123456789.,;:()<>&\"'#$*_@/\\-+", max_size=40)


def run_strategies(texts, *, notes=True):
    return st.builds(
        Run,
        texts,
        bold=st.booleans(),
        italic=st.booleans(),
        figure=st.none() | texts,
        href=st.sampled_from(
            (None, "https://example.org/?a=1&b='2'\"", "/nhiem-vu/?x=<1>", "mailto:a@example.org", "#a")
        ),
        note=st.none() | st.builds(Footnote, runs_strategies(texts, notes=False)) if notes else st.none(),
        mark=st.none() | st.sampled_from(Mark),
    )


def runs_strategies(texts, *, notes=True):
    return st.lists(run_strategies(texts, notes=notes), max_size=3).map(tuple)


def tables(texts):
    columns = st.builds(
        DocumentColumn, texts, st.floats(0.01, 400), st.sampled_from(("left", "center", "right"))
    )

    def with_rows(found):
        row = st.tuples(*(runs_strategies(texts) for _ in found))
        return st.builds(Table, st.just(tuple(found)), st.lists(row, max_size=2).map(tuple), texts)

    return st.lists(columns, min_size=1, max_size=3).flatmap(with_rows)


def blocks(texts):
    return st.lists(
        st.one_of(
            st.builds(Heading, st.integers(1, 5), texts, runs_strategies(texts), runs_strategies(texts)),
            st.builds(Paragraph, runs_strategies(texts), st.sampled_from(("", "-", "+")), st.integers(0, 4)),
            tables(texts),
            st.just(PageBreak()),
        ),
        max_size=3,
    ).map(tuple)


def documents(texts):
    names = st.lists(texts, max_size=2).map(tuple)
    return st.builds(
        OfficialDocument,
        governing_body=texts,
        issuing_body=texts,
        symbol=texts,
        place=texts,
        year=st.integers(1945, 9999),
        month=st.integers(1, 12),
        subject=texts,
        blocks=blocks(texts),
        number=texts,
        signed_on=st.none() | st.dates(dt.date(1980, 1, 1), dt.date(2099, 12, 31)),
        kind=texts | st.just("CÔNG VĂN"),
        authority=texts,
        addressees=names,
        bases=st.lists(runs_strategies(texts), max_size=1).map(tuple),
        closing=runs_strategies(texts),
        recipients=names,
        recipients_heading=texts,
        signer_capacity=names,
        signer_name=texts,
        co_signer_capacity=names,
        co_signer_name=texts,
        annexes=st.lists(st.builds(Annex, texts, texts, texts, blocks(texts), st.booleans()), max_size=1).map(
            tuple
        ),
        is_draft=st.booleans(),
    )
