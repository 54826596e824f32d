"""The JSON-LD binding: text to plain values (`json_text`), to the model (`decode_…`), and back (`encode`)."""
