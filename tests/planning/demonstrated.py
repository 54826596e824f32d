"""What the figures of this area are in the demonstration, for the nine months of 2023 (tests/demo/test_figures.py)."""

FIGURES = {
    "KH-01": 10, "KH-02": 1, "KH-03": 1, "KH-04": 2, "KH-05": 2, "KH-06": 1, "KH-07": 1, "KH-08": 2, "KH-09": 9, "KH-10": 0,
    "KH-11": 0, "KH-12": 0, "KH-13": 0, "HC-01": 6, "HC-02": 6,
}  # fmt: skip
