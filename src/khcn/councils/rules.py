"""Who may change councils and meetings."""

from khcn.kernel.access import in_unit

science_staff = in_unit("QLKH")
