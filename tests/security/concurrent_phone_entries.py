"""A telephone sends one entry several times at once. Django is set up only when the scene is played, so imports are local."""

from tests.security.concurrent_helpers import at_once, browser, statuses

SENDS = 5


def one_entry_of_a_telephone_is_sent_five_times_at_once():
    """All get the same answer, and one row, one event and one photograph are stored; another content is a conflict."""
    from khcn.goods.models import LotEntry
    from khcn.kernel.actors import SYSTEM, acting
    from khcn.kernel.registers.attachments import attachments_of
    from khcn.parties.models import User
    from khcn.trace.models import Event
    from tests.factories.goods import LocationFactory, LotFactory
    from tests.goods.phone_given import send, send_photo, sent_entry
    from tests.kernel.test_picture_metadata import DRAWN

    lot = LotFactory()
    location = LocationFactory(organisation=lot.item.organisation)
    with acting(SYSTEM):
        account = User.objects.create(username="nguoi.ghi", organisation=lot.item.organisation)
    phones = [browser(account) for _each in range(SENDS)]
    for round_ in range(1, 4):
        sent = sent_entry(lot, location, account, photos=[DRAWN])
        other = {**sent, "entry": {**sent["entry"], "amount": "99"}}
        answers = at_once(*(lambda phone=phone, sent=sent: send(phone, sent) for phone in phones))
        assert statuses(answers) == [200] * SENDS, [each.content for each in answers]
        assert len({each.content for each in answers}) == 1
        record, photo = answers[0].json()["record"], sent["photos"][0]["id"]
        answers = at_once(
            *(
                lambda phone=phone, at=(record, photo): send_photo(phone, *at, DRAWN)
                for phone in phones[: SENDS - 1]
            ),
            lambda other=other: send(phones[-1], other),
        )
        assert statuses(answers) == [*[200] * (SENDS - 1), 409], [each.content for each in answers]
        assert (LotEntry.objects.count(), Event.objects.count()) == (round_, round_)
        assert attachments_of(LotEntry.objects.get(pk=record)).count() == 1
