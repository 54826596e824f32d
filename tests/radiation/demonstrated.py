"""What the figures of this area are in the demonstration, for the nine months of 2023 (tests/demo/test_figures.py)."""

FIGURES = {
    "BX-01": 2, "BX-02": 3, "BX-03": 3, "BX-04": 6, "BX-05": 2, "BX-06": 1, "BX-07": 2, "BX-08": 1, "BX-09": 5,
    "BX-10": 4, "BX-11": 1, "BX-12": 45, "BX-13": 14, "BX-14": 11,
}  # fmt: skip
# Printed beside some.
NAMES = {
    "BX-03": "Bệnh viện đa khoa tỉnh; Phòng khám chuyên khoa Răng Hàm Mặt – Nha khoa Tâm An; "
    "Phòng khám đa khoa Hoàng Gia – Công ty Cổ phần Hoàng Gia Bắc Thái",
    "BX-04": "Bệnh viện đa khoa tỉnh; Bệnh xá Công an tỉnh; Phòng khám đa khoa Tâm Bắc; Trung tâm Y tế huyện Na Rì; "
    "Trung tâm Y tế huyện Ngân Sơn; Trung tâm Y tế thành phố",
    "BX-07": "Phòng khám chuyên khoa Răng Hàm Mặt – Nha khoa Tâm An; Trung tâm kiểm soát bệnh tật",
    "BX-11": "327/GP-ATBXHN",
}
# What the report lists without a number: the figure is what its list comes to.
LISTED = {"F093": "the letters of footnote 6", "F094": "the licence of the central body, named by its number"}
