"""What every factory does: write under a named actor, and say which model it makes."""

from datetime import UTC, datetime

import factory

from khcn.kernel.actors import PUBLIC, SYSTEM, Actor, ActorKind, Role, acting

FIRST_NUMBER = 10_001
ATTACHED_AT = datetime(2023, 9, 14, 5, tzinfo=UTC)


class RecordFactory(factory.django.DjangoModelFactory):
    """Makes a record as the system, unless the test is acting as somebody already."""

    class Meta:
        abstract = True

    @classmethod
    def _setup_next_sequence(cls):
        """Numbers of as many digits to the end of a run, whichever tests a process ran before: codes are sorted as
        texts, and "NV10" comes before "NV9".
        """
        return FIRST_NUMBER

    @classmethod
    def _create(cls, model_class, *args, **kwargs):
        with acting(SYSTEM, "dữ liệu kiểm thử"):
            return super()._create(model_class, *args, **kwargs)


def an_actor(role=Role.OFFICER, unit_code="QLKH", *, user_id=7, unit_id=None, label="Nguyễn Văn Thử", **more):
    """Somebody with an account, without a row in the database."""
    return Actor(user_id, label, role, unit_id, unit_code, kind=ActorKind.STAFF, **more)


# Looks in with nothing in hand: no account, so nothing of the department is theirs to see.
OUTSIDER = PUBLIC
