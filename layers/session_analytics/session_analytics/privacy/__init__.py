"""What of an event may be stored: classes of fields, the policy, redaction and pseudonyms."""
