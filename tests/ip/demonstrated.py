"""What the figures of this area are in the demonstration, for the nine months of 2023 (tests/demo/test_figures.py)."""

FIGURES = {
    "KN-01": 3, "KN-02": 10, "KN-03": 7, "SH-01": 2, "SH-02": 1, "SH-03": 1, "SH-04": 1, "SH-05": 2, "SK-01": 2, "SK-02": 3, "SK-03": 14,
}  # fmt: skip
# Printed beside some.
NAMES = {"SH-03": "Chè Thạch đen"}
COUNTED_ONCE = dict.fromkeys(("SH-01", "SH-02", "SH-03"), "organisation")
