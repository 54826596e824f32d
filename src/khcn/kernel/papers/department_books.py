"""Books of the documents that the department itself issues, whichever division drew them up.

The symbol of a document is its kind and the body that issues it (Decree 30/2020/NĐ-CP, Phụ lục I, phần II, mục II.3), so all
decisions of the department are numbered by one book, and so are its notices.
"""

from typing import Final

DECISIONS: Final = "QD-SKHCN"
NOTICES: Final = "TB-SKHCN"
