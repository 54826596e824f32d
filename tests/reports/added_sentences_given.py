"""Sentences added to a right report of nine months of 2023: slips in words of other people than the checks were written for, each
with what is found, and right sentences that look like them.
"""

import re
from dataclasses import replace

from tests.reports.printed_given import NAMES, written

EXTENDED, ACCEPTED = NAMES["DC-02"], NAMES["NT-01"]
NEW = tuple(f"NV-03 số {n}" for n in range(1, 10))
SENT = "Như trên; Lưu: VT"
# By the sentence: the code of what is found, its two values and the names of its records
SLIPS = {
    "Trong kỳ có 05 nhiệm vụ được nghiệm thu cấp tỉnh.": ("typed_figure", "05 nhiệm vụ được nghiệm", "04 (NT-01)", ACCEPTED),
    "Tổ chức nghiệm thu được 05 nhiệm vụ.": ("typed_figure", "05 nhiệm vụ", "04 (NT-01)", ACCEPTED),
    "Hoàn thành nghiệm thu 03 đề tài.": ("typed_figure", "03 đề tài", "04 (NT-01)", ACCEPTED),
    "Số nhiệm vụ đã nghiệm thu cấp tỉnh là 5.": ("typed_figure", "05 nhiệm vụ đã nghiệm", "04 (NT-01)", ACCEPTED),
    "Trong đó có 08 nhiệm vụ mới.": ("typed_figure", "08 nhiệm vụ mới", "09 (NV-03)", NEW),
    "Gia hạn 03 lượt.": ("typed_figure", "03 lượt", "02 (DC-02)", EXTENDED),
    "Kiểm tra 20 cơ sở gồm 12 cơ sở xăng dầu và 9 cơ sở vàng.": ("typed_sum", "12 + 09 = 21", "20 cơ sở", ()),
    "Giải ngân 120 triệu đồng[^9].\n[^9]: Trong đó: đề tài A 50 triệu đồng; đề tài B 60 triệu đồng.": (
        "typed_sum", "50 + 60 = 110 triệu", "120 triệu đồng", (),
    ),
    "Trồng 12 ha, gồm: Ba Bể 5 ha; Na Rì 8 ha.": ("typed_sum", "5 + 8 = 13 ha", "12 ha", ()),
    "Kinh phí 1,5 tỷ đồng, gồm: ngân sách tỉnh 1,2 tỷ đồng và đối ứng 0,4 tỷ đồng.": (
        "typed_sum", "1,2 + 0,4 = 1,6 tỷ", "1,5 tỷ đồng", (),
    ),
    "Thu 12.000.000 đồng phí (Ba Bể 8.000.000 đồng; Na Rì 5.000.000 đồng).": (
        "typed_sum", "8.000.000 + 5.000.000 = 13.000.000 đồng", "12.000.000 đồng", (),
    ),
    "Đạt 90% (40/46 hồ sơ).": ("share", "90% (40/46", "87 %", ()),
    "Ngày 20/9, tổ chức hội nghị.": ("day_outside", "20/9", "15/12/2022 - 14/09/2023", ()),
    "Báo cáo gửi Sở Nội vụ tổng hợp.": ("missing_recipient", "Báo cáo gửi Sở Nội vụ", SENT, ()),
    "Đề nghị Sở Tài chính xem xét, bố trí kinh phí.": ("missing_recipient", "Đề nghị Sở Tài chính", SENT, ()),
    "(Có danh sách kèm theo.)": ("missing_annex", "danh sách kèm theo", "không có", ()),
    "Như đã nêu tại phần III.": ("missing_section", "tại phần III", "không có", ()),
}  # fmt: skip
# Two sentences in two sections, with the two values
IN_TWO_PLACES = {
    (
        "Tổ chức kiểm tra đo lường tại 12 cơ sở kinh doanh xăng dầu.",
        "Tổ chức kiểm tra đo lường tại 13 cơ sở kinh doanh xăng dầu.",
    ): ("error", "12 cơ sở kinh doanh", "13 cơ sở kinh doanh"),
    (
        "Tổ chức kiểm tra đo lường tại 12 cơ sở kinh doanh xăng dầu.",
        "Đã kiểm tra 13 cơ sở kinh doanh xăng dầu.",
    ): ("warning", "12 cơ sở kinh doanh", "13 cơ sở kinh doanh"),
}
RIGHT = (
    "Nghiệm thu 02 đề tài cấp cơ sở.",
    "Có 03 nhiệm vụ chưa nghiệm thu.",
    "Đôn đốc 05 nhiệm vụ hoàn thiện hồ sơ nghiệm thu.",
    "Kiểm tra 05 nhiệm vụ sau nghiệm thu.",
    "Gia hạn 03 giấy phép.",
    "Gia hạn thời gian nộp hồ sơ 03 lượt.",
    "Theo dõi 05 nhiệm vụ mới của huyện.",
    "Số nhiệm vụ cấp cơ sở đã nghiệm thu là 5.",
    "Ngày 30/4, 01/5, Sở tổ chức trực.",
    "Chào mừng ngày 20/11, Sở tổ chức hội nghị.",
    "Theo Công văn ngày 20/10, Sở tổ chức kiểm tra.",
    "Hoàn thành trước ngày 20/10.",
    "Dự kiến ngày 20/10 tổ chức hội nghị.",
    "Hoàn thiện hồ sơ gửi Sở Tài chính xem xét, thẩm định.",
    "Báo cáo gửi Sở Nội vụ kết quả cải cách hành chính.",
    "Đề nghị UBND tỉnh xem xét.",
    "Đề nghị các sở, ngành quan tâm.",
    "Ban hành Quyết định số 15/QĐ-SKHCN ngày 15/3/2023 (có danh sách kèm theo).",
    "Thực hiện theo hướng dẫn tại mục II Nghị quyết số 57-NQ/TW.",
    "Tổng kinh phí 500 triệu đồng (đã giải ngân 200 triệu đồng; ước cả năm 450 triệu đồng).",
    "Kinh phí 500 triệu đồng, trong đó: ngân sách tỉnh 300 triệu đồng.",
    "Kinh phí 500 triệu đồng, gồm: ngân sách tỉnh 300 triệu đồng; đối ứng 200 triệu đồng.",
    "Kinh phí 1,5 tỷ đồng, gồm: ngân sách tỉnh 1,2 tỷ đồng và đối ứng 0,3 tỷ đồng.",
    "Trồng 12 ha (Ba Bể 5 ha; Na Rì 7 ha), năng suất 30 tạ/ha.",
    "Đoàn kiểm tra 05 người gồm 02 công chức và 03 viên chức.",
    "Thu 12.000.000 đồng phí (an toàn bức xạ 8.000.000 đồng; sở hữu trí tuệ 4.000.000 đồng).",
    "Hỗ trợ 03 doanh nghiệp 300 triệu đồng: Công ty A 100 triệu đồng; Công ty B 100 triệu đồng; Công ty C 100 triệu đồng.",
    "Đạt 87% (40/46 hồ sơ).",
    "Trung tâm gồm 05 phòng và 20 viên chức.",
    "Kiểm tra 20 cơ sở tại các huyện gồm Ba Bể 12 cơ sở và Na Rì 8 cơ sở.",
    "Dự án đầu tư 25 tỷ đồng: giai đoạn 1 là 10 tỷ đồng; giai đoạn 2 là 15 tỷ đồng.",
)


def with_sentences(**added):
    """The report with sentences added to sections by key; "A_3" stands for A.3."""
    report = written("nine months", 2023)
    texts = dict(report.texts)
    for name, sentence in added.items():
        texts[re.sub("_", ".", name)] += f"\n- {sentence}"
    return replace(report, texts=texts)
