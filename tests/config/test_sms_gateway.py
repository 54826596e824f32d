"""The settings of the gateway for text messages: what cannot work or would be unsafe is refused at the start, and the doctor reads the key."""

from datetime import UTC, datetime

import pytest
from django.core.exceptions import ImproperlyConfigured

from khcn.config.doctor import connections
from khcn.config.sms_gateway import sms_gateway

AT = datetime(2024, 9, 14, tzinfo=UTC)
GIVEN = {
    "url": "https://sms.example/api/gui?id=7",
    "key": "khoa",
    "key_file": None,
    "sender": "SO KHCN",
    "body": '{"to":"{phone}","message":["{text}"]}',
    "authorization": "Bearer {key}",
    "success": "RPLY.ERROR=0",
    "phone_form": "84",
    "with_diacritics": True,
}


def test_without_an_address_there_is_none():
    assert sms_gateway(**GIVEN | {"url": "", "body": "nothing that is read"}) is None


def test_all_that_is_set_is_read():
    found = sms_gateway(**GIVEN)
    assert (found.host, found.secret(), found.success_field, found.success_value) == (
        "sms.example",
        "khoa",
        "RPLY.ERROR",
        "0",
    )


def test_a_key_in_the_body_is_sent_there_alone():
    assert sms_gateway(**GIVEN).authorization == "Bearer {key}"
    found = sms_gateway(**GIVEN | {"body": '{"to":"{phone}","message":"{text}","secret":"{key}"}'})
    assert (found.authorization, found.asks_key) == ("", True)


@pytest.mark.parametrize(
    ("changed", "names"),
    [
        ({"url": "http://sms.example/api"}, "KHCN_SMS_URL"),
        ({"url": "https://ten:mat-khau@sms.example/"}, "KHCN_SMS_URL"),
        ({"url": "https://"}, "KHCN_SMS_URL"),
        ({"url": "https://sms.example:abc/"}, "KHCN_SMS_URL"),
        ({"url": "ftp://sms.example/"}, "KHCN_SMS_URL"),
        ({"url": "https://sms.example/ a"}, "KHCN_SMS_URL"),
        ({"body": ""}, "KHCN_SMS_BODY"),
        ({"body": "phone={phone}&text={text}"}, "KHCN_SMS_BODY"),
        ({"body": '["{phone}","{text}"]'}, "KHCN_SMS_BODY"),
        ({"body": '{"to":"{phone}"}'}, "KHCN_SMS_BODY"),
        ({"body": "[" * 100_000}, "KHCN_SMS_BODY"),
        ({"success": "OK"}, "KHCN_SMS_SUCCESS"),
        ({"success": "=0"}, "KHCN_SMS_SUCCESS"),
        ({"authorization": "Bearer\n{key}"}, "KHCN_SMS_AUTHORIZATION"),
    ],
)
def test_what_cannot_work_or_is_unsafe_is_refused_with_its_name(changed, names):
    with pytest.raises(ImproperlyConfigured, match=names) as refused:
        sms_gateway(**GIVEN | changed)
    assert "mat-khau" not in str(refused.value)


def test_of_two_places_for_the_key_none_is_chosen(tmp_path):
    with pytest.raises(ImproperlyConfigured, match="not both"):
        sms_gateway(**GIVEN | {"key_file": tmp_path / "key"})


def reported(settings, gateway):
    settings.SMS_GATEWAY = gateway
    return [(each.level.value, each.text) for each in connections.sms_gateway(AT)]


def test_the_doctor_looks_at_the_address_and_the_key(settings, tmp_path):
    settings.DEPARTMENT_TELEPHONE = "0209 3870 123"
    assert reported(settings, None) == [("good", "Không gửi tin nhắn SMS (KHCN_SMS_URL không đặt)")]
    assert reported(settings, sms_gateway(**GIVEN)) == [
        ("good", "Tin nhắn SMS báo thu hồi gửi tới sms.example")
    ]
    [(level, text)] = reported(settings, sms_gateway(**GIVEN | {"key": "", "key_file": tmp_path / "none"}))
    assert level == "error"
    assert text.startswith("Không đọc được khóa của cổng tin nhắn")
    assert reported(settings, sms_gateway(**GIVEN | {"key": ""})) == [
        ("error", "Chưa có khóa của cổng tin nhắn sms.example: không tin nhắn nào gửi được.")
    ]
    local = sms_gateway(**GIVEN | {"url": "http://127.0.0.1:8080/"})
    assert [level for level, _text in reported(settings, local)] == ["warning", "good"]
    settings.DEPARTMENT_TELEPHONE = ""
    assert [level for level, _text in reported(settings, sms_gateway(**GIVEN))] == ["warning"]
