"""Several workers with one queue of text messages: each message leaves once."""

import uuid
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from khcn.goods.models import RecallMessage, RecallNotice
from khcn.goods.operations.text_messages.sending import send_next_text
from khcn.kernel.actors import SYSTEM, acting
from khcn.kernel.text.language import in_vietnamese
from tests.factories.goods import RecallNoticeFactory
from tests.goods.sms_gateway import gateway
from tests.trace.test_store_at_once import at_once

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(
        connection.vendor != "postgresql",
        reason="on SQLite a transaction that writes is alone from its beginning",
    ),
]
MESSAGES = 6


def test_several_workers_send_each_message_once(settings):
    at = timezone.now()
    with acting(SYSTEM):
        notices = [
            RecallNoticeFactory(phone=f"091234567{n}", sms_status="waiting", email="")
            for n in range(MESSAGES)
        ]
    for notice in notices:
        RecallMessage.objects.create(
            notice=notice, is_ending=False, reference=uuid.uuid4(), asked_at=at, due_at=at
        )

    @in_vietnamese
    def work():
        count = 0
        while send_next_text(at=at + timedelta(minutes=1), clock=lambda: at):
            count += 1
        return count

    with gateway() as fake:
        settings.WEBHOOK_PRIVATE = True
        settings.SMS_GATEWAY = fake.settings()
        done = at_once([work, work, work])
    assert sum(done) == MESSAGES
    assert len(fake.received) == MESSAGES
    assert set(RecallNotice.objects.values_list("state", "sms_status")) == {("sent", "sent")}
