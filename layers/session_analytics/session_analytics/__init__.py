"""The contract of the session_analytics event and its transformation into a row.

A record flows through cloudwatch, logline, event, row, flatten, batch and response, in this order; none imports one that comes
after it. flatten has its helpers: findings and salvage (what is wrong or unknown), times, partition, caller, chat_history,
conversation, tool_calls and usage. Pure functions: nothing here calls AWS.
"""
