"""Keys of programs are compared with the change log: what SQL put in the place of one is named."""

import hashlib
import uuid

import pytest
from django.db import connection

from khcn.kernel.actors import SYSTEM
from khcn.kernel.audit.findings import FindingKind
from khcn.kernel.audit.log_verification import verify_log
from khcn.kernel.audit.models import ChangeEntry
from khcn.trace.models import ApiKey
from khcn.trace.operations.api_keys import issue_key, revoke_key, viewer_for
from tests.kernel.test_verify import named, sql
from tests.trace.rest_given import AT, party

pytestmark = pytest.mark.django_db
FORGED = "khcn_" + "x" * 43


def test_a_key_exchanged_or_given_back_by_sql_is_named():
    one = party()
    for label in ("Máy quét", "Phần mềm kho", "Đã bỏ"):
        issue_key(party=one, label=label, actor=SYSTEM, at=AT)
    first, _second, third = ApiKey.objects.order_by("pk")
    revoke_key(key=third, actor=SYSTEM, at=AT)
    assert verify_log().findings == []
    logged = str(list(ChangeEntry.objects.values_list("before", "after")))
    assert not any(bytes(each.digest).hex() in logged for each in ApiKey.objects.all())
    assert hashlib.sha256(first.digest).hexdigest() not in logged
    forged = hashlib.sha256(FORGED.encode()).digest()
    sql("UPDATE trace_apikey SET digest = %s WHERE id = %s", forged, first.pk)
    sql("UPDATE trace_apikey SET revoked_at = NULL WHERE id = %s", third.pk)
    assert viewer_for(FORGED, at=AT) is not None
    assert named(FindingKind.RECORD_CHANGED) == [
        f"Khóa truy cập “Máy quét” (#{first.pk}): digest",
        f"Khóa truy cập “Đã bỏ” (#{third.pk}): revoked_at",
    ]


def test_a_key_added_by_sql_is_named():
    issue_key(party=party(), label="Máy quét", actor=SYSTEM, at=AT)
    sql(
        "INSERT INTO trace_apikey (party_id, label, digest, form_key, issued_at, expires_at, created_at, updated_at) "
        "SELECT party_id, 'Lẻn vào', %s, %s, issued_at, expires_at, created_at, updated_at FROM trace_apikey",
        hashlib.sha256(FORGED.encode()).digest(),
        uuid.uuid4() if connection.vendor == "postgresql" else uuid.uuid4().hex,
    )
    forged = ApiKey.objects.latest("pk")
    assert named(FindingKind.RECORD_INSERTED) == [f"Khóa truy cập “Lẻn vào” (#{forged.pk})"]
