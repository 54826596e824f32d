"""One line of help for fields whose name is not enough, in the words of those who fill them in."""

from django.utils.translation import gettext_lazy as _

HELP_LINES = {
    "science.amendmentrequest": {
        "kind": _(
            "Điều tổ chức chủ trì đề nghị thay đổi; mỗi loại một đề nghị. Ví dụ: gia hạn thời gian thực hiện khác gia hạn nộp hồ sơ."
        ),
        "requested_on": _("Ngày ghi trên công văn đề nghị, không phải ngày Sở nhận."),
        "new_end_on": _(
            "Ngày cuối cùng được đề nghị. Ví dụ: gia hạn đến hết tháng 6/2026 thì ghi 30/06/2026."
        ),
        "new_budget_total": _("Tổng sau khi điều chỉnh, không phải phần tăng thêm. Ví dụ: 1.200.000.000."),
    },
    "science.proposalcall": {
        "code": _("Mã ngắn, không trùng. Ví dụ: TB-2026-03."),
        "kind": _(
            "Nhận đề xuất đặt hàng để tìm ý tưởng; tuyển chọn, giao trực tiếp để tìm tổ chức chủ trì nhiệm vụ đã xác định."
        ),
        "for_year": _("Năm mà nhiệm vụ bắt đầu thực hiện. Ví dụ: 2027."),
        "opens_on": _("Ngày đầu tiên nộp được hồ sơ, từ 0 giờ."),
        "closes_on": _("Ngày cuối cùng nộp hồ sơ; công bố rồi thì chỉ gia hạn ra sau."),
        "is_sealed": _(
            "Niêm phong thì trước khi mở hồ sơ không ai ở Sở đọc được. Để trống: tuyển chọn niêm phong, loại khác không."
        ),
        "accepts_late": _(
            "Hồ sơ nộp sau hạn vẫn được nhận nhưng mang dấu “nộp muộn”. Không đánh dấu thì không nhận."
        ),
    },
    "science.submission": {
        "budget_total": _("Mọi nguồn, tính bằng đồng. Ví dụ: 850 triệu thì ghi 850.000.000."),
        "budget_state": _(
            "Phần xin ngân sách nhà nước, không lớn hơn tổng kinh phí dự kiến. Ví dụ: 600.000.000."
        ),
    },
    "science.taskamendment": {
        "kind": _(
            "Điều quyết định cho thay đổi; một quyết định thay đổi hai việc thì ghi hai dòng. Ví dụ: gia hạn và thay chủ nhiệm."
        ),
        "decided_on": _("Ngày ký quyết định điều chỉnh."),
        "old_end_on": _("Hạn ghi trên hợp đồng hoặc lần gia hạn gần nhất, trước quyết định này."),
        "new_end_on": _("Ngày cuối cùng theo quyết định. Ví dụ: đến hết tháng 6/2026 thì ghi 30/06/2026."),
        "old_budget_total": _("Tổng kinh phí đang có hiệu lực trước quyết định này."),
        "new_budget_total": _("Tổng sau khi điều chỉnh, không phải phần tăng thêm. Ví dụ: 1.200.000.000."),
        "old_budget_state": _("Phần ngân sách nhà nước đang có hiệu lực trước quyết định này."),
    },
    "science.evaluationcampaign": {
        "code": _("Mã ngắn, không trùng. Ví dụ: DG-2026."),
        "from_year": _("Năm nghiệm thu sớm nhất của các nhiệm vụ được đánh giá. Ví dụ: 2021."),
        "to_year": _("Năm muộn nhất, tính cả năm này. Ví dụ: 2025."),
        "issued_on": _("Ngày ký kế hoạch đánh giá."),
        "surveyed_on": _("Ngày đi khảo sát thực tế; nhiều ngày thì ghi ngày cuối."),
    },
    "science.meetingitem": {
        "passed": _("“Có” khi hội đồng bỏ phiếu thông qua nhiệm vụ này; chưa có kết luận thì để trống."),
    },
    "science.taskmilestone": {
        "kind": _("Việc đã xong, theo văn bản hoặc biên bản. Ví dụ: “Ký hợp đồng” ghi khi hai bên đã ký."),
        "number": _("Số ghi trên hợp đồng hoặc giấy chứng nhận. Ví dụ: 05/2026/HĐ-KHCN."),
        "amount": _("Số tiền của chính mốc này, tính bằng đồng. Ví dụ: giá trị hợp đồng 1.200.000.000."),
    },
    "science.programmenomination": {
        "code": _("Mã ngắn, không trùng. Ví dụ: NTMN-2026-02."),
        "is_interregional": _("Đánh dấu khi dự án thực hiện ở từ hai tỉnh trở lên."),
        "nominated_on": _("Ngày công văn đề xuất gửi bộ, cơ quan."),
        "approved_on": _("Ngày quyết định phê duyệt của bộ; để trống nếu chưa có."),
    },
    "science.operationcertificate": {
        "number": _("Số ghi trên giấy chứng nhận đăng ký hoạt động KH&CN. Ví dụ: 02/ĐK-KHCN."),
        "kind": _(
            "“Cấp lại” khi giấy mất, rách, nội dung không đổi; nội dung đổi thì chọn “Thay đổi, bổ sung”."
        ),
        "issued_on": _("Ngày ký giấy chứng nhận."),
        "ended_on": _("Ngày đầu tiên không còn hiệu lực; để trống nếu còn."),
    },
    "science.pilotmodel": {
        "urged_on": _("Ngày của lần đôn đốc gần nhất; để trống nếu chưa đôn đốc."),
        "finished_on": _("Ngày nghiệm thu mô hình; để trống nếu đang làm."),
    },
    "science.progresscheck": {
        "kind": _("“Định kỳ” là đợt theo kế hoạch năm hoặc hợp đồng; “đột xuất” là ngoài kế hoạch."),
    },
    "science.taskproposal": {
        "code": _("Mã của đợt và số thứ tự, không trùng. Ví dụ: DX-2026-014."),
        "level": _("Cấp mà đề xuất gửi tới. Ví dụ: gửi Bộ KH&CN đặt hàng thì chọn cấp quốc gia hoặc cấp bộ."),
        "for_year": _(
            "Năm dự kiến bắt đầu, không phải năm nhận đề xuất. Ví dụ: nhận 2025 cho 2026 thì ghi 2026."
        ),
        "outcome": _("Kết luận của hội đồng tư vấn xác định nhiệm vụ; chưa họp thì “Đang xem xét”."),
    },
    "science.taskpartner": {
        "role": _("“Phối hợp” có tên trong thuyết minh; “Tiếp nhận” nhận kết quả sau nghiệm thu."),
        "from_on": _("Ngày đầu tiên tham gia; thường là ngày hợp đồng."),
        "to_on": _("Ngày đầu tiên không còn tham gia; để trống nếu đang tham gia."),
    },
    "science.teammember": {
        "role": _("Như trong thuyết minh được duyệt; chủ nhiệm ghi ở hồ sơ nhiệm vụ, không ghi ở đây."),
        "from_on": _("Ngày đầu tiên tham gia; thường là ngày hợp đồng."),
        "to_on": _("Ngày đầu tiên không còn tham gia; để trống nếu đang tham gia."),
    },
    "science.sciencetask": {
        "code": _("Như trong quyết định phê duyệt danh mục; chưa có thì dùng mã đề nghị. Ví dụ: 26-Q01."),
        "task_type": _(
            "Đề tài để nghiên cứu; dự án để sản xuất thử, áp dụng; đề án để lập cơ sở cho chính sách."
        ),
        "level": _("Cấp của cơ quan phê duyệt nhiệm vụ. Ví dụ: UBND tỉnh phê duyệt thì chọn cấp tỉnh."),
        "managing_side": _(
            "Bên ký hợp đồng và theo dõi. Ví dụ: nhiệm vụ của Bộ mà Sở ký hợp đồng thay là “Ủy quyền địa phương quản lý”."
        ),
        "start_year": _(
            "Năm nhiệm vụ được phê duyệt để bắt đầu, dùng để tính “mới” và “chuyển tiếp” trong báo cáo. Ví dụ: 2026."
        ),
        "is_supplementary": _("Đánh dấu khi được phê duyệt thêm sau danh mục đầu năm."),
        "mode": _(
            "“Tuyển chọn” khi mời nhiều tổ chức đăng ký; “Giao trực tiếp” khi quyết định chỉ định một tổ chức."
        ),
        "is_interregional": _("Đánh dấu khi nhiệm vụ giải quyết vấn đề của từ hai tỉnh trở lên."),
        "planned_start_on": _("Ngày bắt đầu ghi trong hợp đồng. Ví dụ: 01/03/2026."),
        "planned_end_on": _(
            "Ngày cuối cùng thực hiện theo hợp đồng, chưa tính gia hạn; gia hạn ghi ở Điều chỉnh."
        ),
        "planned_dossier_on": _(
            "Ngày cuối cùng phải nộp hồ sơ nghiệm thu, thường sau ngày kết thúc. Để trống thì tính theo quy định."
        ),
        "budget_total": _("Mọi nguồn, tính bằng đồng. Ví dụ: 1.200 triệu ghi 1.200.000.000."),
        "budget_state": _(
            "Phần ngân sách nhà nước trong tổng kinh phí, không lớn hơn tổng. Ví dụ: 800.000.000."
        ),
    },
    "science.workingsession": {
        "code": _("Mã ngắn, không trùng. Ví dụ: LV-2026-07."),
        "kind": _(
            "Theo thành phần chính của phía bên kia. Ví dụ: Phó Chủ tịch huyện chủ trì là làm việc với UBND huyện."
        ),
    },
}
