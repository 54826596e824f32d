"""What the figures of this area are in the demonstration, for the nine months of 2023 (tests/demo/test_figures.py)."""

FIGURES = {
    "VP-01": 1, "VP-02": 1, "VP-03": 1, "VP-04": 1, "VP-05": 1, "VP-06": 6, "VP-07": 1, "VP-08": 1, "VP-09": 1, "VP-10": 1,
    "VP-11": 6, "VP-12": 19, "VP-13": 3, "VP-14": 3, "VP-15": 2733, "VP-16": 1231, "VP-17": 50, "VP-18": 2, "VP-19": 0,
    "VP-20": 0, "VP-21": 0, "VP-22": 2, "VP-23": 0, "VP-24": 0,
}  # fmt: skip
# Printed beside some.
NAMES = {"VP-09": "Phòng Quản lý khoa học", "VP-11": "xếp loại Tốt"}
COUNTED_ONCE = dict.fromkeys(
    (
        *("VP-01", "VP-02", "VP-05", "VP-06", "VP-07", "VP-08", "VP-10"),
        *("VP-19", "VP-21", "VP-23", "VP-24"),
    ),
    "person",
)
