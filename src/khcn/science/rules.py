"""Who may change R&D tasks and what happens around them: the science division."""

from khcn.kernel.access.predicates import in_unit

science_staff = in_unit("QLKH")
