"""One line of help for fields whose name is not enough, in the words of those who fill them in."""

from django.utils.translation import gettext_lazy as _

HELP_LINES = {
    "directives.adviseddocument": {
        "code": _("Mã ngắn của phòng, không trùng. Ví dụ: TM-2026-12."),
        "kind": _(
            "Văn bản quy phạm pháp luật là nghị quyết, quyết định có quy định chung cho tỉnh; quyết định cá biệt chọn “Quyết định”."
        ),
        "advised_on": _("Ngày phòng gửi dự thảo cho lãnh đạo Sở."),
        "submitted_on": _("Ngày Sở trình UBND tỉnh hoặc cơ quan ban hành; sau ngày tham mưu."),
        "issued_on": _("Ngày ghi trên văn bản đã ban hành; để trống nếu chưa ban hành."),
    },
    "directives.assignedtask": {
        "year": _(
            "Năm phải thực hiện, không phải năm của văn bản giao. Ví dụ: văn bản 12/2025 giao việc 2026 thì ghi 2026."
        ),
        "due_precision": _("Văn bản giao ghi đến đâu thì chọn đến đó. Ví dụ: “Quý III” thì chọn Quý."),
        "done_on": _("Ngày hoàn thành thực tế; để trống nếu đang làm."),
    },
    "directives.assignedtaskextension": {
        "old_due_on": _("Hạn trước khi gia hạn."),
        "old_due_precision": _("Văn bản trước ghi hạn đến ngày, tháng hay quý."),
        "new_due_on": _("Hạn theo văn bản gia hạn."),
        "new_due_precision": _("Văn bản gia hạn ghi hạn đến ngày, tháng hay quý."),
    },
}
