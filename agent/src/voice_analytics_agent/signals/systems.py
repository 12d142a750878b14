"""Which systems the caller works with: what must be integrated, and the tool used today."""

from __future__ import annotations

import re
from collections.abc import Iterator

from voice_analytics_agent.signals.mention import Mention
from voice_analytics_agent.signals.patterns import any_of, words
from voice_analytics_agent.signals.sentences import Sentence

# name as a caller says it: name in `integration_needs`
_SYSTEMS = {
    "salesforce": "salesforce",
    "sales force": "salesforce",
    "hubspot": "hubspot",
    "hub spot": "hubspot",
    "pipedrive": "pipedrive",
    "zoho": "zoho",
    "microsoft dynamics": "microsoft dynamics",
    "dynamics 365": "microsoft dynamics",
    "zendesk": "zendesk",
    "intercom": "intercom",
    "freshdesk": "freshdesk",
    "freshsales": "freshsales",
    "servicenow": "servicenow",
    "jira": "jira",
    "asana": "asana",
    "trello": "trello",
    "monday.com": "monday.com",
    "clickup": "clickup",
    "notion": "notion",
    "airtable": "airtable",
    "slack": "slack",
    "microsoft teams": "microsoft teams",
    "google calendar": "google calendar",
    "google drive": "google drive",
    "google sheets": "google sheets",
    "google workspace": "google workspace",
    "outlook": "outlook",
    "office 365": "office 365",
    "sharepoint": "sharepoint",
    "dropbox": "dropbox",
    "calendly": "calendly",
    "zapier": "zapier",
    "stripe": "stripe",
    "shopify": "shopify",
    "quickbooks": "quickbooks",
    "quick books": "quickbooks",
    "xero": "xero",
    "netsuite": "netsuite",
    "twilio": "twilio",
    "snowflake": "snowflake",
    "mailchimp": "mailchimp",
    "marketo": "marketo",
    "gong": "gong",
    "sap": "sap",
    "oracle": "oracle",
    "workday": "workday",
    "docusign": "docusign",
    "pandadoc": "pandadoc",
    "proposify": "proposify",
    "adobe sign": "adobe sign",
    "five9": "five9",
    "genesys": "genesys",
    "ringcentral": "ringcentral",
    "aircall": "aircall",
    "dialpad": "dialpad",
    "excel": "excel",
    "spreadsheets": "spreadsheets",
    "google docs": "google docs",
    "microsoft word": "microsoft word",
    "pen and paper": "pen and paper",
}
# Used today; something to connect to only where the caller says so.
_ONLY_TOOLS = frozenset(
    {
        "adobe sign",
        "aircall",
        "dialpad",
        "docusign",
        "excel",
        "five9",
        "genesys",
        "google docs",
        "microsoft word",
        "pandadoc",
        "pen and paper",
        "proposify",
        "ringcentral",
        "spreadsheets",
    }
)
# Said of other things in everyday speech: a system only in capitals.
_EVERYDAY = frozenset({"slack", "notion", "intercom", "outlook", "stripe", "gong", "sap", "oracle"})
_NAME = words(*sorted(map(re.escape, _SYSTEMS), key=len, reverse=True))
_LEAVING = words(
    r"(?:switch|mov|com|migrat|chang)(?:e|ing|ed) (?:away )?(?:from|off)",
    r"switch (?:away )?from",
    r"away from",
    r"(?:replac|leav)(?:e|ing)",
    r"get(?:ting)? rid of",
    r"unhappy with",
    behind=r"\b[^,;]{0,20}$",
)
# Of the past, or of others: says nothing of what the caller uses or needs.
_NOT_OURS = words(
    r"(?:left|were (?:on|with|using)|had been (?:on|with|using))",
    r"(?:competitors?|rivals?|friends?|customers?|clients?|suppliers?)(?: \w+){0,2}",
    behind=r"\b[^,;]{0,20}$",
)
# Said behind the name: "Zendesk is a nightmare, we want to move away from it".
_LEAVING_IT = words(
    r"(?:switch|mov|get|migrat|chang)\w* (?:away |rid )?(?:from|off|of) (?:it|that|them)",
    r"(?:replac|leav)(?:e|ing) (?:it|that|them)",
)
_DOING = any_of(
    r"us(?:e|ing)",
    "on",
    r"work(?:ing)? (?:with|in)",
    r"rely(?:ing)? on",
    r"do(?:ing)? (?:it|everything|that|this) (?:in|with|on|by)",
    r"run(?:ning)? (?:on|everything)",
    "have",
    "got",
)
_USING = words(
    rf"(?:we|i|they)(?:'re| are|'ve been| have been|'ve| have)?(?: \w+){{0,2}}? ?{_DOING}",
    r"(?:current|existing|our) (?:tool|system|crm|software|solution|provider|platform|setup) is",
    "currently",
    "at the moment",
    "right now",
    behind=r"\b[^,;]{0,30}$",
)
_WANTING = words(
    "need",
    "want",
    "require",
    "must",
    "should",
    "would like",
    "'d like",
    "looking for",
    r"integrat\w*",
    r"connect\w*",
    r"sync\w*",
    r"hook\w*",
    r"plug\w*",
    "talk to",
    r"push\w*",
    "work with",
    r"link\w*",
)
# A name that the list does not have: capitals, behind "we use".
_UNKNOWN_TOOL = re.compile(
    r"\b(?:[Ww]e|I)(?:'re| are)?(?: currently| now| still)? (?:use|using) "
    r"(?:a tool called |something called |an? )?"
    r"(?P<tool>[A-Z][\w.&-]*(?: [A-Z][\w.&-]*){0,2})"
)


def system_signals(sentence: Sentence) -> Iterator[Mention]:
    """`integration_needs`, in lower case, and `current_tool`, as the caller said it."""
    text = sentence.numerals
    wants = any(not sentence.negates(*match.span()) for match in _WANTING.finditer(text))
    named = used = False
    for match in _NAME.finditer(text):
        name = _SYSTEMS[match[0].lower()]
        if name in _EVERYDAY and match[0].islower() and not wants:
            continue
        named = True
        before = text[: match.start()]
        if _NOT_OURS.search(before):
            continue
        leaving = _LEAVING.search(before) or _LEAVING_IT.search(text, match.end())
        negated = not leaving and sentence.negates(*match.span())
        if not used and (leaving or _USING.search(before)):
            used = not negated
            yield Mention("current_tool", match[0], negated=negated)
        if not leaving and (wants or name not in _ONLY_TOOLS):
            yield Mention("integration_needs", name, negated=negated)
    if not named and (unknown := _UNKNOWN_TOOL.search(text)):
        negated = sentence.negates(*unknown.span("tool"))
        yield Mention("current_tool", unknown["tool"], negated=negated)
