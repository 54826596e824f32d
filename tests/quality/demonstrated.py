"""What the figures of this area are in the demonstration, for the nine months of 2023 (tests/demo/test_figures.py)."""

FIGURES = {
    "DL-01": 4, "DL-02": 2, "DL-03": 1, "DL-04": 2, "DL-05": 11, "DL-06": 0, "DL-07": 0, "DL-08": 0, "DL-09": 0,
    "DL-10": 0, "DL-11": 0, "CL-15": 0,
    "CL-01": 4, "CL-02": 9, "CL-03": 12, "CL-04": 8, "CL-05": 1, "CL-06": 0, "CL-07": 0, "CL-08": 0, "CL-09": 0,
    "CL-10": 6, "CL-11": 1, "CL-12": 1, "CL-13": 0, "CL-14": 1, "TX-01": 14, "TX-02": 14, "TX-03": 14, "TX-04": 0,
    "NS-01": 2, "NS-02": 2, "TK-01": 0, "TK-02": 5,
}  # fmt: skip
# Printed beside some.
NAMES = {"CL-11": "rượu thóc xã Tân Lập"}
_PLACES = (
    "DL-02",
    "DL-04",
    "DL-05",
    "CL-02",
    "CL-03",
    "CL-04",
    "CL-05",
    "CL-10",
    "DL-10",
    "CL-15",
    "CL-12",
    "NS-02",
    "TX-01",
    "TX-02",
)
COUNTED_ONCE = {**dict.fromkeys(_PLACES, "organisation"), "NS-01": "person", "CL-11": "product"}
