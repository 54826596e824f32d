"""One line of help for fields whose name is not enough, in the words of those who fill them in."""

from django.utils.translation import gettext_lazy as _

HELP_LINES = {
    "office.postquota": {
        "year": _("Năm được giao biên chế. Ví dụ: 2026."),
        "staff_kind": _("Công chức, viên chức và lao động hợp đồng được giao riêng."),
        "counted_on": _("Ngày đếm số người có mặt."),
        "decided_on": _(
            "Ngày ký quyết định giao biên chế. Quyết định giao lại trong năm thì ghi thành dòng mới."
        ),
    },
    "office.personnelevent": {
        "code": _("Mã ngắn của Văn phòng, không trùng. Ví dụ: NS-2026-01."),
        "kind": _("Báo cáo đếm theo loại này; mỗi quyết định về một người là một dòng."),
        "staff_kind": _("Đối tượng của người đó sau quyết định."),
        "position": _("Chức vụ được bổ nhiệm hoặc thôi giữ; việc khác thì để trống."),
        "post_name": _("Như quyết định ghi: Chánh Văn phòng, Phó Trưởng phòng; giấy quyết định in tên này."),
        "salary_group": _("Ghi khi nâng bậc lương, tuyển dụng, thăng hạng: lần nâng sau tính theo nhóm này."),
        "level": _("Cấp khác Giám đốc Sở thì ghi quyết định khi nhận được."),
        "noticed_on": _(
            "Ngày thông báo chủ trương bổ nhiệm lại, thông báo nghỉ hưu; việc khác thì để trống."
        ),
        "effective_on": _("Ngày quyết định có hiệu lực; thời hạn giữ chức vụ, nâng lương tính từ ngày này."),
        "ends_on": _("Ngày cuối quyết định ghi rõ; để trống thì thời hạn giữ chức vụ tính theo quy định."),
        "note": _("Không ghi bệnh tật, kỷ luật, mức lương của người đó."),
    },
    "office.trainingassignment": {
        "code": _("Mã ngắn của Văn phòng, không trùng. Ví dụ: ĐT-2026-01."),
        "kind": _("Nội dung chính của lớp, khóa."),
        "decided_on": _("Ngày ký quyết định, văn bản cử; báo cáo đếm theo ngày này."),
        "begins_on": _("Ngày khai giảng."),
        "ends_on": _("Ngày bế giảng, theo thông báo của nơi tổ chức."),
        "certified_on": _("Ngày ghi trên văn bằng, chứng chỉ; chưa có thì để trống."),
    },
    "office.emulationround": {
        "code": _("Mã ngắn của Văn phòng, không trùng. Ví dụ: TĐ-2026."),
        "kind": _("Hạn gửi hồ sơ chỉ đặt cho đợt tổng kết năm; mỗi năm có một đợt."),
        "year": _("Năm được tổng kết, khen thưởng. Ví dụ: 2026."),
        "met_on": _("Ngày Hội đồng thi đua, khen thưởng của Sở họp xét."),
        "submitted_on": _("Ngày gửi hồ sơ đến cấp có thẩm quyền."),
    },
    "office.emulationnomination": {
        "code": _("Mã ngắn của Văn phòng, không trùng. Ví dụ: TĐ-2026-01."),
        "title": _("Danh hiệu hoặc hình thức được đề nghị, không kèm cấp."),
        "level": _("Cấp ký quyết định: Bằng khen của Chủ tịch UBND tỉnh là cấp tỉnh."),
        "achievement": _("In vào danh sách gửi đi: chỉ ghi thành tích, không ghi điều riêng tư."),
    },
    "office.parplan": {
        "number": _("Số, ký hiệu ghi trên kế hoạch. Ví dụ: 12/KH-SKHCN."),
        "kind": _("Mỗi kế hoạch của năm là một dòng."),
        "year": _("Năm của kế hoạch. Ví dụ: 2026."),
    },
    "office.parplantask": {
        "code": _("Mã ngắn của Văn phòng, không trùng. Ví dụ: CCHC-2026-01."),
        "due_on": _("Ngày cuối kế hoạch ghi; thường xuyên thì để trống."),
        "completed_on": _("Ngày có sản phẩm của nhiệm vụ."),
    },
    "office.indexranking": {
        "kind": _("Mỗi chỉ số mỗi năm có một dòng."),
        "year": _("Năm được đánh giá, không phải năm công bố. Ví dụ: 2025."),
        "grade": _("Xếp loại ghi ở văn bản công bố; không có thì để trống."),
    },
    "office.isoreview": {
        "code": _("Mã ngắn của Văn phòng, không trùng. Ví dụ: ISO-2026-01."),
        "kind": _("Hệ thống quản lý chất lượng của chính Sở."),
        "took_place_on": _("Ngày đánh giá, xem xét; công bố thì là ngày ký."),
        "corrected_on": _("Ngày khắc phục xong mọi điểm không phù hợp."),
    },
    "office.correspondencecount": {
        "way": _("Văn bản Sở nhận là đến, Sở phát hành là đi."),
        "kind": _("Loại như bảng xuất từ phần mềm quản lý văn bản."),
        "year": _("Năm của bảng xuất. Ví dụ: 2026."),
    },
}
