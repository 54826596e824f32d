"""What the figures of this area are in the demonstration, for the nine months of 2023 (tests/demo/test_figures.py)."""

FIGURES = {
    "HD-01": 25, "HD-02": 7, "HD-03": 5, "HD-04": 1, "HD-05": 12, "HD-06": 0,
}  # fmt: skip
