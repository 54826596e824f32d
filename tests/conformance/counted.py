"""For each figure of events: how to make a record that it counts on a day, and its neighbours that it must not count.

They stand in ``tests/<area>/counted.py``: makers take the day and return the counted record (of the figure's own model).
Periods of these tests are of 2023.
"""

from tests.factories import directives, parties, science
from tests.of_areas import merged

EVENTS = merged("counted", "EVENTS")


def noise():
    """Other records that live beside the counted ones and belong to no figure of events."""
    parties.OrganisationFactory()
    directives.AssignedTaskFactory()
    science.ScienceTaskFactory()
    science.TeamMemberFactory()
