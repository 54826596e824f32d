"""Who may change councils and meetings."""

from khcn.kernel.access.predicates import in_unit

science_staff = in_unit("QLKH")
