"""One line of help for fields whose name is not enough, in the words of those who fill them in."""

from django.utils.translation import gettext_lazy as _

HELP_LINES = {
    "inspection.inspectionplan": {
        "number": _("Số, ký hiệu của văn bản phê duyệt kế hoạch. Ví dụ: 12/KH-TTr."),
        "year": _("Năm mà kế hoạch áp dụng. Ví dụ: 2026."),
        "approved_on": _("Ngày ký văn bản phê duyệt kế hoạch."),
    },
    "inspection.inspection": {
        "code": _("Mã ngắn, không trùng. Ví dụ: TTR-2026-01."),
        "kind": _(
            "Từ ngày quy định mới có hiệu lực chỉ còn kiểm tra chuyên ngành; cuộc trước đó giữ nguyên."
        ),
        "field": _("Lĩnh vực chính của cuộc; báo cáo nêu các lĩnh vực thanh tra, kiểm tra chủ yếu."),
        "plan": _("Để trống là thanh tra, kiểm tra đột xuất, báo cáo đếm riêng."),
        "planned_on": _("Ngày dự kiến công bố quyết định; ngày thật ghi bằng nút của từng bước."),
        "scope": _("Thời kỳ của hoạt động được thanh tra. Ví dụ: năm 2024 và 2025."),
        "working_days": _("Số ngày làm việc tại nơi được thanh tra mà quyết định cho phép. Ví dụ: 15."),
    },
    "inspection.inspectionmember": {
        "role": _("Mỗi đoàn có một trưởng đoàn; người đó ký báo cáo kết quả."),
    },
    "inspection.inspectionsubject": {
        "code": _("Mã ngắn, không trùng. Ví dụ: TTR-2026-01-A."),
        "kind": _(
            "Báo cáo đếm riêng tổ chức, đơn vị và cá nhân; đơn vị là đơn vị sự nghiệp, phòng của huyện."
        ),
    },
    "inspection.inspectionfinding": {
        "code": _("Mã ngắn, không trùng. Ví dụ: TTR-2026-01-A1."),
        "recommendation": _("Thu hồi là nộp lại ngân sách; giảm trừ là trừ vào lần thanh toán sau."),
        "amount": _("Số tiền ghi trong kết luận; chấn chỉnh, khắc phục thì ghi 0."),
        "due_on": _("Ngày cuối để thực hiện theo kết luận; để trống nếu kết luận không ghi."),
    },
    "inspection.findingexecution": {
        "done_on": _("Ngày nộp, giảm trừ hoặc chấn chỉnh xong; mỗi lần thực hiện ghi một dòng."),
        "amount": _("Số tiền nộp, giảm trừ của lần này; báo cáo cộng theo ngày. Chấn chỉnh thì ghi 0."),
    },
    "inspection.administrativeviolation": {
        "code": _("Mã ngắn, không trùng. Ví dụ: VPHC-2026-01."),
        "minutes_number": _("Số ghi trên biên bản. Ví dụ: 03/BB-VPHC."),
        "recorded_on": _("Ngày lập biên bản; thời hạn ra quyết định xử phạt tính từ ngày này."),
        "inspection": _("Cuộc mà vi phạm được phát hiện; để trống nếu phát hiện cách khác."),
        "field": _("Lĩnh vực quản lý nhà nước bị vi phạm."),
        "provision": _("Điểm, khoản, điều của nghị định xử phạt."),
        "fine": _("Mức phạt tiền của quyết định; phạt cảnh cáo thì ghi 0, chưa quyết định thì để trống."),
    },
    "inspection.petition": {
        "code": _("Mã ngắn, không trùng. Ví dụ: ĐT-2026-01."),
        "kind": _("Khiếu nại về quyền của chính người gửi; tố cáo là báo vi phạm của người khác."),
        "received_on": _("Ngày Sở nhận đơn; thời hạn thụ lý tính từ ngày này."),
        "sender": _("Người ký đơn; đơn tố cáo thì giữ bí mật, chỉ Thanh tra và lãnh đạo Sở xem."),
    },
    "inspection.citizenreception": {
        "code": _("Mã ngắn, không trùng. Ví dụ: TCD-2026-01."),
        "kind": _("Định kỳ là buổi lãnh đạo Sở tiếp theo lịch; còn lại là thường xuyên hoặc đột xuất."),
        "received_on": _("Ngày tiếp công dân."),
        "people": _("Số người cùng đến trong lượt này. Ví dụ: 1."),
        "petition": _("Đơn mà công dân nộp trong lượt tiếp, nếu có."),
    },
    "inspection.legalplan": {
        "number": _("Số, ký hiệu của kế hoạch. Ví dụ: 05/KH-SKHCN."),
        "kind": _("Theo nội dung chính của kế hoạch."),
        "year": _("Năm mà kế hoạch áp dụng. Ví dụ: 2026."),
        "issued_on": _("Ngày ký kế hoạch."),
    },
}
