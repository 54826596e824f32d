"""What was in which package, who took it out, and to whom packages were passed on."""
