"""Pages of the area beside its registers: the sheets of labels, what goes to the national portal, what everybody reads, and what the diary on telephones asks."""

import hashlib
import json
import uuid
from datetime import UTC, date, datetime

from django.urls import reverse

from khcn.goods.models import OutboxAccount, OutboxDispatch
from khcn.kernel.actors import SYSTEM, acting
from khcn.kernel.registers.attachments import attach
from khcn.reference.models import AdminLevel
from tests.factories.goods import (
    LabelPrintFactory,
    LocationFactory,
    LotEntryFactory,
    LotFactory,
    OutboxMessageFactory,
    PackageLineFactory,
)
from tests.factories.reference import AdminUnitFactory
from tests.goods.phone_given import sent_entry
from tests.goods.rights import EDITORS
from tests.kernel.png_points import png_of
from tests.kernel.test_picture_metadata import DRAWN
from tests.security.rights_shape import OWNER
from tests.security.route_shape import ANYONE, NOBODY, STAFF, TENANTS, Route


def routes(world):
    printed = LabelPrintFactory()
    public = ("public-front", "public-recalls", "public-join", "public-data", "robots", "sitemap")
    sent = {"code": "/01/09521234000037/10/L1", "kind": "right", "content": "Đúng hàng đã mua"}
    asked = {
        "name": "Hợp tác xã Đăng Ký Minh Họa",
        "kind": "cooperative",
        "admin_unit": AdminUnitFactory(level=AdminLevel.COMMUNE).pk,
        "goods": "Miến dong",
        "contact_name": "Nguyễn Văn Hỏi",
        "phone": "0209 3870 999",
        "consent": "on",
    }
    return [
        Route("label-sheets", reverse("label-sheets", args=[printed.pk]), STAFF, NOBODY),
        Route(
            "package-label", reverse("package-label", args=[PackageLineFactory().package_id]), STAFF, NOBODY
        ),
        Route(
            "package-labels-of-step",
            reverse("package-labels-of-step", args=[PackageLineFactory().package_id]),
            STAFF,
            NOBODY,
        ),
        *(
            Route(name, reverse(name, args=[printed.lot_id]), STAFF, NOBODY)
            for name in ("lot-chain", "lot-chain-file")
        ),
        *_of_national_portal(world),
        Route("participation", reverse("participation"), ANYONE, ANYONE, asked, writes=True),
        *(Route(name, reverse(name), ANYONE, NOBODY) for name in public),
        Route("public-table-metadata", reverse("public-table-metadata", args=["lots"]), ANYONE, NOBODY),
        Route("public-table", reverse("public-table", args=["lots", "json"]), ANYONE, NOBODY),
        Route("public-picture", reverse("public-picture", args=[_shown_picture(), "whole"]), ANYONE, NOBODY),
        Route(
            "public-feedback",
            reverse("public-feedback") + "?code=/01/09521234000037",
            ANYONE,
            ANYONE,
            sent,
            writes=True,
        ),
        *_of_telephones(world),
    ]


def _of_national_portal(world):
    """What goes to the national portal about a lot of tenant_b, and the form for its key."""
    lot = LotFactory(item__organisation=world.party.organisation)
    account = OutboxAccount.objects.get(organisation=world.party.organisation)
    message = OutboxMessageFactory(lot=lot)
    OutboxDispatch.objects.create(message=message, body="{}", due_at=message.created_at)
    editors = EDITORS | {OWNER}
    readers = STAFF | {OWNER}
    return [
        Route("outbox-dry-run", reverse("outbox-dry-run", args=[lot.pk]), readers, NOBODY),
        Route("outbox-dry-run-file", reverse("outbox-dry-run-file", args=[lot.pk]), readers, NOBODY),
        Route("outbox-file", reverse("outbox-file", args=[message.pk]), readers, NOBODY),
        Route(
            "outbox-credential",
            reverse("outbox-credential", args=[account.pk]),
            editors,
            editors,
            {"secret": "khoa-minh-hoa"},
            writes=True,
        ),
    ]


def _shown_picture():
    """The hash of the picture of a product of which a lot is published."""
    lot = LotFactory(published_on=date(2023, 5, 10))
    content = png_of((0, 90, 40), 8, 8)
    at = datetime(2023, 9, 14, 5, tzinfo=UTC)
    with acting(SYSTEM):
        return attach(record=lot.item, content=content, name="a.png", actor=SYSTEM, at=at).file.sha256


def _of_telephones(world):
    """An entry of tenant_b, whose account is named in it, and a photograph of one that is on record."""
    lot = LotFactory(item__organisation=world.party.organisation)
    location = LocationFactory(organisation=world.party.organisation)
    sent = sent_entry(lot, location, world.people[OWNER])
    photo = {"id": str(uuid.uuid4()), "sha256": hashlib.sha256(DRAWN).hexdigest()}
    entry = LotEntryFactory(lot=lot, location=location, sent={"sha256": "", "photos": [photo]})
    photos = reverse("phone-diary-photos", args=[entry.pk, photo["id"]])
    return [
        *(
            Route(name, reverse(name), ANYONE, NOBODY)
            for name in ("phone-diary", "phone-diary-manifest", "phone-diary-worker")
        ),
        Route("phone-diary-data", reverse("phone-diary-data"), TENANTS, NOBODY),
        Route(
            "phone-diary-entries",
            reverse("phone-diary-entries"),
            NOBODY,
            {OWNER},
            json.dumps(sent),
            writes=True,
            kind="application/json",
        ),
        Route("phone-diary-photos", photos, NOBODY, {OWNER}, DRAWN, writes=True, kind="image/jpeg"),
    ]
