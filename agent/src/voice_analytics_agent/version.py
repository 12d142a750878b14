"""The version of the recorder: in the distribution's metadata and in each event it writes."""

__version__ = "0.1.0"
