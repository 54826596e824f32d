"""A write that decides between two workers names columns of its own row; the tests find one that does not."""

from datetime import UTC, datetime

import pytest
from django.db.models import Q

from khcn.trace.models import Subscription
from tests.joined_writes import PRODUCT, JoinedWriteError

pytestmark = pytest.mark.django_db
AT = datetime(2026, 11, 29, tzinfo=UTC)
PARKED = {"parked_at": AT}
WRITES = {
    "own column": ("rows.filter(parked_at=None).update(**parked)", True),
    "list of keys": ("rows.filter(pk__in=[1, 2]).update(**parked)", True),
    "key of another table": ("rows.filter(key_id=1, key__in=[2]).update(**parked)", True),
    "join": ("rows.filter(key__revoked_at=None).update(**parked)", False),
    "excluded join": ("rows.exclude(query__name='a').update(**parked)", False),
    "one of two": ("rows.filter(Q(parked_at=None) | Q(key__label='a')).update(**parked)", False),
    "query of the same table": ("rows.filter(pk__in=rows.filter(parked_at=None)).update(**parked)", False),
    "joined delete": ("rows.filter(key__revoked_at=None)._raw_delete('default')", False),
}


@pytest.mark.parametrize("name", WRITES)
def test_a_write_of_the_product_that_reads_another_row_is_refused(name):
    text, is_allowed = WRITES[name]
    code = compile(text, str(PRODUCT / "trace" / "example.py"), "eval")
    given = {"rows": Subscription.objects.all(), "parked": PARKED, "Q": Q}
    if is_allowed:
        assert eval(code, given) == 0
    else:
        with pytest.raises(JoinedWriteError, match=r"trace\.Subscription"):
            eval(code, given)


def test_a_test_may_write_as_it_likes():
    assert Subscription.objects.filter(key__revoked_at=None).update(**PARKED) == 0
