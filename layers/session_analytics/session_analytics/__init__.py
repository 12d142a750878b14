"""The contract of the session_analytics event and its transformation into a row.

A record flows through cloudwatch, logline, flatten, batch and response, in this order; none imports
one that comes after it. flatten has its helpers: columns, findings and salvage (what is wrong or
unknown), times, partition, caller, chat_history, conversation, tool_calls and usage. Pure
functions: nothing here calls AWS.

What comes in is described in envelope, event and scalars, and what becomes of it in row. The
function imports none of these: it validates with contract, which `make schemas` compiles from them.
"""
