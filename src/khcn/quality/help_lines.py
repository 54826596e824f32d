"""One line of help for fields whose name is not enough, in the words of those who fill them in."""

from django.utils.translation import gettext_lazy as _

HELP_LINES = {
    "quality.checkplan": {
        "number": _("Số, ký hiệu của văn bản phê duyệt kế hoạch. Ví dụ: 12/KH-SKHCN."),
        "year": _("Năm mà kế hoạch áp dụng. Ví dụ: 2026."),
        "approved_on": _("Ngày ký văn bản phê duyệt kế hoạch."),
    },
    "quality.statecheck": {
        "code": _("Mã ngắn, không trùng. Ví dụ: KTĐL-2026-01."),
        "field": _("Báo cáo đếm riêng đo lường và chất lượng."),
        "topic": _("Báo cáo có dòng riêng cho các nội dung thường làm; còn lại chọn “Nội dung khác”."),
        "plan": _("Để trống là kiểm tra đột xuất, báo cáo đếm riêng."),
        "planned_on": _("Ngày dự kiến bắt đầu; ngày thật ghi bằng nút của từng bước."),
        "venue": _("Nơi kiểm tra. Ví dụ: các huyện, thành phố."),
    },
    "quality.checkmember": {"role": _("Mỗi đoàn có một trưởng đoàn; người đó ký báo cáo kết quả.")},
    "quality.checkedplace": {
        "code": _("Mã ngắn, không trùng. Ví dụ: KTĐL-2026-01-A."),
        "checked_on": _("Ngày đoàn đến cơ sở; để trống khi chưa kiểm tra."),
        "minutes_number": _("Số ghi trên biên bản kiểm tra. Ví dụ: 03/BB-KT."),
        "outcome": _(
            "Kết luận của biên bản; chưa kiểm tra thì để trống. Cơ sở đóng cửa: “Không kiểm tra được”, báo cáo không đếm."
        ),
    },
    "quality.checkfinding": {
        "code": _("Mã ngắn, không trùng. Ví dụ: KTĐL-2026-01-A1."),
        "kind": _("Kết quả của phương tiện đo và của hàng hóa ghi thành dòng riêng."),
        "item": _("Tên chung của những thứ kiểm tra cùng loại. Ví dụ: Cột đo xăng dầu."),
        "checked": _("Số chiếc, số lô hoặc số mặt hàng đã kiểm tra. Ví dụ: 4."),
        "failed": _("Trong số đã kiểm tra, bao nhiêu không đạt. Ví dụ: 1."),
    },
    "quality.checksample": {
        "code": _("Mã ghi trên niêm phong mẫu. Ví dụ: M-2026-01."),
        "taken_on": _("Ngày lấy mẫu tại cơ sở."),
        "result_on": _("Ngày của phiếu kết quả thử nghiệm; để trống khi chưa có."),
        "report_number": _("Số ghi trên phiếu kết quả thử nghiệm."),
        "conforms": _("Theo phiếu kết quả thử nghiệm; chưa có kết quả thì để trống."),
        "criterion": _("Tiêu chuẩn, quy chuẩn mà mẫu được đối chiếu. Ví dụ: QCVN 01:2022/BKHCN."),
    },
    "quality.checkhandling": {
        "code": _("Mã ngắn, không trùng. Ví dụ: XL-2026-01."),
        "kind": _("Chuyển cơ quan có thẩm quyền khi vi phạm phải xử phạt."),
        "demanded_on": _("Ngày yêu cầu cơ sở khắc phục, hoặc ngày chuyển hồ sơ."),
        "due_on": _(
            "Ngày cuối để khắc phục theo yêu cầu; để trống thì tính theo quy định, trừ việc chuyển cơ quan khác."
        ),
        "done_on": _("Ngày cơ sở khắc phục xong, hoặc có quyết định của nơi nhận."),
    },
    "quality.qualityguidance": {
        "code": _("Mã ngắn, không trùng. Ví dụ: HDCL-2026-01."),
        "purpose": _("Báo cáo đếm riêng mã số mã vạch và ghi nhãn."),
        "product": _(
            "Sản phẩm được hướng dẫn, báo cáo nêu tên khi hướng dẫn ghi nhãn. Ví dụ: Rượu thóc xã Tân Lập."
        ),
        "guided_on": _("Ngày hướng dẫn; cơ sở được hướng dẫn nhiều lượt thì báo cáo đếm một lần."),
    },
    "quality.conformitydeclaration": {
        "code": _("Mã ngắn, không trùng. Ví dụ: CBHQ-2026-01."),
        "kind": _("Hợp chuẩn theo tiêu chuẩn, hợp quy theo quy chuẩn kỹ thuật."),
        "standard": _("Chọn trong kho tiêu chuẩn; chưa có thì ghi vào kho trước."),
        "basis": _("Tự đánh giá, hoặc theo kết quả của tổ chức chứng nhận."),
        "received_on": _("Ngày nhận đủ hồ sơ; thời hạn xử lý tính từ ngày này."),
        "valid_until": _("Ngày cuối của giấy chứng nhận hoặc của kết quả tự đánh giá, nếu có."),
        "renewed_on": _("Ngày tổ chức công bố lại hoặc thôi sản xuất; để trống khi chưa."),
    },
    "quality.standard": {
        "number": _("Số hiệu đầy đủ, có năm. Ví dụ: TCVN ISO 9001:2015."),
        "kind": _("Công bố hợp quy chỉ chọn được quy chuẩn."),
        "field": _("Theo hai số đầu của mã ICS ghi trên bìa tiêu chuẩn. Ví dụ: ICS 67.060 là thực phẩm."),
        "published_on": _("Ngày của quyết định công bố hoặc thông tư ban hành."),
        "ended_on": _("Ngày bị hủy bỏ hoặc được thay thế; để trống khi còn hiệu lực."),
        "replaced_by": _("Tiêu chuẩn mới thay cho tiêu chuẩn này."),
    },
    "quality.standardrequest": {
        "code": _("Mã ngắn, không trùng. Ví dụ: TC-2026-01."),
        "kind": _("Tra cứu số hiệu, cung cấp bản tiêu chuẩn, hay hỏi đáp TBT."),
        "received_on": _("Ngày nhận yêu cầu; thời hạn trả lời tính từ ngày này."),
        "answered_on": _("Ngày trả lời hoặc giao bản tiêu chuẩn."),
    },
    "quality.qualitysystem": {
        "code": _("Mã ngắn, không trùng. Ví dụ: ISO-SKHCN."),
        "plan": _("Số của kế hoạch duy trì, cải tiến đang áp dụng. Ví dụ: 46/KH-UBND."),
        "declared_on": _("Ngày ký bản công bố hệ thống phù hợp tiêu chuẩn."),
        "ended_on": _("Ngày thôi áp dụng hệ thống; để trống khi còn áp dụng."),
    },
    "quality.internalaudit": {
        "audited_on": _("Ngày đánh giá; hạn đánh giá lần tới tính từ ngày này."),
        "nonconformities": _("Số điểm không phù hợp ghi trong báo cáo đánh giá. Ví dụ: 2."),
        "corrected_on": _("Ngày khắc phục xong tất cả điểm không phù hợp."),
    },
    "quality.systemdocument": {
        "number": _("Mã ghi trên tài liệu. Ví dụ: QT.TĐC.01."),
        "edition": _("Mỗi lần ban hành ghi một dòng; lần đầu là 1."),
        "issued_on": _("Ngày ban hành của lần này."),
        "ended_on": _("Ngày lần này bị thay thế hoặc thu hồi; để trống khi còn dùng."),
    },
    "quality.productivitytraining": {
        "official": _("Báo cáo đếm công chức; viên chức, người của doanh nghiệp thì bỏ chọn."),
        "expert": _("Báo cáo đếm khóa chuyên gia năng suất; khóa khác thì bỏ chọn."),
        "began_on": _("Ngày khai giảng khóa học."),
        "completed_on": _("Ngày ghi trên giấy chứng nhận; để trống khi chưa xong."),
    },
    "quality.productivitysupport": {
        "code": _("Mã ngắn, không trùng. Ví dụ: NS-2026-01."),
        "selected_on": _("Ngày duyệt danh sách doanh nghiệp được hỗ trợ."),
        "finished_on": _("Ngày nghiệm thu việc hỗ trợ; để trống khi chưa xong."),
    },
    "quality.traceabilitysupport": {
        "code": _("Mã ngắn, không trùng. Ví dụ: TXNG-2026-01."),
        "year": _("Năm của chương trình hỗ trợ. Ví dụ: 2026."),
        "registered_on": _("Ngày đăng ký, được chọn hỗ trợ; các bước sau ghi bằng nút."),
        "data_elements": _("Số nhóm trong mười nhóm dữ liệu bắt buộc đã có đủ. Ví dụ: 8."),
    },
}
