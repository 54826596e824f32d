"""One line of help for fields whose name is not enough, in the words of those who fill them in."""

from django.utils.translation import gettext_lazy as _

HELP_LINES = {
    "ip.initiativeround": {
        "code": _("Mã ngắn của phòng, không trùng. Ví dụ: DX-2026-01."),
        "level": _("Cấp tỉnh khi Hội đồng của tỉnh xét; cấp cơ sở khi Hội đồng của Sở xét."),
        "year": _("Năm của đợt xét. Ví dụ: 2026."),
        "closes_on": _("Ngày cuối cùng nhận đơn của đợt này; mỗi đợt, mỗi ngành có hạn riêng."),
        "considered_on": _("Ngày Hội đồng họp xét; số đợt xét của báo cáo đếm theo ngày này."),
    },
    "ip.initiative": {
        "code": _("Mã ngắn của phòng, không trùng. Ví dụ: SK-2026-01."),
        "received_on": _("Ngày Sở nhận đơn; thời hạn xem xét hình thức tính từ ngày này."),
        "first_applied_on": _("Áp dụng sau ngày chấp nhận đơn thì thời hạn công nhận tính từ ngày này."),
    },
    "ip.initiativeauthor": {
        "share": _("Phần đóng góp vào việc tạo ra sáng kiến; các tác giả cộng lại bằng 100 %."),
    },
    "ip.ipasset": {
        "code": _("Mã ngắn của phòng, không trùng. Ví dụ: TSTT-01."),
        "kind": _("Đối tượng ghi ở đơn hoặc văn bằng."),
        "filed_on": _("Ngày nộp đơn tại Cục Sở hữu trí tuệ."),
        "granted_on": _("Ngày ghi trên văn bằng bảo hộ; chưa cấp thì để trống."),
        "expires_on": _("Ngày cuối cùng văn bằng còn hiệu lực; chỉ dẫn địa lý không có hạn thì để trống."),
        "renewal_filed_on": _(
            "Đơn gia hạn đang chờ kết quả; gia hạn xong thì sửa ngày hết hiệu lực và để trống ô này."
        ),
        "ended_on": _("Ngày văn bằng bị chấm dứt, hủy bỏ, không gia hạn; hoặc ngày đơn bị từ chối, rút đơn."),
    },
    "ip.ipassetuser": {
        "authorised_on": _("Ngày ghi trên giấy cho phép sử dụng."),
        "ended_on": _("Từ ngày này không còn được sử dụng; đang sử dụng thì để trống."),
    },
    "ip.ipassetcontrol": {
        "passed": _("Bỏ dấu khi sử dụng sai quy chế; ghi rõ ở ô “Kết quả kiểm soát”."),
    },
    "ip.ipguidance": {
        "code": _("Mã ngắn của phòng, không trùng. Ví dụ: HD-2026-01."),
        "purpose": _("Bảo hộ là xin cấp văn bằng mới; sử dụng là xin dùng chỉ dẫn địa lý, nhãn hiệu đã có."),
        "kind": _("Điều mà tổ chức được hướng dẫn đăng ký; báo cáo đếm theo mục này."),
    },
    "ip.ipevent": {
        "code": _("Mã ngắn của phòng, không trùng. Ví dụ: HT-2026-01."),
        "kind": _("Báo cáo chỉ đếm hội thảo."),
    },
    "ip.contestedition": {
        "code": _("Mã ngắn của phòng, không trùng. Ví dụ: KN-2026."),
        "kind": _("Mỗi cuộc thi mỗi năm có nhiều nhất một lần tổ chức."),
        "year": _("Năm tổ chức. Ví dụ: 2026."),
        "launched_on": _("Ngày phát động cuộc thi."),
        "closes_on": _("Ngày cuối cùng nhận bài dự thi."),
        "result_planned_on": _("Ngày theo kế hoạch; hạn công bố và báo cáo lấy theo ngày này."),
    },
    "ip.contestcriterion": {
        "code": _("Mã ngắn, không trùng. Ví dụ: KN-2026-TC1."),
    },
    "ip.contestjuror": {
        "code": _("Số ghi trên phiếu chấm thay cho tên. Ví dụ: KN-2026-GK1."),
    },
    "ip.contestentry": {
        "code": _("Mã rọc phách: giám khảo chỉ biết bài theo mã này. Ví dụ: KN-2026-007."),
    },
}
