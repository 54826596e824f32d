"""What the figures of this area are in the demonstration, for the nine months of 2023 (tests/demo/test_figures.py)."""

FIGURES = {
    "UD-01": 2050, "UD-02": 4000, "UD-03": 10_000, "UD-04": 15_000, "UD-05": 3, "UD-06": 120, "UD-07": 1250, "UD-08": 1000,
    "UD-09": 420, "UD-10": 5000, "UD-11": 5, "UD-12": 7, "UD-13": 10, "UD-14": 7, "UD-15": 100, "UD-16": 3, "UD-17": 2,
    "UD-18": 2, "UD-19": 2, "UD-20": 1, "UD-21": 30, "UD-22": 4, "UD-23": 9, "UD-24": 1, "UD-25": 1, "UD-26": 1,
    "DV-01": 68, "DV-02": 89, "DV-03": 140, "DV-04": 1152, "DV-05": 2383, "DV-06": 71, "DV-07": 185, "DV-08": 5, "DV-09": 11,
    "DV-10": 33, "DV-11": 1, "DV-12": 1, "DV-13": 1, "DV-14": 2, "DV-15": 4, "DV-16": 0,
}  # fmt: skip
COUNTED_ONCE = {"UD-18": "task", "UD-23": "customer", "UD-24": "proposal", "UD-26": "task"}
