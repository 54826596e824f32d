"""The window of the worlds of states (``tests/<area>/worlds.py``), and the days at its edges."""

from datetime import date

from khcn.kernel.indicators import Period

WINDOW = Period(date(2022, 12, 15), date(2023, 9, 15), 2023)
FIRST, LAST, NEXT = date(2022, 12, 15), date(2023, 9, 14), date(2023, 9, 15)
