"""What the figures of this area are in the demonstration, for the nine months of 2023 (tests/demo/test_figures.py)."""

from decimal import Decimal

FIGURES = {
    "HS-01": 46, "HS-02": 40, "HS-03": 35, "HS-04": 5, "HS-05": 0, "HS-06": 2, "HS-07": 0, "HS-08": 1, "HS-09": 3,
    "HS-10": 0, "HS-11": 0, "HS-12": 3, "HS-13": 100, "HS-14": Decimal("86.96"), "HS-15": 40,
    "TT-01": 10, "TT-02": 7, "TT-03": 7, "TT-04": 1, "TT-05": 5, "TT-06": 12, "TT-07": 5,
}  # fmt: skip
