"""What is generated in this checkout, each from its one source.

A test fails where the two differ.
"""
