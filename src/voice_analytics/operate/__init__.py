"""Operating a deployed stack: functions that a notebook can call; `voice_analytics.cli` prints.

Each module does one thing with a `Stack`, found by `stack.find_stack`. What changes something plans
first and keeps a ledger in the bucket, so that it can be resumed and two operators can work at
once.
"""
