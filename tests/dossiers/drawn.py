"""Of each chart of this area records, of which its window leaves some out (tests/conformance/test_breakdowns.py)."""

from datetime import date

from tests.factories.dossiers import DossierFactory


def dossiers():
    ended = {"ended_on": date(2023, 4, 3)}
    DossierFactory(received_on=date(2023, 3, 20))
    DossierFactory.create_batch(2, received_on=date(2023, 3, 20), outcome="resolved", **ended)
    DossierFactory(received_on=date(2023, 3, 20), outcome="refused", outcome_reason="Thiếu", **ended)
    DossierFactory(received_on=date(2022, 3, 21))  # of another year
    return 4


# name of the register: makes records, and returns how many of them the chart has
DRAWN = {"dossiers.dossier": dossiers}
