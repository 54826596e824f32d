"""One line of help for fields whose name is not enough, in the words of those who fill them in."""

from django.utils.translation import gettext_lazy as _

HELP_LINES = {
    "reference.codelistitem": {
        "code_list": _(
            "Danh mục mà mục này thuộc về, quyết định nơi mục được chọn. Ví dụ: xếp loại nghiệm thu."
        ),
        "code": _("Mã ngắn, không đổi khi tên đổi. Ví dụ: DAT."),
    },
    "reference.legaldocument": {
        "number": _("Ghi đủ số, năm nếu có, ký hiệu như trên văn bản. Ví dụ: 19/2019/QĐ-UBND."),
        "kind": _(
            "Tên loại ghi trên văn bản. Ví dụ: Quyết định; công văn không có tên loại thì chọn Công văn."
        ),
        "issued_on": _("Ngày ký ghi trên văn bản, không phải ngày nhận."),
        "is_normative": _(
            "Đánh dấu khi văn bản có quy tắc xử sự chung, số ghi kèm năm. Ví dụ: 19/2019/QĐ-UBND. Quyết định cá biệt không đánh dấu."
        ),
        "effective_on": _("Ngày bắt đầu có hiệu lực ghi ở điều khoản thi hành; để trống nếu từ ngày ký."),
        "ended_on": _("Ngày đầu tiên không còn hiệu lực; để trống nếu còn."),
    },
    "reference.adminunit": {
        "level": _("Từ 1/7/2025 chỉ còn cấp tỉnh và cấp xã; cấp huyện để giữ hồ sơ cũ."),
        "code": _("Mã của Tổng cục Thống kê (Cục Thống kê). Ví dụ: 06 là Bắc Kạn."),
    },
    "reference.adminunitsuccession": {
        "kind": _(
            "Theo nghị quyết sắp xếp đơn vị hành chính. Ví dụ: ba xã nhập thành một thì mỗi xã cũ ghi một dòng."
        ),
    },
    "reference.reportingregime": {
        "code": _("Chữ không dấu, có gạch nối, không đổi về sau. Ví dụ: BC-DINH-KY."),
    },
    "reference.regimewindow": {
        "number": _("Thứ tự của kỳ trong năm. Ví dụ: quý III ghi 3; kỳ 9 tháng, kỳ năm ghi 1."),
        "kind": _("Kỳ mà quyết định về chế độ báo cáo quy định. Ví dụ: 9 tháng."),
        "starts_year_before": _(
            "Đánh dấu khi số liệu tính từ năm trước. Ví dụ: báo cáo năm tính từ 15/12 năm trước."
        ),
    },
    "reference.ruleparameter": {
        "code": _("Mã do phần mềm đặt sẵn; không có trong danh sách thì không có tác dụng."),
        "unit": _(
            "Cách đếm thời hạn theo văn bản. Ví dụ: “ngày làm việc” không tính thứ Bảy, Chủ nhật, ngày nghỉ."
        ),
    },
    "reference.workingdayexception": {
        "kind": _("“Nghỉ” cho ngày nghỉ lễ, nghỉ bù; “Làm việc” cho ngày làm bù vào thứ Bảy, Chủ nhật."),
    },
}
