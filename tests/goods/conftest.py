import pytest

from khcn.kernel.actors import SYSTEM, acting
from khcn.parties.models import User


@pytest.fixture
def tenant_of():
    """An account of an organisation."""

    def make(organisation):
        with acting(SYSTEM):
            return User.objects.create(
                username=f"to-chuc-{organisation.pk}",
                full_name="Người ghi nhật ký",
                organisation=organisation,
            )

    return make
