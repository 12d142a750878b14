"""CloudWatch Logs on one machine.

Log files read, log events made, records as a subscription sends them.
"""
