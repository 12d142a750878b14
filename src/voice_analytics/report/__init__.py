"""`voice-analytics report`.

The answers of the saved queries as one page to look at, which needs no network.
"""
