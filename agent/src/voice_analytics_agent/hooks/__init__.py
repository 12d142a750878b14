"""LiveKit's session, job and room. Duck-typed: runs with livekit-agents 1.5 to 2.0, imports none.

A handler only appends a reference (`session`), which takes some microseconds; what the reference
says is read later, in the journal's thread or at the end of the call (`events`). Items are complete
when their event comes: nothing in them changes afterwards.
"""
