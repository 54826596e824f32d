"""A small world for the figure of a rule (tests/conformance), and what it counts in it."""

from datetime import date

from tests.conformance.world_days import NEXT
from tests.factories import reference

# The figure adds up the value; in this world it is 1, as each record of the others counts.
# name: (codes, value of the rule, first day, day after the last)
RENEWAL_RULES = {
    "in force": ("BX-12", 1, date(2021, 2, 1), NEXT),
    "of before": ("", 60, date(2010, 1, 1), date(2021, 2, 1)),
    "of the day after": ("", 30, NEXT, None),
}


def build_rules():
    """Make the versions of the rule about renewals; returns names by primary key."""
    return {
        reference.RuleParameterFactory(
            code="radiation.renewal_days", value=value, unit="day_before", valid_from=first, valid_to=end
        ).pk: name
        for name, (_codes, value, first, end) in RENEWAL_RULES.items()
    }


WORLDS = {
    "reference.ruleparameter": (
        build_rules,
        {name: codes.split() for name, (codes, *_rest) in RENEWAL_RULES.items()},
    ),
}
