"""Forms of a province whose store was merged into this one stay on record, and new reports take those of the own province."""

from datetime import date

import pytest

from khcn.kernel.actors import SYSTEM, acting
from khcn.reports.forms.definition import parse_form
from khcn.reports.models import FormVersion
from tests.reports.conftest import FORM_TOML, a_version

pytestmark = pytest.mark.django_db


def test_the_form_of_the_own_province_comes_first():
    own = a_version(parse_form(FORM_TOML))
    with acting(SYSTEM):
        other = FormVersion(
            province="24",
            code=own.code,
            version=7,
            title=own.title,
            valid_from=own.valid_from,
            body=FORM_TOML,
        )
        other.save()
    day = date(2030, 1, 1)
    assert FormVersion.objects.latest_of(own.code) == own
    assert FormVersion.objects.in_force(own.code, on=day) == own
    with acting(SYSTEM):
        own.delete()
    assert FormVersion.objects.latest_of(own.code) == other
    assert FormVersion.objects.in_force(own.code, on=day) == other
