"""What the vendors document of the requests that the lead alerts send, as JSON Schemas."""

from typing import Any

_PLAIN_TEXT = {
    "type": "object",
    "properties": {
        "type": {"const": "plain_text"},
        "text": {"type": "string", "minLength": 1, "maxLength": 3000},
    },
    "required": ["type", "text"],
    "additionalProperties": False,
}


def _at_most(characters: int) -> dict[str, Any]:
    return {"allOf": [_PLAIN_TEXT, {"properties": {"text": {"maxLength": characters}}}]}


# https://docs.slack.dev/messaging/sending-messages-using-incoming-webhooks and the pages of the
# blocks, https://docs.slack.dev/reference/block-kit/blocks: header 150 characters, section 3000 and
# at most ten fields of 2000, context at most ten elements, a message at most fifty blocks.
SLACK = {
    "type": "object",
    "properties": {
        "text": {"type": "string", "minLength": 1, "maxLength": 40_000},
        "blocks": {
            "type": "array",
            "minItems": 1,
            "maxItems": 50,
            "items": {
                "oneOf": [
                    {
                        "properties": {"type": {"const": "header"}, "text": _at_most(150)},
                        "required": ["type", "text"],
                        "additionalProperties": False,
                    },
                    {
                        "properties": {"type": {"const": "section"}, "text": _PLAIN_TEXT},
                        "required": ["type", "text"],
                        "additionalProperties": False,
                    },
                    {
                        "properties": {
                            "type": {"const": "section"},
                            "fields": {
                                "type": "array",
                                "minItems": 1,
                                "maxItems": 10,
                                "items": _at_most(2000),
                            },
                        },
                        "required": ["type", "fields"],
                        "additionalProperties": False,
                    },
                    {
                        "properties": {
                            "type": {"const": "context"},
                            "elements": {
                                "type": "array",
                                "minItems": 1,
                                "maxItems": 10,
                                "items": _PLAIN_TEXT,
                            },
                        },
                        "required": ["type", "elements"],
                        "additionalProperties": False,
                    },
                ]
            },
        },
    },
    "required": ["text"],
    "additionalProperties": False,
}

_TEXTS = {"type": "object", "additionalProperties": {"type": "string"}}

# https://developers.hubspot.com/docs/api-reference/crm-contacts-v3/batch/
# post-crm-v3-objects-contacts-batch-upsert: inputs of id, idProperty and properties of texts
HUBSPOT_CONTACT = {
    "type": "object",
    "properties": {
        "inputs": {
            "type": "array",
            "minItems": 1,
            "maxItems": 100,
            "items": {
                "type": "object",
                "properties": {
                    "id": {"type": "string", "pattern": "^[^@ ]+@[^@ ]+$"},
                    "idProperty": {"const": "email"},
                    "objectWriteTraceId": {"type": "string"},
                    "properties": _TEXTS,
                },
                "required": ["id", "properties"],
                "additionalProperties": False,
            },
        }
    },
    "required": ["inputs"],
    "additionalProperties": False,
}

# https://developers.hubspot.com/docs/api/crm/tasks: hs_timestamp is required, the words are fixed
HUBSPOT_TASK = {
    "type": "object",
    "properties": {
        "properties": {
            **_TEXTS,
            "properties": {
                "hs_timestamp": {"pattern": r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$"},
                "hs_task_status": {"enum": ["COMPLETED", "NOT_STARTED"]},
                "hs_task_priority": {"enum": ["LOW", "MEDIUM", "HIGH"]},
                "hs_task_type": {"enum": ["EMAIL", "CALL", "TODO"]},
                "hs_task_subject": {"type": "string"},
                "hs_task_body": {"type": "string", "maxLength": 65_536},
            },
            "required": ["hs_timestamp"],
            "additionalProperties": False,
        },
        "associations": {"type": "array"},
    },
    "required": ["properties"],
    "additionalProperties": False,
}

# https://developer.salesforce.com/docs/platform/api-rest/guide/dome-upsert.html: the fields alone,
# the external id stands in the path. Fields and lengths as in the object reference, Lead:
# LastName (80) and Company (255) are required.
SALESFORCE_LEAD = {
    "type": "object",
    "properties": {
        "LastName": {"type": "string", "minLength": 1, "maxLength": 80},
        "Company": {"type": "string", "minLength": 1, "maxLength": 255},
        "Email": {"type": "string", "maxLength": 80},
        "LeadSource": {"type": "string", "maxLength": 255},
        "Rating": {"enum": ["Hot", "Warm", "Cold"]},
        "Description": {"type": "string", "maxLength": 32_000},
    },
    "required": ["LastName", "Company"],
    "additionalProperties": False,
}

# The object reference, Task: Priority and Status are required, with these words by default
SALESFORCE_TASK = {
    "type": "object",
    "properties": {
        "Subject": {"type": "string", "maxLength": 255},
        "Description": {"type": "string", "maxLength": 32_000},
        "ActivityDate": {"type": "string", "pattern": r"^\d{4}-\d\d-\d\d$"},
        "Priority": {"enum": ["High", "Normal", "Low"]},
        "Status": {
            "enum": [
                *("Not Started", "In Progress", "Completed"),
                *("Waiting on someone else", "Deferred"),
            ]
        },
    },
    "required": ["Priority", "Status"],
    "additionalProperties": False,
}
