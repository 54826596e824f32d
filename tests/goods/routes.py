"""The page of the area beside its registers."""

from django.urls import reverse

from tests.factories.goods import LabelPrintFactory
from tests.security.route_shape import NOBODY, STAFF, Route


def routes(world):
    printed = LabelPrintFactory()
    return [Route("label-sheets", reverse("label-sheets", args=[printed.pk]), STAFF, NOBODY)]
