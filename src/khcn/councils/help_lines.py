"""One line of help for fields whose name is not enough, in the words of those who fill them in."""

from django.utils.translation import gettext_lazy as _

HELP_LINES = {
    "councils.councilmeeting": {
        "code": _("Đặt theo loại và lần họp trong năm, không trùng. Ví dụ: HĐNT-2026-05."),
        "kind": _("Việc hội đồng họp để làm; loại quyết định trường nào phải ghi. Ví dụ: nghiệm thu."),
        "for_year": _(
            "Năm bắt đầu của các nhiệm vụ được xét, không phải năm họp. Ví dụ: họp 2025 xét nhiệm vụ 2026 thì ghi 2026."
        ),
        "held_on": _("Ngày họp thực tế, không phải ngày giấy mời."),
        "starts_at": _("Giờ bắt đầu họp; chưa hẹn giờ thì để trống, lịch ghi cả ngày."),
        "minutes_number": _("Số trên biên bản, ghi cả ký hiệu. Ví dụ: 05/BB-HĐ."),
    },
    "councils.councilmember": {
        "role": _(
            "Chức danh ghi trong quyết định thành lập, không phải chức vụ ở cơ quan. Ví dụ: Ủy viên phản biện."
        ),
        "from_on": _("Ngày đầu tiên là thành viên; thường là ngày quyết định thành lập."),
        "to_on": _("Ngày đầu tiên không còn là thành viên; để trống nếu đang tham gia."),
    },
    "councils.council": {
        "code": _("Mã ngắn, không trùng. Ví dụ: HĐTC-2026-01."),
        "kind": _(
            "Theo nhiệm vụ ghi trong quyết định thành lập. Ví dụ: tư vấn tuyển chọn khi có từ hai hồ sơ đăng ký."
        ),
        "established_on": _("Ngày ký quyết định thành lập."),
        "dissolved_on": _("Ngày hội đồng hết nhiệm vụ; để trống nếu còn hoạt động."),
    },
}
