"""What the figures of this area count (tests/conformance): how to make a record that each counts on a day, and its neighbours."""

from datetime import date, timedelta

from tests.factories import planning


def completed(days_late=0):
    return lambda on: planning.PlannedWorkFactory(
        completed_on=on, achieved=1, result="Xong", due_on=on - timedelta(days=days_late)
    )


def completed_below(on):
    return planning.PlannedWorkFactory(
        completed_on=on, quantity=10, achieved=8, result="Hỗ trợ 8 doanh nghiệp"
    )


def dropped(on):
    return planning.PlannedWorkFactory(dropped_on=on, drop_reason="Không bố trí được kinh phí")


def mended(on):
    return planning.AssessmentFactory(noted_on=date(2019, 5, 10), mended_on=on, outcome="Đã cập nhật")


def noted(kind):
    return lambda on: planning.AssessmentFactory(kind=kind, noted_on=on)


# code: (makes a counted record, makes records dated the same that are not counted)
EVENTS = {
    "KH-10": (completed(), [dropped]),
    "KH-11": (completed(days_late=1), [completed()]),
    "KH-13": (dropped, [completed()]),
    "KH-21": (completed_below, [completed()]),
    "HC-01": (noted("shortcoming"), [noted("strength")]),
    "HC-10": (mended, [noted("shortcoming")]),
    "DGC-01": (noted("strength"), [noted("shortcoming")]),
}
