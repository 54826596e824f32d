"""What the figures of this area are in the demonstration, for the nine months of 2023 (tests/demo/test_figures.py)."""

FIGURES = {
    "CN-01": 15, "CN-02": 14, "CN-03": 505, "CN-04": 8, "CN-05": 1, "CN-06": 2, "CN-07": 2,
    "TTKH-01": 33, "TTKH-02": 48, "TTKH-03": 5, "TTKH-04": 12, "TTKH-05": 5000, "TTKH-06": 0, "TTKH-07": 1, "TTKH-08": 0, "TTKH-09": 1,
}  # fmt: skip
# Printed beside some.
NAMES = {
    "CN-01": (
        "Dự án Macca xen cây dược liệu tầng thấp; Hạng mục Trạm xử lý nước thải 505M³/ NG.Đ; "
        "Dự án khai thác và chế biến đá vôi làm vật liệu xây dựng thông thường tại mỏ Nà Bia, xã Nông Hạ, huyện Chợ Mới; "
        "Dự án xây dựng công trình xưởng tuyển quặng ô xít chì, kẽm và thu hồi khoáng sản đi kèm; "
        "Đầu tư mua sắm bổ sung trang thiết bị cho 08 Trung tâm y tế tuyến huyện; "
        "Dự án đầu tư xây dựng công trình khai thác và chế biến quặng chì-kẽm khu vực Phia Đăm-Khuổi Mạn, xã Bằng Thành, huyện Pác Nặm, "
        "tỉnh Bắc Kạn; Dự án sản xuất ván dán và viên nén mùn cưa Bắc Kạn; "
        "Dự án nhà máy tinh bột dong riềng và sản xuất miến dong Phúc Lộc; Dự án nhà máy điện phân chì, kẽm Bắc Kạn; "
        "Dự án xây dựng công trình xưởng tuyển quặng ô xít chì, kẽm và thu hồi khoáng sản đi kèm (cho ý kiến lần thứ hai); "
        "Dự án Nhà máy chế biến gỗ Bắc Kạn; Dự án Tổ hợp sản xuất vật liệu và lâm sản; "
        "Nâng cấp hệ thống sản xuất chương trình truyền hình Bắc Kạn; Dự án đầu tư xây dựng khai thác mỏ cát, sỏi Nà Đeo; "
        "Dự án đầu tư xây dựng công trình khai thác mỏ lộ thiên khoáng sản cát, sỏi làm vật liệu xây dựng thông thường tại mỏ Nà Ôn, "
        "xã Đồng Lạc, huyện Chợ Đồn"
    ),
}
COUNTED_ONCE = dict.fromkeys(("CN-02", "CN-03", "CN-04"), "project")
