"""One line of help for fields whose name is not enough, in the words of those who fill them in."""

from django.utils.translation import gettext_lazy as _

HELP_LINES = {
    "finance.budgetestimate": {
        "code": _("Mã ngắn, không trùng. Ví dụ: DT-2026-01."),
        "year": _("Năm ngân sách của dự toán. Ví dụ: 2026."),
        "source": _("Mỗi nguồn một dự toán; báo cáo cộng theo nguồn."),
        "chapter": _("Mã chương của mục lục ngân sách, ba chữ số. Ví dụ: 417."),
        "item": _("Mã loại và khoản, nối bằng dấu gạch. Ví dụ: 100-101."),
        "proposed_amount": _("Số tiền đề nghị, tính bằng đồng. Ví dụ: 12.500.000.000."),
    },
    "finance.budgetadjustment": {
        "code": _("Mã ngắn, không trùng. Ví dụ: DC-2026-01."),
        "adjusted_on": _("Ngày của quyết định điều chỉnh; báo cáo lấy số mới từ ngày này."),
        "amount": _("Số còn lại sau khi tăng hoặc giảm, không nhỏ hơn số đã phân bổ. Ví dụ: 11.700.000.000."),
    },
    "finance.budgetallocation": {
        "code": _("Mã ngắn, không trùng. Ví dụ: PB-2026-01."),
        "task": _("Phân bổ cho nhiệm vụ thì chọn ở đây và để trống phòng, đơn vị."),
        "unit": _("Phân bổ cho phòng, đơn vị thì chọn ở đây và để trống nhiệm vụ."),
        "amount": _("Các phân bổ của một dự toán cộng lại không vượt số được giao."),
    },
    "finance.contractinstalment": {
        "code": _("Mã ngắn, không trùng. Ví dụ: T03-D1."),
        "ordinal": _("Thứ tự của đợt trong hợp đồng. Ví dụ: 1."),
        "amount": _("Các đợt cộng lại không vượt ngân sách nhà nước của nhiệm vụ. Ví dụ: 450.000.000."),
        "due_on": _("Ngày phải cấp theo hợp đồng; quá ngày mà chưa tạm ứng đủ thì báo quá hạn."),
        "condition_met_on": _("Có điều kiện mà chưa đạt thì để trống: chưa nhắc, chưa tính quá hạn cấp."),
        "dropped_on": _("Nhiệm vụ dừng hoặc giảm kinh phí thì ghi ngày và lý do; còn lại để trống."),
    },
    "finance.advancepayment": {
        "code": _("Mã ngắn, không trùng. Ví dụ: TU-2026-01."),
        "paid_on": _("Ngày trên chứng từ chi; thời hạn thanh toán tính từ ngày này."),
        "amount": _("Số tiền đã chi, tính bằng đồng. Ví dụ: 450.000.000."),
        "clear_by": _("Hợp đồng ghi hạn thì hạn này thay thời hạn theo quy định; không ghi thì để trống."),
    },
    "finance.advanceclearance": {
        "code": _("Mã ngắn, không trùng. Ví dụ: TT-2026-01."),
        "kind": _("Chứng từ đã chi được chấp nhận, hay tiền nộp trả."),
        "amount": _("Các lần cộng lại không vượt số tạm ứng. Ví dụ: 300.000.000."),
    },
    "finance.advancereminder": {
        "code": _("Mã ngắn, không trùng. Ví dụ: DDTU-2026-01."),
        "host": _("Công văn nêu các khoản tạm ứng quá hạn của tổ chức này vào ngày lập."),
        "answer_by": _("In ở công văn; không ghi thì công văn không nêu ngày."),
    },
    "finance.yearsettlement": {
        "code": _("Mã ngắn, không trùng. Ví dụ: QT-T03-2025."),
        "year": _("Năm có kinh phí được quyết toán, thường là năm trước. Ví dụ: 2025."),
        "submitted_on": _("Ngày Sở nhận hồ sơ; thời hạn phê duyệt tính từ ngày này."),
        "reported_amount": _("Số tiền tổ chức chủ trì đề nghị quyết toán của năm."),
        "carried_over_amount": _("Số tiền được chuyển sang năm sau; không có thì ghi 0."),
    },
    "finance.paymentreduction": {
        "code": _("Mã ngắn, không trùng. Ví dụ: GT-2026-01."),
        "reason": _("Việc từ đó có số tiền giảm trừ, thu hồi."),
        "decided_on": _("Ngày của văn bản yêu cầu giảm trừ, thu hồi; thời hạn nộp tính từ ngày này."),
        "amount": _("Số tiền không được thanh toán hoặc phải nộp lại. Ví dụ: 45.998.409."),
        "recover_by": _("Văn bản ghi hạn thì hạn này thay thời hạn theo quy định; không ghi thì để trống."),
    },
    "finance.paymentrecovery": {
        "code": _("Mã ngắn, không trùng. Ví dụ: GT-2026-01-N1."),
        "recovered_on": _("Ngày trên chứng từ nộp, hoặc ngày trừ vào lần cấp sau."),
        "amount": _("Các lần cộng lại không vượt số giảm trừ, thu hồi. Ví dụ: 5.000.000."),
    },
    "finance.priceappraisal": {
        "code": _("Mã ngắn, không trùng. Ví dụ: TDG-2026-01."),
        "task": _("Mua sắm của Sở thì để trống; báo cáo đếm nhiệm vụ được thẩm định giá."),
        "estimated_amount": _("Giá trong dự toán trước khi thẩm định."),
        "appraised_amount": _("Giá ghi trên chứng thư."),
    },
    "finance.procurementplan": {
        "code": _("Mã ngắn, không trùng. Ví dụ: KHLCNT-2026-01."),
        "title": _("In ở báo cáo khi là kế hoạch của đề tài, dự án."),
        "task": _("Mua sắm của Sở thì để trống."),
        "total_amount": _("Các gói thầu cộng lại không vượt số này."),
    },
    "finance.tenderpackage": {
        "code": _("Mã ngắn, không trùng. Ví dụ: GT-2026-01-A."),
        "kind": _("Báo cáo đếm riêng xe ô tô, sửa chữa nhà, trang thiết bị, phần mềm."),
        "quantity": _("Số xe, số tầng nhà sửa chữa, số bộ thiết bị. Ví dụ: 1."),
        "method": _("Theo kế hoạch lựa chọn nhà thầu đã phê duyệt."),
        "estimated_amount": _("Giá gói thầu theo kế hoạch."),
        "awarded_on": _("Ngày phê duyệt kết quả lựa chọn nhà thầu; chưa chọn thì để trống."),
        "award_amount": _("Không lớn hơn giá gói thầu."),
        "complete_by": _("Hạn ghi ở hợp đồng; quá hạn mà chưa ghi hoàn thành thì báo quá hạn."),
        "completed_on": _("Ngày nghiệm thu, bàn giao xong; báo cáo đếm theo ngày này."),
        "cancelled_on": _("Gói thầu bị hủy thì ghi ngày, hết nhắc hạn; còn lại để trống."),
    },
    "finance.taskasset": {
        "code": _("Mã ngắn, không trùng. Ví dụ: T03-TS1."),
        "group": _(
            "Trang bị để thực hiện nhiệm vụ hay là kết quả; Nhà nước cấp toàn bộ hay một phần kinh phí."
        ),
        "original_cost": _("Giá mua hoặc giá trị được xác định, tính bằng đồng."),
        "recorded_on": _("Ngày mua sắm, nhận bàn giao hoặc hình thành tài sản."),
    },
    "finance.publicasset": {
        "code": _("Mã ngắn, không trùng. Ví dụ: TSC-2026-01."),
        "form": _("Hình thức đề nghị; báo cáo đếm riêng tài sản đề nghị bán."),
        "original_cost": _("Nguyên giá trên sổ sách."),
        "residual_amount": _("Không lớn hơn nguyên giá."),
        "dossier_sent_on": _("Ngày gửi hồ sơ đến cơ quan thẩm định; báo cáo đếm theo ngày này."),
        "decided_on": _("Ngày của quyết định xử lý; chưa có thì để trống."),
        "completed_on": _("Ngày bán, bàn giao xong; chưa xong thì để trống."),
        "proceeds": _("Tiền thu được khi bán, thanh lý."),
    },
}
