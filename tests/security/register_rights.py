"""Who may do what with the records of every register, written out by hand in ``tests/<area>/rights.py``.

The matrix of addresses expects what stands there. Nothing there asks the program: a change of its rules has to be made in
both places, and a register or an action that is not named there fails.
"""

from tests.of_areas import merged

RIGHTS = merged("rights", "RIGHTS")
