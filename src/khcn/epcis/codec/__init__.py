"""Formats: bytes to plain values (`json_text`, `xml_document`), to the model (`decode`), and back (`encode`, `xml_writer`).

`khcn.epcis.reader` puts them together with the rules.
"""
