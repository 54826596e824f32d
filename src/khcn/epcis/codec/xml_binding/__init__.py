"""The XML binding: bytes to elements (`parsing`), to plain values (`…_reader`), and the model to XML (`…_writer`)."""
