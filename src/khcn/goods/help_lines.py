"""One line of help for fields whose name is not enough, in the words of those who fill them in."""

from django.utils.translation import gettext_lazy as _

HELP_LINES = {
    "goods.productgroup": {"code": _("Mã ngắn, không trùng. Ví dụ: MIEN-DONG.")},
    "goods.location": {
        "code": _("Mã ngắn của cơ sở, chữ không dấu và số. Ví dụ: XUONG-1."),
        "kind": _("Việc chính làm ở đây."),
        "gln": _("Mã địa điểm toàn cầu 13 chữ số, nếu đã được cấp; chưa có thì để trống."),
        "coordinates": _(
            "Vĩ độ, kinh độ chép từ bản đồ trên điện thoại; chưa biết thì để trống. Trang công khai chỉ cho thấy vị trí gần đúng, trong khoảng 1 km."
        ),
        "since_on": _("Ngày bắt đầu dùng địa điểm này."),
        "closed_on": _("Ngày đầu tiên không dùng nữa; đang dùng thì để trống."),
    },
    "goods.tradeitem": {
        "gtin": _("Mã trên mã vạch, nếu đã được cấp; để trống thì hệ thống cấp mã nội bộ."),
        "unit": _("Đơn vị để ghi số lượng của lô."),
        "is_without_brand": _("Chọn khi hàng bán không mang thương hiệu nào."),
        "is_without_expiry": _("Chọn khi hàng không phải ghi hạn sử dụng."),
    },
    "goods.participationrequest": {
        "code": _("Mã trên giấy biên nhận. Ví dụ: DK-230914-7KQ2MX."),
        "received_on": _("Ngày đăng ký đến Sở."),
        "kind": _("Theo giấy đăng ký của cơ sở."),
        "tax_code": _("10 hoặc 13 chữ số, nếu có."),
        "gln": _("Mã địa điểm toàn cầu 13 chữ số, nếu đã được cấp; chưa có thì để trống."),
    },
    "goods.processstep": {
        "code": _("Mã ngắn, không trùng. Ví dụ: MIEN-DONG-03."),
        "ordinal": _("Bước thứ mấy của quy trình."),
        "kind": _("Cơ sở ghi nhật ký công đoạn này là việc gì."),
        "makes": _("Hái chè làm ra búp tươi, không làm ra gói chè; đóng gói thì ngược lại."),
        "biz_step": _("Tên công đoạn trên trang tra cứu; để trống thì theo việc đã làm."),
        "is_required": _("Lô chưa ghi công đoạn này thì chưa công bố được."),
        "asked": _("Điều cơ sở phải viết ở ghi chú. Ví dụ: nhiệt độ, số giờ sấy."),
        "usual_yield": _("Từ 100 kg nguyên liệu làm ra nhiều nhất bao nhiêu kg."),
    },
    "goods.productcertificate": {
        "item": _("Để trống khi chứng nhận cho mọi sản phẩm của cơ sở."),
        "kind": _("Loại gần nhất; không có thì chọn “Chứng nhận khác”."),
        "number": _("Như ghi trên giấy. Ví dụ: VG-0123/2023."),
        "issued_on": _("Ngày ghi trên giấy."),
        "valid_until": _("Ngày cuối còn hiệu lực; giấy không ghi thì để trống."),
    },
    "goods.labelfeedback": {
        "code": _("Mã ngắn, không trùng. Ví dụ: PA-230914-ACDEFH."),
        "label": _("Các số trên nhãn mà người gửi đã tra cứu."),
        "lot": _("Để trống khi nhãn không thuộc lô nào trong sổ."),
        "kind": _("Điều người gửi chọn trên trang tra cứu."),
        "received_on": _("Ngày nhận phản ánh này."),
        "handled_on": _("Ngày làm xong; chưa làm thì để trống."),
    },
    "goods.lot": {
        "number": _("Số lô in trên nhãn, chữ không dấu và số. Ví dụ: MD-230110."),
        "made_on": _("Ngày làm xong hoặc thu hoạch lô."),
        "expires_on": _("Để trống thì tính theo hạn sử dụng của sản phẩm."),
    },
    "goods.labelprint": {
        "printed_on": _("Ngày in nhãn này."),
        "layout": _("Theo giấy nhãn đang có."),
        "copies": _("Nhiều nhất 2.000 nhãn mỗi lượt."),
        "has_serials": _("Chống làm giả: trang của nhãn biết số nào đã in, số nào đã hủy."),
        "has_data_matrix": _("Cho máy quét ở kho, siêu thị; người mua quét mã QR."),
        "ordinal": _("Để trống thì hệ thống đánh số tiếp theo của lô."),
    },
    "goods.lotentry": {
        "step": _("Công đoạn trong quy trình mẫu của nhóm hàng, nếu có."),
        "kind": _("Mỗi việc một mục; ghi xong là thành sự kiện truy xuất."),
        "done_on": _("Ngày làm việc này."),
        "amount": _(
            "Theo đơn vị tính của sản phẩm. Thu hoạch, chế biến cộng vào lô; dùng, giao, bán, hủy trừ đi; việc khác không đổi số hàng."
        ),
        "partner": _("Bên nhận thấy hàng đang đến và xác nhận số đếm được."),
        "ordinal": _("Để trống thì hệ thống đánh số tiếp theo của lô."),
    },
    "goods.goodsrecall": {
        "code": _("Mã ngắn, không trùng. Ví dụ: TH-2023-01."),
        "is_drill": _("Diễn tập: thông báo ghi rõ diễn tập, không giữ hàng, không lên trang công khai."),
        "opened_on": _("Ngày bắt đầu nghi ngờ."),
        "begins_with": _("Từ đây hệ thống tìm mọi lô làm ra sau đó và mọi bên đã giữ."),
        "identifier": _("Mã trên nhãn hoặc mã EPC, cách viết nào cũng được."),
        "since_on": _("Ngày đầu, tính cả ngày này."),
        "until_on": _("Ngày cuối, tính cả ngày này."),
        "decision_number": _("Số trên quyết định đã ký. Ví dụ: 45/QĐ-SKHCN."),
        "decision_issuer": _("Cơ quan ghi ở đầu quyết định."),
        "decision_signer": _("Họ và tên người ký quyết định; trang công khai nêu tên này."),
        "legal_basis": _("Điều, luật, nghị định mà quyết định nêu ở phần căn cứ."),
        "finish_by": _("Hạn mà quyết định nêu."),
    },
}
