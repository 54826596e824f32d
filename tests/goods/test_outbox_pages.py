"""What people see of the outbox: the file beforehand, their own messages alone, and never a key again."""

import json

import pytest
from django.urls import reverse

from khcn.goods.models import OutboxAccount, OutboxCredential
from khcn.goods.operations.outbox.credentials import read_credential, set_credential
from khcn.kernel.access.encrypted_secrets import LostSecretError
from khcn.kernel.actors import SYSTEM
from khcn.kernel.audit.models import ChangeEntry
from khcn.kernel.refusals import Refused
from tests.factories.goods import LotEntryFactory, LotFactory, OutboxAccountFactory
from tests.goods.test_outbox import SECRET, account, lot, province, published

__all__ = ["account", "lot", "province", "published"]  # fixtures
pytestmark = pytest.mark.django_db


def test_the_file_is_looked_at_beforehand_with_what_lacks(client, tenant_of, lot, settings):
    LotEntryFactory(lot=lot)
    client.force_login(tenant_of(lot.item.organisation))
    page = client.get(reverse("outbox-dry-run", args=[lot.pk])).content.decode()
    for words in (
        "theo giả định",
        "2. hinhAnh",
        "Cơ sở chưa đồng ý gửi.",
        "KHCN_NATIONAL_PORTAL_URL",
        "Lô chưa công bố.",
        "Miến dong Minh Họa",
    ):
        assert words in page, words
    saved = client.get(reverse("outbox-dry-run-file", args=[lot.pk]))
    assert saved["Content-Disposition"].startswith("attachment;")
    assert json.loads(saved.content)["lo"]["tenSanPham"] == "Miến dong Minh Họa"


def test_of_a_lot_of_somebody_else_there_is_no_file(client, tenant_of, published):
    """Neither the file beforehand nor that of a message, nor the form for its key."""
    stranger = LotFactory().item.organisation
    client.force_login(tenant_of(stranger))
    message, agreed = published.outbox.get(), OutboxAccount.objects.get()
    for name, pk in (
        ("outbox-dry-run", published.pk),
        ("outbox-dry-run-file", published.pk),
        ("outbox-file", message.pk),
        ("outbox-credential", agreed.pk),
    ):
        assert client.get(reverse(name, args=[pk])).status_code == 404, name
    for slug in ("outbox", "outbox-accounts", "outbox-attempts"):
        shown = client.get(f"/goods/{slug}/").content.decode()
        assert published.item.name not in shown
        assert str(published.item.organisation) not in shown


def test_a_message_is_saved_as_it_is_sent(client, tenant_of, published):
    client.force_login(tenant_of(published.item.organisation))
    message = published.outbox.get()
    shown = client.get(f"/goods/outbox/{message.pk}/").content.decode()
    assert reverse("outbox-file", args=[message.pk]) in shown
    saved = client.get(reverse("outbox-file", args=[message.pk]))
    assert saved.content.decode() == message.dispatch.body


def entered(client, agreed, secret):
    return client.post(reverse("outbox-credential", args=[agreed.pk]), {"secret": secret})


def test_a_key_is_entered_exchanged_and_never_shown_again(client, tenant_of):
    agreed = OutboxAccountFactory()
    client.force_login(tenant_of(agreed.organisation))
    assert entered(client, agreed, SECRET).status_code == 303
    first = OutboxCredential.objects.get()
    assert read_credential(first) == SECRET
    assert SECRET not in first.secret
    assert entered(client, agreed, "khoa-moi").status_code == 303
    assert read_credential(OutboxCredential.objects.get()) == "khoa-moi"
    wrong = entered(client, agreed, "khoa co dau cach")
    assert wrong.status_code == 422
    pages = [
        wrong,
        client.get(reverse("outbox-credential", args=[agreed.pk])),
        client.get(f"/goods/outbox-accounts/{agreed.pk}/"),
        client.get(f"/goods/outbox-accounts/{agreed.pk}/history/"),
        client.get(f"/api/goods/outbox-accounts/{agreed.pk}/"),
    ]
    for page in pages:
        assert not {SECRET, "khoa-moi", "khoa co dau cach"} & set(page.content.decode().split('"'))
    logged = json.dumps([[each.before, each.after, each.reason] for each in ChangeEntry.objects.all()])
    assert SECRET not in logged
    assert "khoa-moi" not in logged
    assert "credential" in logged


def test_a_key_is_read_with_the_secrets_before_and_with_no_other(settings):
    agreed = OutboxAccountFactory()
    set_credential(account=agreed, secret=SECRET, actor=SYSTEM, at=agreed.created_at)
    stored = OutboxCredential.objects.get()
    settings.LOG_SECRETS_BEFORE = [settings.SECRET_KEY]
    settings.SECRET_KEY = "một khóa khác"
    assert read_credential(stored) == SECRET
    settings.LOG_SECRETS_BEFORE = []
    with pytest.raises(LostSecretError):
        read_credential(stored)


def test_no_key_is_entered_after_the_agreement_has_ended():
    agreed = OutboxAccountFactory()
    with pytest.raises(Refused, match="không có dấu cách"):
        set_credential(account=agreed, secret="dòng\nhai", actor=SYSTEM, at=agreed.created_at)
    ended = OutboxAccountFactory(ended_on=agreed.agreed_on.replace(year=2024))
    with pytest.raises(Refused, match="đã rút đồng ý"):
        set_credential(account=ended, secret=SECRET, actor=SYSTEM, at=ended.created_at)
