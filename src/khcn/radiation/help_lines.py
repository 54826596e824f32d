"""One line of help for fields whose name is not enough, in the words of those who fill them in."""

from django.utils.translation import gettext_lazy as _

HELP_LINES = {
    "radiation.radiationfacility": {
        "code": _("Mã ngắn của phòng, không trùng. Ví dụ: CS01."),
    },
    "radiation.radiationdevice": {
        "code": _("Mã ngắn của phòng, không trùng; máy chuyển nơi khác vẫn giữ mã. Ví dụ: TB01."),
        "made_in": _("Năm ghi trên nhãn máy. Ví dụ: 2018."),
        "acquired_on": _("Ngày cơ sở nhận thiết bị; thời hạn khai báo tính từ ngày này."),
    },
    "radiation.radioactivesource": {
        "code": _("Mã ngắn của phòng, không trùng. Ví dụ: N01."),
        "is_sealed": _("Đánh dấu khi chất phóng xạ nằm kín trong vỏ bọc; nguồn hở thì bỏ dấu."),
        "category": _("Nhóm theo mức nguy hiểm ghi ở phiếu khai báo; nhóm 1 nguy hiểm nhất."),
        "measured_on": _("Ngày mà hoạt độ ghi ở trên được xác định, theo chứng chỉ của nguồn."),
        "acquired_on": _("Ngày cơ sở nhận nguồn."),
    },
    "radiation.radiationnotification": {
        "code": _("Mã ngắn của phòng, không trùng. Ví dụ: KB-2026-01."),
        "kind": _(
            "Dừng hoạt động là tạm thời hoặc chờ xử lý; chấm dứt, thanh lý là không còn thiết bị, nguồn nữa."
        ),
        "happened_on": _(
            "Ngày cơ sở có, dừng, dùng lại hoặc thanh lý thiết bị, nguồn; không phải ngày gửi phiếu."
        ),
        "received_on": _("Ngày Sở nhận phiếu khai báo."),
    },
    "radiation.radiationlicenceapplication": {
        "code": _("Mã hồ sơ của một cửa hoặc của phòng, không trùng. Ví dụ: HSBX-2026-01."),
        "kind": _(
            "Gia hạn là dùng tiếp khi sắp hết hạn; cấp lại là mất, hỏng; sửa đổi là thêm, bớt thiết bị."
        ),
        "received_on": _("Ngày Sở nhận hồ sơ, chưa cần hợp lệ; thời hạn trả lời tính từ ngày hồ sơ hợp lệ."),
        "licence": _("Giấy phép xin gia hạn, sửa đổi hoặc cấp lại; cấp mới thì để trống."),
    },
    "radiation.radiationlicence": {
        "number": _("Số ghi trên giấy phép. Ví dụ: 05/GP-SKHCN."),
        "kind": _("Theo đề nghị mà giấy phép được cấp; gia hạn cấp số mới thì vẫn chọn “Gia hạn”."),
        "issuer": _("Giấy phép của Cục ghi để theo dõi; số liệu của Sở không đếm."),
        "issued_on": _("Ngày ký giấy phép."),
        "expires_on": _("Ngày cuối cùng giấy phép còn giá trị; để trống nếu giấy không ghi."),
    },
    "radiation.radiationworker": {
        "code": _("Mã ngắn của phòng, không trùng. Ví dụ: NVBX-01."),
        "role": _("Người phụ trách an toàn được in vào giấy phép của cơ sở."),
        "since_on": _("Ngày bắt đầu làm việc bức xạ ở cơ sở này."),
        "left_on": _("Từ ngày này không còn làm việc bức xạ ở cơ sở; đang làm thì để trống."),
    },
    "radiation.radiationstaffcertificate": {
        "number": _("Số ghi trên chứng chỉ. Ví dụ: 05/CCNVBX-SKHCN."),
        "issued_on": _("Ngày ký chứng chỉ."),
        "expires_on": _("Ngày cuối cùng chứng chỉ còn giá trị; để trống nếu chứng chỉ không ghi."),
        "ended_on": _("Ngày thu hồi chứng chỉ; còn hiệu lực thì để trống."),
    },
    "radiation.radiationdeviceverification": {
        "verified_on": _("Ngày ghi trên giấy chứng nhận hoặc biên bản kiểm định."),
        "passed": _("Bỏ dấu khi thiết bị không đạt: lượt kiểm định đó không dời hạn kiểm định."),
        "valid_until": _("Để trống thì hạn kiểm định tính theo tham số quy định."),
    },
    "radiation.radiationsurvey": {
        "passed": _("Bỏ dấu khi có điểm vượt mức cho phép; ghi rõ ở ô “Kết quả”."),
    },
    "radiation.doserecord": {
        "year": _("Năm của quý đeo liều kế, không phải năm trả kết quả. Ví dụ: 2026."),
        "quarter": _("Quý đeo liều kế."),
        "dose_msv": _("Liều hiệu dụng của quý theo phiếu trả kết quả, tính bằng mSv. Ví dụ: 0,15."),
    },
    "radiation.radiationcheck": {
        "subject": _("Một lượt đến kiểm tra cả hai thì ghi hai dòng."),
    },
    "radiation.radiationtraining": {
        "code": _("Mã ngắn của phòng, không trùng. Ví dụ: THBX-2026-01."),
    },
    "radiation.emergencyplan": {
        "submitted_on": _("Ngày Sở nhận kế hoạch; thời hạn phê duyệt tính từ ngày này."),
        "approved_on": _("Ngày ký quyết định phê duyệt; chưa phê duyệt thì để trống."),
        "drilled_on": _("Ngày cơ sở diễn tập gần nhất theo kế hoạch này."),
    },
    "radiation.guidanceletter": {
        "code": _("Mã ngắn của phòng, không trùng. Ví dụ: VBBX-2026-01."),
        "number": _("Số ghi trên văn bản đã ký. Ví dụ: 123/SKHCN-QLCN."),
    },
}
