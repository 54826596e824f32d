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
        "achieved": _("Số thực đạt, theo cùng đơn vị tính với số lượng dự kiến."),
        "dropped_on": _("Ngày quyết định không làm nữa."),
    },
    "planning.assessment": {
        "kind": _("Hạn chế thì ghi nguyên nhân và về sau ghi việc khắc phục."),
        "code": _("Mã ngắn, không trùng. Ví dụ: HC-2026-01."),
        "figure": _("Mã số liệu có danh sách bản ghi chứng minh, xem ở trang Số liệu. Ví dụ: DC-09."),
        "noted_on": _("Ngày cuộc họp nêu đánh giá; báo cáo nêu ra thì ghi ngày chốt số liệu của báo cáo ấy."),
        "cause": _("Bắt buộc với hạn chế."),
        "mended_on": _("Ngày hạn chế được khắc phục xong."),
    },
}
