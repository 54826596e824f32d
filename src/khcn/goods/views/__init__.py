"""Pages and addresses of the area beside its registers."""
