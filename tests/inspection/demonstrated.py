"""What the figures of this area are in the demonstration, for the nine months of 2023 (tests/demo/test_figures.py)."""

FIGURES = {
    "TTR-01": 2, "TTR-02": 0, "TTR-03": 2, "TTR-04": 1, "TTR-05": 4, "TTR-06": 0, "TTR-07": 45_998_409, "TTR-08": 0,
    "TTR-09": 0, "TTR-10": 0, "TTR-11": 0, "TTR-12": 3, "TTR-13": 1, "TTR-14": 1, "TTR-15": 1, "TTR-16": 2,
    "TTR-17": 0, "TTR-18": 0, "TTR-19": 0, "TTR-20": 0,
}  # fmt: skip
