"""Pages about personal data that registers cannot express."""
