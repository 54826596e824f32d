"""The store on a database does what the one in memory does."""

import pytest

from khcn.trace.store import Viewer
from tests.epcis.store_contract import StoreContract
from tests.trace.store_given import WritableStore


@pytest.mark.django_db
class TestDjangoStore(StoreContract):
    @pytest.fixture
    def empty(self):
        return WritableStore()


@pytest.mark.django_db
class TestDjangoStoreOfAParty(StoreContract):
    """What a party captured itself it sees as an authority sees all."""

    @pytest.fixture
    def empty(self):
        return WritableStore(Viewer(1, False, ("https://id.gs1.org/414/9521234000006",)))
