"""The contract: the event, the row, their scalar types, the envelope, and the validator compiled of them."""
