"""The command line: one module a command, options, and what is printed.

The only room that knows a terminal.
"""
