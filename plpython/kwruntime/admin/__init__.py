"""What administrators and owners do."""
