"""Issued papers: certificates, minutes, notices made from a template and the data of a record.

A kind of paper is one declaration and one template file:

    declare(PaperKind(code="result-certificate", model=ScienceTask, template=FOLDER / "result-certificate.toml", …))

in an area's ``documents.py``. A paper begins as a draft without a number. Issuing it takes the number, freezes the data
and writes the file (`khcn.kernel.papers.operations`); afterwards nothing of it changes: a correction, a replacement and
a withdrawal are new papers that are linked to the old one.
"""
