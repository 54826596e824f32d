"""What the figures of this area are in the demonstration, for the nine months of 2023 (tests/demo/test_figures.py)."""

FIGURES = {
    "KHTC-01": 23_500_000_000, "KHTC-02": 3, "KHTC-03": 1, "KHTC-04": 1, "KHTC-05": 1, "KHTC-06": 2, "KHTC-07": 1,
    "KHTC-08": 1, "KHTC-09": 2, "KHTC-10": 835_000_000, "KHTC-11": 2, "KHTC-12": 2, "KHTC-13": 12_500_000, "KHTC-14": 1, "KHTC-15": 0,
}  # fmt: skip
# Printed beside some.
NAMES = {
    "KHTC-02": "Chè Shan Chợ Mới; Ngô sinh khối; Thạch đen",
    "KHTC-03": (
        "Ứng dụng tiến bộ khoa học công nghệ xây dựng mô hình trồng, thâm canh và chế biến sản phẩm chè Shan tuyết tại huyện Chợ Mới"
    ),
    "KHTC-04": "kiểm thử phần mềm nhiệm vụ chuyển đổi số khoa học và công nghệ",
    "KHTC-07": "trang thiết bị hội trường và phòng làm việc của Sở",
    "KHTC-08": "Trạm Nghiên cứu Đồn Đền",
}
COUNTED_ONCE = {"KHTC-02": "task"}
