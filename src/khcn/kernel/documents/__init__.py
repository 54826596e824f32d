"""Official documents: value objects in, Word, PDF and HTML out.

`model` holds the document, `serialization` its JSON form, and `docx`, `pdf` and `html` each one renderer, a pure function.
Nothing here touches a database or a clock. Import the module you need: the renderers are heavy, the model is not.
"""
