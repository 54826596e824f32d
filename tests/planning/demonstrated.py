"""What the figures of this area are in the demonstration, for the nine months of 2023 (tests/demo/test_figures.py)."""

FIGURES = {
    "KH-01": 10, "KH-02": 1, "KH-03": 1, "KH-04": 2, "KH-05": 2, "KH-06": 1, "KH-07": 1, "KH-08": 2, "KH-09": 9, "KH-10": 0,
    "KH-11": 0, "KH-12": 0, "KH-13": 0, "KH-14": 0, "KH-15": 0, "KH-16": 1, "KH-17": 0, "KH-18": 1, "KH-19": 0, "KH-20": 0, "KH-21": 0,
    "KH-22": 0, "HC-01": 6, "HC-02": 6, "HC-03": 2, "HC-04": 1, "HC-05": 1, "HC-06": 0, "HC-07": 1, "HC-08": 1, "HC-09": 0, "HC-10": 0,
    "DGC-01": 3,
}  # fmt: skip
LOOKING_AHEAD = dict.fromkeys(
    (*(f"KH-{number:02}" for number in (*range(1, 10), *range(14, 21))), "KH-22"), "planned_until"
)
