"""One line of help for fields whose name is not enough, in the words of those who fill them in."""

from django.utils.translation import gettext_lazy as _

HELP_LINES = {
    "parties.orgunitsuccession": {
        "kind": _(
            "Theo văn bản sắp xếp. Ví dụ: hai phòng nhập làm một thì mỗi phòng cũ ghi một dòng “sáp nhập, hợp nhất”."
        ),
    },
    "parties.orgunit": {
        "code": _("Chữ in không dấu, dùng trong báo cáo và phân quyền. Ví dụ: QLKH."),
        "kind": _("Loại tổ chức theo quyết định của cơ cấu Sở. Ví dụ: Trung tâm là đơn vị sự nghiệp."),
    },
    "parties.organisation": {
        "kind": _(
            "Theo quyết định thành lập hoặc đăng ký kinh doanh. Ví dụ: trung tâm thuộc sở là đơn vị sự nghiệp công lập."
        ),
        "tax_code": _("10 chữ số, chi nhánh thêm gạch và ba số. Ví dụ: 4700123456-001."),
    },
}
