"""The store on a database does what the one in memory does."""

import pytest

from khcn.trace.store import DjangoStore
from tests.epcis.store_contract import StoreContract


@pytest.mark.django_db
class TestDjangoStore(StoreContract):
    @pytest.fixture
    def empty(self, db):
        return DjangoStore(owner=1)
