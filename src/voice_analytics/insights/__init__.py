"""Themes of what callers ask, object to and wish for, found in their own words on this machine."""
