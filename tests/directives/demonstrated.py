"""What the figures of this area are in the demonstration, for the nine months of 2023 (tests/demo/test_figures.py)."""

FIGURES = {
    "NG-01": 2, "NG-02": 1, "NG-03": 1, "NG-04": 1, "NG-05": 0, "VB-01": 1, "VB-02": 1,
}  # fmt: skip
