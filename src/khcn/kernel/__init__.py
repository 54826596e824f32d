"""What every business area uses. Nothing here imports an area; the layers are listed in pyproject.toml."""
