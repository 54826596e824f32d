from datetime import date

import factory

from khcn.privacy import models
from khcn.privacy.enums import ConsentManner, LegalGround, RequestKind
from tests.factories.base import RecordFactory
from tests.factories.parties import PersonFactory


class PersonIdentityFactory(RecordFactory):
    class Meta:
        model = models.PersonIdentity

    person = factory.SubFactory(PersonFactory)
    number = factory.Sequence(lambda n: f"0010990{n % 100_000:05d}")
    ground = LegalGround.LAW
    purpose = "thống kê nhân lực KH&CN"


class ConsentTextFactory(RecordFactory):
    class Meta:
        model = models.ConsentText

    code = factory.Sequence(lambda n: f"DY{n}")
    title = factory.Sequence(lambda n: f"Nội dung xin đồng ý số {n}")
    purpose = "liên hệ về kết quả nghiên cứu"
    body = "Tôi đồng ý để Sở dùng số điện thoại của tôi vào việc nêu trên."
    valid_from = date(2010, 1, 1)


class ConsentFactory(RecordFactory):
    class Meta:
        model = models.Consent

    person = factory.SubFactory(PersonFactory)
    text = factory.SubFactory(ConsentTextFactory)
    given_on = date(2023, 5, 10)
    manner = ConsentManner.PAPER
    evidence = "hồ sơ giấy, tủ 2"


class DataRequestFactory(RecordFactory):
    class Meta:
        model = models.DataRequest

    code = factory.Sequence(lambda n: f"{n + 1}/YC")
    kind = RequestKind.ERASE
    received_on = date(2023, 5, 10)
    requester_name = factory.Sequence(lambda n: f"Người Gửi Yêu Cầu {n}")
    content = "Xóa số điện thoại của tôi."
