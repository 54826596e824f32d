"""For each figure of states and cohorts: a small world, and the names of exactly those it counts.

They stand in ``tests/<area>/worlds.py``, by the model of the figures: ``(build the world, what each figure counts in it)``.
The window is the nine-month one of the province: 15/12/2022–14/9/2023, reported under 2023.
"""

from tests.conformance.world_days import WINDOW
from tests.of_areas import merged

__all__ = ["WINDOW", "WORLDS"]

WORLDS = merged("worlds", "WORLDS")
