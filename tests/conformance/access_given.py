"""Roles in units, as ``tests/<area>/rights.py`` names who writes and who reads what."""

from khcn.kernel.actors import Role

UNITS = ("BGD", "VP", "QLKH", "QLCN", "TDC", "TTRA", "TTUD")
ROLES = [role for role in Role if role is not Role.SYSTEM]


def alone(unit):
    """Who writes in one unit, and nobody beside them."""
    return {(role, unit) for role in (Role.OFFICER, Role.HEAD, Role.OFFICE)}


OFFICE_ALONE = alone("VP")
ADMINISTRATORS = {(Role.ADMIN, unit) for unit in UNITS}
EVERY_CLERK = {writer for unit in UNITS for writer in alone(unit)} | ADMINISTRATORS
EVERY_DIVISION = {(role, unit) for role in (Role.OFFICER, Role.HEAD) for unit in UNITS} | OFFICE_ALONE
