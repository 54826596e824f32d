"""One line of help for fields whose name is not enough, in the words of those who fill them in."""

from django.utils.translation import gettext_lazy as _

HELP_LINES = {
    "privacy.consenttext": {
        "code": _("Mã ngắn, không trùng. Ví dụ: DY-DIENTHOAI-2026."),
    },
    "privacy.consent": {
        "manner": _("Cách người đó đã trả lời; im lặng không phải là đồng ý."),
    },
    "privacy.personidentity": {
        "ground": _(
            "Căn cứ pháp luật cho phép xử lý. Ví dụ: biểu thống kê nhân lực thì chọn thực hiện nhiệm vụ theo pháp luật."
        ),
    },
    "privacy.datarequest": {
        "code": _("Số của sổ tiếp nhận, không trùng. Ví dụ: YC-2026-03."),
        "kind": _("Điều người đó yêu cầu; thời hạn trả lời tính theo loại. Ví dụ: rút lại sự đồng ý."),
    },
}
