"""What is generated in this checkout, each from its one source; a test fails where the two differ."""
