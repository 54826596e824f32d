"""The two bindings of EPCIS documents, JSON-LD and XML. Both go through the plain JSON values of a document.

`khcn.epcis.reader` combines them with the rules.
"""
