"""One line of help for fields whose name is not enough, in the words of those who fill them in."""

from django.utils.translation import gettext_lazy as _

HELP_LINES = {
    "technology.investmentproject": {
        "code": _("Mã ngắn của phòng, không trùng. Ví dụ: DA-2026-01."),
        "standing": _("Danh mục của pháp luật về chuyển giao công nghệ; chưa đối chiếu thì để trống."),
        "scale": _("Con số chính của dự án, đi cùng đơn vị ở ô sau. Ví dụ: 505."),
        "scale_unit": _("Báo cáo cộng quy mô của các dự án cùng đơn vị."),
    },
    "technology.technologyopinion": {
        "code": _("Mã ngắn của phòng, không trùng. Ví dụ: YK-2026-01."),
        "stage": _("Việc mà cơ quan chủ trì đang quyết định về dự án."),
        "requested_on": _("Ngày ghi trên văn bản lấy ý kiến."),
        "received_on": _("Ngày Sở nhận văn bản; thời hạn trả lời tính từ ngày này."),
        "answer_by": _("Văn bản ghi hạn thì hạn này thay thời hạn theo quy định; không ghi thì để trống."),
        "conclusion": _("In ở văn bản trả lời; phải chọn trước khi trả lời."),
    },
    "technology.transfercontract": {
        "code": _("Mã ngắn của phòng, không trùng. Ví dụ: CGCN-2026-01."),
        "direction": _("Bên giao và bên nhận ở trong nước hay nước ngoài."),
        "signed_on": _("Ngày hai bên ký hợp đồng."),
        "valid_until": _(
            "Đến ngày này phần mềm nhắc ghi hết hiệu lực. Hợp đồng không ghi thời hạn thì để trống."
        ),
        "price": _("Giá ghi trong hợp đồng; không ghi thì để trống. Ví dụ: 250.000.000."),
        "received_on": _("Ngày Sở nhận hồ sơ; thời hạn cấp giấy tính từ ngày này."),
    },
    "technology.enterprisecertificate": {
        "number": _("Số, ký hiệu ghi trên giấy chứng nhận. Ví dụ: 05/DNKHCN."),
        "kind": _("Cấp lại, thay đổi thì ghi thêm một giấy; giấy cũ ghi ngày chấm dứt."),
        "issued_on": _("Ngày ghi trên giấy chứng nhận."),
        "ended_on": _(
            "Ngày giấy bị thu hồi, hủy bỏ hoặc thay bằng giấy khác, ghi cùng lý do; đang có hiệu lực thì để trống."
        ),
    },
    "technology.mediaplan": {
        "code": _("Mã ngắn của phòng, không trùng. Ví dụ: KHTT-2026-01."),
        "kind": _("Mỗi kế hoạch về một hình thức; tin, bài của kế hoạch có cùng hình thức."),
        "year": _("Năm của kế hoạch. Ví dụ: 2026."),
        "agreed_on": _("Ngày ký kế hoạch phối hợp."),
        "complete_by": _("Không ghi thì hạn là ngày 31/12 của năm kế hoạch."),
        "ended_on": _("Kế hoạch không làm hết mà dừng thì ghi ngày dừng, hết nhắc hạn; còn lại để trống."),
    },
    "technology.mediaitem": {
        "code": _("Mã ngắn của phòng, không trùng. Ví dụ: TB-2026-001."),
        "kind": _("Báo cáo đếm theo hình thức này."),
        "topic": _("Nội dung chính của tin, bài."),
    },
    "technology.publication": {
        "code": _("Mã ngắn của phòng, không trùng. Ví dụ: AP-2026-01."),
        "kind": _("Báo cáo đếm riêng Nông lịch."),
        "year": _("Nông lịch năm 2026 in cuối năm 2025 thì ghi 2026."),
    },
    "technology.publicationdistribution": {
        "code": _("Mã ngắn của phòng, không trùng. Ví dụ: CP-2026-01."),
    },
    "technology.statisticsreport": {
        "code": _("Mã ngắn của phòng, không trùng. Ví dụ: TK-2026-01."),
        "kind": _("Báo cáo thống kê gửi hằng năm; điều tra là thu thập số liệu riêng."),
        "year": _("Năm mà số liệu nói về, thường là năm trước. Ví dụ: 2025."),
        "due_on": _("Văn bản ghi hạn thì hạn này thay thời hạn theo quy định; không ghi thì để trống."),
        "submitted_on": _("Ngày gửi báo cáo hoặc kết quả điều tra; chưa gửi thì để trống."),
    },
}
