import factory

from khcn.epcis.ids.check import check_digit
from khcn.trace import models
from tests.factories.base import RecordFactory


def a_gln(number):
    """A GLN with GS1's prefix for examples."""
    body = f"9529{number:08d}"  # apart from those of GTINs
    return body + check_digit(body)


class TracePartyFactory(RecordFactory):
    class Meta:
        model = models.TraceParty

    name = factory.Sequence(lambda n: f"Hợp tác xã số {n}")
    gln = factory.Sequence(a_gln)
