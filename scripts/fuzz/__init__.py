"""Made-up input for all that reads strangers' input."""
