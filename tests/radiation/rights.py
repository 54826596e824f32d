"""Who may do what with the records of this area (tests/security, tests/conformance/test_access.py)."""

from khcn.kernel.actors import Role
from tests.conformance.access_given import ADMINISTRATORS, UNITS, alone
from tests.security.rights_shape import Rights, each
from tests.security.route_shape import ADMIN, LEADER

OF_RADIATION = frozenset({"other_officer", "other_head"})  # of the division QLCN
BY_RADIATION = Rights(write=OF_RADIATION)
STOPPING = ("stop-deadline", "resume-deadline", "take-back-deadline-event")

RIGHTS = {
    "radiation.doserecord": Rights(write=OF_RADIATION, read=OF_RADIATION | LEADER | ADMIN),
    "radiation.emergencyplan": Rights(write=OF_RADIATION, actions=each(OF_RADIATION, *STOPPING)),
    "radiation.guidanceletter": BY_RADIATION,
    "radiation.radiationapplicationitem": BY_RADIATION,
    "radiation.radiationcheck": BY_RADIATION,
    "radiation.radiationdevice": BY_RADIATION,
    "radiation.radiationdeviceverification": BY_RADIATION,
    "radiation.radiationfacility": BY_RADIATION,
    "radiation.radiationlicence": Rights(write=OF_RADIATION, actions=each(OF_RADIATION, "end")),
    "radiation.radiationlicenceapplication": Rights(
        write=OF_RADIATION,
        actions={
            **each(
                OF_RADIATION, "complete", "appraise", "return", "withdraw", "draft-radiation-licence",
                "draft-radiation-return", *STOPPING,
            ),
            **each(frozenset({"other_head"}), "record-licence"),
        },
    ),
    "radiation.radiationlicenceitem": BY_RADIATION,
    "radiation.radiationnotification": BY_RADIATION,
    "radiation.radiationstaffcertificate": BY_RADIATION,
    "radiation.radiationsurvey": BY_RADIATION,
    "radiation.radiationtraining": BY_RADIATION,
    "radiation.radiationworker": Rights(
        write=OF_RADIATION, actions=each(OF_RADIATION, "draft-radiation-certificate")
    ),
    "radiation.radioactivesource": BY_RADIATION,
}  # fmt: skip

RADIATION_ALONE = alone("QLCN")
# Of each role in each unit, by area or register.
WRITERS = {"radiation": RADIATION_ALONE}
READERS = {
    "radiation.doserecord": RADIATION_ALONE | ADMINISTRATORS | {(Role.LEADER, unit) for unit in UNITS},
}
