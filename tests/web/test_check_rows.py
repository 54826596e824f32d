"""Rows of state checks on their pages: codes that begin with that of their check, and places that say whose they are."""

import pytest

from khcn.kernel.actors import SYSTEM
from khcn.kernel.deadlines.models import Deadline
from khcn.reference.operations import enter_shipped_rules
from tests.factories.quality import (
    CheckedPlaceFactory,
    CheckFindingFactory,
    CheckHandlingFactory,
    StateCheckFactory,
)
from tests.web.conftest import form_values, tree, words


@pytest.fixture
def client(sign_in):
    return sign_in(unit="TDC")


def proposed(page):
    return form_values(tree(page))["code"]


def test_the_rows_of_a_check_get_codes_after_its_own(client):
    place = CheckedPlaceFactory(code="KTCL-2026-01-A")
    check = StateCheckFactory(code="KTĐL-2026-01", field="metrology", topic="water_meters")
    for expected in ("KTĐL-2026-01-A", "KTĐL-2026-01-B"):
        assert proposed(client.get("/quality/check-subjects/new/", {"check_case": check.pk})) == expected
        CheckedPlaceFactory(code=expected, check_case=check)
    CheckFindingFactory(code="KTCL-2026-01-A1", subject=place)
    page = client.get("/quality/check-findings/new/", {"subject": place.pk})
    assert proposed(page) == "KTCL-2026-01-A2"
    assert proposed(client.get("/quality/check-subjects/new/")) == ""


def test_a_place_is_called_by_its_code_and_its_company(client):
    enter_shipped_rules(actor=SYSTEM)
    place = CheckedPlaceFactory(code="KTCL-2026-01-A", organisation__name="Công ty Thử")
    title = "KTCL-2026-01-A – Công ty Thử"
    assert title in tree(client.get(f"/quality/check-subjects/{place.pk}/")).xpath("string(//h1)")
    assert title in words(client.get("/quality/check-findings/new/"))
    handling = CheckHandlingFactory(code="XL-2026-01", subject=place)
    (term,) = Deadline.objects.filter(subject_id=handling.pk, kind="quality.handling")
    assert term.subject_label.endswith(": Công ty Thử (KTCL-2026-01-A)")
