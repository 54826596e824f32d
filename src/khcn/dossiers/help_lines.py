"""One line of help for fields whose name is not enough, in the words of those who fill them in."""

from django.utils.translation import gettext_lazy as _

HELP_LINES = {
    "dossiers.procedure": {
        "code": _("Mã trên Cơ sở dữ liệu quốc gia về thủ tục hành chính. Ví dụ: 2.002711.H03."),
        "field": _("Lĩnh vực ghi trong quyết định công bố. Ví dụ: An toàn bức xạ và hạt nhân."),
        "is_internal": _("Đánh dấu khi thủ tục chỉ giữa các cơ quan nhà nước, không tiếp nhận ở một cửa."),
        "online_level": _("Theo danh mục dịch vụ công trực tuyến đã công bố. Ví dụ: toàn trình."),
        "term_unit": _("Đúng chữ của quy định: “ngày” tính cả ngày nghỉ, “ngày làm việc” thì không."),
        "fee": _("Mức thu của một hồ sơ, bằng đồng; để trống nếu không thu."),
    },
    "dossiers.procedurecomponent": {
        "is_required": _("Bỏ dấu với giấy tờ chỉ nộp trong một số trường hợp."),
    },
    "dossiers.procedurechange": {
        "kind": _("Một quyết định làm nhiều việc thì ghi mỗi việc, mỗi thủ tục một dòng. Ví dụ: bãi bỏ."),
    },
    "dossiers.dossier": {
        "code": _(
            "Mã do hệ thống một cửa điện tử cấp; tiếp nhận tại đây thì bấm “Tiếp nhận hồ sơ” ở thủ tục."
        ),
        "channel": _("Cách hồ sơ đến bộ phận một cửa. Ví dụ: trực tuyến."),
        "received_on": _("Ngày nhận đủ thành phần hồ sơ; hạn tính từ ngày sau đó."),
        "appointed_on": _(
            "Ngày hẹn trả trên phiếu của hệ thống một cửa điện tử, để đối chiếu với hạn tính được."
        ),
        "outcome": _("Đến nay hồ sơ ra sao; đúng hạn hay quá hạn do phần mềm tính."),
        "ended_on": _("Ngày ký kết quả, hoặc ngày trả lại, rút, dừng; để trống nếu đang giải quyết."),
        "delivered_on": _("Ngày người nộp nhận kết quả; không ảnh hưởng đến đúng hạn hay quá hạn."),
        "apologised_on": _("Ngày ký phiếu xin lỗi gửi người nộp."),
        "reappointed_on": _("Ngày hẹn trả mới ghi trên phiếu xin lỗi; hạn giải quyết không đổi."),
    },
    "dossiers.supplementrequest": {
        "asked_on": _("Ngày gửi phiếu yêu cầu bổ sung; từ ngày sau đó hạn ngừng chạy."),
        "answered_on": _("Ngày nhận đủ giấy tờ bổ sung; hạn chạy tiếp từ ngày sau đó."),
    },
    "dossiers.dossierhandover": {
        "received_on": _("Ngày đơn vị nhận hồ sơ để xử lý."),
        "done_on": _("Ngày đơn vị xử lý xong hoặc chuyển tiếp; để trống nếu đang xử lý."),
    },
}
