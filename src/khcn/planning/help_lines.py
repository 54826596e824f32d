"""One line of help for fields whose name is not enough, in the words of those who fill them in."""

from django.utils.translation import gettext_lazy as _

HELP_LINES = {
    "planning.plannedwork": {
        "code": _("Mã ngắn của đơn vị, không trùng. Ví dụ: QLCN-2026-01."),
        "kind": _("Loại có tên riêng thì báo cáo đếm; việc nào không thuộc các loại ấy là việc khác."),
        "title": _("Câu như sẽ đọc ở phần phương hướng của báo cáo."),
        "task": _("Bắt buộc với việc quyết toán, phối hợp: mỗi nhiệm vụ một dòng."),
        "quantity": _("Số doanh nghiệp, số lớp…; việc không đếm thì là 1."),
        "planned_on": _("Ngày duyệt kế hoạch; việc báo cáo nêu ra thì ghi ngày chốt số liệu của báo cáo ấy."),
        "due_on": _("Ngày cuối phải xong; “quý IV” là 31/12."),
        "completed_on": _("Ngày việc xong."),
        "achieved": _(
            "Số thực đạt, theo cùng đơn vị tính với số lượng dự kiến; không đạt gì thì ghi thôi thực hiện."
        ),
        "drop_reason": _("Báo cáo kỳ này in lý do cạnh tên việc."),
        "dropped_on": _("Ngày quyết định không làm nữa."),
    },
    "planning.plannedworkpostponement": {
        "decided_on": _("Ngày lãnh đạo quyết định, không phải ngày nhập."),
        "old_due_on": _("Hạn đang có của việc khi quyết định."),
        "new_due_on": _("Ngày cuối phải xong theo quyết định."),
    },
    "planning.assessment": {
        "kind": _("Hạn chế thì ghi nguyên nhân và về sau ghi việc khắc phục."),
        "code": _("Mã ngắn, không trùng. Ví dụ: HC-2026-01."),
        "statement": _("Câu như sẽ đọc ở phần B của báo cáo, không có nguyên nhân."),
        "figures": _("Mã số liệu có danh sách bản ghi chứng minh, xem ở trang Số liệu. Ví dụ: DC-09, DC-10."),
        "noted_on": _("Ngày cuộc họp nêu đánh giá; báo cáo nêu ra thì ghi ngày chốt số liệu của báo cáo ấy."),
        "cause": _(
            "Bắt buộc với hạn chế; báo cáo in sau chữ “do”, nên viết tiếp câu. Ví dụ: hồ sơ nghiệm thu cần bổ sung."
        ),
        "remedy": _("Báo cáo in sau nguyên nhân."),
        "outcome": _("Báo cáo kỳ này in cạnh hạn chế đã khắc phục."),
        "mended_on": _("Ngày hạn chế được khắc phục xong."),
    },
}
