"""Councils and meetings: seats have days, numbers present cannot exceed members."""

from datetime import date

import pytest
from django.db import IntegrityError

from khcn.councils.models import CouncilMeeting
from tests.factories.councils import CouncilFactory, CouncilMeetingFactory, CouncilMemberFactory

pytestmark = pytest.mark.django_db


def test_more_present_than_members_is_refused_by_the_database():
    CouncilMeetingFactory(members_total=9, members_present=9)
    with pytest.raises(IntegrityError, match="council_meeting_present"):
        CouncilMeetingFactory(members_total=9, members_present=10)


def test_a_seat_ends_after_it_begins():
    CouncilMemberFactory(from_on=date(2023, 2, 1), to_on=date(2023, 2, 2))
    with pytest.raises(IntegrityError, match="council_member_order"):
        CouncilMemberFactory(from_on=date(2023, 2, 1), to_on=date(2023, 2, 1))


def test_a_council_ends_after_it_was_set_up():
    with pytest.raises(IntegrityError, match="council_order"):
        CouncilFactory(established_on=date(2023, 2, 1), dissolved_on=date(2023, 2, 1))


def test_a_person_may_sit_again_after_an_interval():
    first = CouncilMemberFactory(from_on=date(2022, 1, 1), to_on=date(2022, 6, 1))
    again = CouncilMemberFactory(council=first.council, person=first.person, from_on=date(2023, 1, 1))
    assert first.council.members.count() == 2
    assert str(again) == f"{first.person} (Ủy viên)"


def test_the_provincial_council_is_no_advisory_council():
    CouncilMeetingFactory(kind="provincial")
    advisory = CouncilMeetingFactory(kind="selection")
    assert list(CouncilMeeting.objects.advisory()) == [advisory]
