"""One line of help for fields whose name is not enough, in the words of those who fill them in."""

from django.utils.translation import gettext_lazy as _

HELP_LINES = {
    "centre.referencestandard": {
        "code": _("Mã ngắn của Trung tâm, không trùng. Ví dụ: CH01."),
        "since_on": _("Ngày bắt đầu dùng chuẩn; chưa có lượt hiệu chuẩn thì hạn tính từ ngày này."),
    },
    "centre.standardcalibration": {
        "calibrated_on": _("Ngày ghi trên giấy chứng nhận hiệu chuẩn của chuẩn."),
        "passed": _("Bỏ dấu khi chuẩn không đạt: từ ngày đó không được dùng."),
        "valid_until": _(
            "Ngày cuối cùng được dùng chuẩn, theo giấy chứng nhận hoặc quy định của Trung tâm; không đạt thì để trống."
        ),
    },
    "centre.serviceorder": {
        "code": _("Số ghi trên phiếu yêu cầu, không trùng. Ví dụ: YC-2026-01."),
        "received_on": _("Ngày nhận phương tiện đo, mẫu hoặc yêu cầu; thời hạn làm xong tính từ ngày này."),
        "partner": _("Đơn vị cùng làm; tự làm thì để trống."),
    },
    "centre.serviceorderitem": {
        "code": _("Mã để ghi kết quả vào đúng dòng, không trùng. Ví dụ: YC-2026-01/1."),
        "subject": _("Số liệu của báo cáo cộng theo đối tượng và việc làm."),
        "method": _("Kiểm định đối chứng ghi riêng, không ghi là kiểm định."),
    },
    "centre.serviceresult": {
        "quantity": _("Cả đạt và không đạt, làm trong ngày này. Ví dụ: 25."),
        "failed": _("Số không đạt trong số đã làm; đạt cả thì ghi 0."),
        "marks": _("Số đầu và số cuối. Ví dụ: A 001201–A 001225."),
    },
    "centre.measuringinstrument": {
        "code": _("Mã ngắn của Trung tâm, không trùng. Ví dụ: PTD01."),
        "subject": _("Chu kỳ kiểm định tính theo loại này, theo tham số quy định."),
        "since_on": _("Ngày Trung tâm bắt đầu theo dõi phương tiện đo."),
        "left_on": _("Ngày khách hàng thôi dùng hoặc thôi gửi; còn theo dõi thì để trống."),
    },
    "centre.instrumentverification": {
        "method": _("Hiệu chuẩn không tính hạn theo chu kỳ kiểm định."),
        "kind": _("Ban đầu là lần đầu đưa vào dùng; định kỳ là hết chu kỳ."),
        "done_on": _("Ngày ghi trên biên bản."),
        "passed": _("Bỏ dấu khi không đạt; khi đó không có tem, giấy chứng nhận."),
        "valid_until": _("Để trống thì tính theo chu kỳ kiểm định của loại phương tiện đo."),
        "certificate_number": _(
            "Số ghi trên giấy đã cấp; lập giấy ở hệ thống thì để trống. Ví dụ: 05/GCN-TTUD."
        ),
    },
    "centre.product": {
        "code": _("Mã ngắn của Trung tâm, không trùng. Ví dụ: SP01."),
        "line": _("Số liệu của báo cáo cộng theo nhóm này."),
        "unit": _("Đã có kế hoạch, lô hoặc phiếu xuất thì không đổi được đơn vị."),
    },
    "centre.productionplan": {
        "year": _("Năm của kế hoạch. Ví dụ: 2026."),
        "quantity": _("Theo đơn vị tính của sản phẩm. Ví dụ: 4.000."),
        "decided_on": _("Ngày kế hoạch được giao; chưa rõ thì để trống."),
    },
    "centre.productionbatch": {
        "code": _("Mã ngắn của Trung tâm, không trùng. Ví dụ: LO-2026-01."),
        "quantity": _("Theo đơn vị tính của sản phẩm. Ví dụ: 250."),
    },
    "centre.productsale": {
        "code": _("Số ghi trên phiếu xuất, không trùng. Ví dụ: PX-2026-01."),
        "quantity": _("Theo đơn vị tính của sản phẩm; không nhiều hơn số còn trong kho. Ví dụ: 100."),
        "amount": _("Tổng số tiền của phiếu, tính bằng đồng. Ví dụ: 5.000.000."),
    },
    "centre.productionsite": {
        "code": _("Mã ngắn của Trung tâm, không trùng. Ví dụ: NL01."),
        "kind": _("Diện tích nhà lưới của báo cáo cộng các cơ sở loại “Nhà lưới”."),
        "area_m2": _("Diện tích dùng để sản xuất. Ví dụ: 100."),
        "since_on": _("Ngày bắt đầu dùng cơ sở."),
        "left_on": _("Từ ngày này không dùng nữa; còn dùng thì để trống."),
    },
    "centre.technologyprocess": {
        "code": _("Mã ngắn của Trung tâm, không trùng. Ví dụ: QT01."),
        "kind": _("Số liệu của báo cáo đếm theo loại này."),
    },
    "centre.consultingcontract": {
        "code": _("Số ghi trên hợp đồng, không trùng. Ví dụ: 05/HĐTV."),
        "signed_on": _(
            "Ngày hai bên ký: ký trong kỳ báo cáo là mới được tư vấn, ký từ các năm trước là tiếp tục tư vấn."
        ),
        "first_year": _("Năm đầu của dự án liên kết. Ví dụ: 2022."),
        "last_year": _("Năm cuối của dự án liên kết; hạn thanh lý tính từ cuối năm này. Ví dụ: 2024."),
        "amount": _("Tổng giá trị hợp đồng, tính bằng đồng. Ví dụ: 50.000.000."),
    },
    "centre.centretraining": {
        "code": _("Mã ngắn của Trung tâm, không trùng. Ví dụ: DT-2026-01."),
        "kind": _("Tập huấn cho người dân, hợp tác xã; hoặc viên chức của Trung tâm đi học."),
    },
    "centre.followedmodel": {
        "code": _("Mã ngắn của Trung tâm, không trùng. Ví dụ: MH01."),
        "for_task": _("Đánh dấu khi mô hình thuộc nhiệm vụ KH&CN mà Trung tâm phối hợp."),
        "started_on": _("Ngày bắt đầu làm mô hình."),
        "ended_on": _("Ngày thôi theo dõi; đang theo dõi thì để trống."),
    },
    "centre.modelvisit": {
        "work": _("Một ngày làm hai việc thì ghi hai dòng."),
    },
    "centre.centretaskwork": {
        "code": _("Mã ngắn của Trung tâm, không trùng. Ví dụ: NV-2026-01."),
        "kind": _("Đề xuất thì chọn đề xuất; kết quả, thuyết minh thì chọn nhiệm vụ."),
    },
}
