"""The results of the saved queries as one HTML page that needs no network."""
