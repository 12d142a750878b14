"""What kind of business the caller has, what it needs, what hurts, and who decides."""

from __future__ import annotations

import re
from collections.abc import Iterator

from voice_analytics_agent.signals.mention import Mention
from voice_analytics_agent.signals.patterns import any_of, words
from voice_analytics_agent.signals.sentences import Sentence

# industry: what callers call their business
_INDUSTRIES = {
    "healthcare": (
        *("health ?care", "clinics?", "hospitals?", "medical", "dental", "dentists?"),
        *(r"pharma\w*", "nursing"),
    ),
    "legal": ("law (?:firm|office|practice)", "legal", "attorneys?", "lawyers?"),
    "real estate": ("real[- ]estate", "realtors?", "property management", "brokerage"),
    "software": ("saas", "software", "tech (?:company|startup)"),
    "finance": (
        *("bank(?:ing)?", "financ(?:e|ial)", "fintech", "accounting"),
        *("wealth management", "mortgages?", "credit union"),
    ),
    "insurance": ("insurance",),
    "education": ("schools?", "universit(?:y|ies)", "colleges?", "education", "tutoring"),
    "retail": ("retail(?:er)?", "e-?commerce", "online (?:shop|store)", "stores?"),
    "manufacturing": (r"manufactur\w+", "factory", "factories"),
    "construction": ("construction", "contractors?", "roofing", "plumb(?:ing|ers?)", "hvac"),
    "hospitality": ("hotels?", "restaurants?", "hospitality", "catering"),
    "logistics": ("logistics", "freight", "trucking", r"warehous\w+"),
    "automotive": (r"car dealer\w*", "dealership", "automotive", "auto repair"),
    "consulting": ("consult(?:ing|ancy)",),
    "marketing": ("(?:marketing|advertising|creative|digital) agency",),
    "nonprofit": ("non-?profits?", "charity", "ngo"),
    "government": ("government", "city council", "municipality", "public sector"),
    "travel": ("travel (?:agency|company)", "airline", "tourism"),
    "recruiting": ("recruit(?:ing|ment)", "staffing"),
}
_INDUSTRY_NAMES = list(_INDUSTRIES)
_INDUSTRY = words(
    *(f"(?P<i{index}>{any_of(*each)})" for index, each in enumerate(_INDUSTRIES.values()))
)
_WE_ARE = any_of(
    *("we're", "we are", "i'm", "i am", "it's", "we run", "i run", "we own", "i own"),
    *("we work", "i work", "we operate", "we have", "we do", "we serve"),
)
_OURSELVES = words(
    rf"{_WE_ARE}(?: \w+){{0,7}}",
    r"(?:our|my) (?:company|business|firm|practice|industry|team|office)(?: \w+){0,4}",
    "(?:in|from) the",
    "for an?",
    behind=r"\s*$",
)
_PLACE = re.compile(
    r"\b(?:(?:[Bb]ased|[Ll]ocated|[Hh]eadquartered) (?:here )?(?:in|out of)|[Cc]alling from"
    r"|[Oo]ffices? (?:is |are )?in|[Ww]e're in|[Ww]e are in|I'm in|I am in|I live in)\s+"
    r"(?P<place>[A-Z][\w'.-]*(?:,? (?:of |the )?[A-Z][\w'.-]*){0,3})"
)
_PLACE_IN_LOWER_CASE = re.compile(
    r"\b(?:based|located|headquartered) (?:in|out of) (?P<place>[a-z]{3,}"
    r"(?: (?!and|but|with|we|the|so|for|which|where|not)[a-z]{3,})?)"
)
# "We are in Sales": capitals, and no place.
_NO_PLACE = re.compile(
    any_of(
        *("Sales", "Marketing", "IT", "HR", "Finance", "Operations", "Product", "Engineering"),
        *("Support", "Charge", "Healthcare", "Tech", "Software", "SaaS", "Real", "Insurance"),
        *("Education", "January", "February", "March", "April", "May", "June", "July"),
        *("August", "September", "October", "November", "December", r"Q\d"),
    )
    + r"\b"
)
_PURPOSE = any_of("to", "that", "for")
_WISH = any_of(
    r"(?:we|i)(?:'d| would)? (?:\w+ )?(?:need|want|like|have)(?: \w+){0,2}? to",
    rf"(?:we|i) (?:\w+ )?(?:need|want) (?:something|a (?:tool|system|way|solution)) {_PURPOSE}",
    r"(?:we're|we are|i'm|i am) (?:\w+ )?(?:looking|trying|hoping) to",
    rf"(?:we're|we are|i'm|i am) (?:\w+ )?looking for(?: \w+){{1,4}}? {_PURPOSE}",
    "(?:use|using|need|want) it (?:for|to)",
    "help (?:us|me)(?: with| to)?",
)
_USE_CASE = re.compile(rf"\b{_WISH}\s+(?P<case>[^.;?!]{{6,160}})", re.IGNORECASE)
# Wishes of the moment: "I need to go", "I'd like to book a demo".
_OF_THE_MOMENT = words(
    *("go", "leave", "run", "hop", "think", "check", "talk", "speak", "ask", "know", "book"),
    *("schedule", "see", "hear", "understand", "get back", "be", "have", "learn", "find out"),
    *("call", "cancel", "say", "tell", "make sure", "decide", "wait", "buy", "sign", "you"),
    r"(?:move|switch|get) (?:away|rid|off)",
    *("get", "integrate", "connect", "the price", "pricing", "a (?:demo|meeting|call|quote)"),
)
_PAIN = words(
    r"(?:problem|issue) (?:is|with|we)",
    r"struggl\w+",
    "pain(?:ful| point)?",
    "headache",
    "nightmare",
    r"frustrat\w+",
    "takes? (?:us |me )?(?:too long|forever|hours|ages|days|so long)",
    "(?:too|so|very|really) (?:slow|expensive|manual|complicated|time[- ]consuming|tedious)",
    "too (?:much time|many (?:hours|calls|errors|mistakes|clicks))",
    "(?:hard|difficult) to",
    "keep (?:losing|missing|forgetting)",
    r"wast\w+ (?:of )?(?:time|hours|money)",
    "can't keep up",
    "losing (?:deals|leads|customers|calls|money|track)",
    "miss(?:ing|ed)? (?:calls|leads|deals|deadlines)",
    "bottleneck",
    "error[- ]prone",
    "annoying",
    "overwhelmed",
    "(?:is|are|keeps) (?:broken|breaking)",
    "(?:doesn't|does not|don't|do not) work",
)
_PAIN_IN_A_NEGATION = words("n't work", "not work", "can't keep")
_PAIN_LENGTH = 200  # characters
_DECIDER = words(
    r"(?:i'm|i am) (?:not )?(?:the |an? )?(?:\w+ )?(?:owner|co-?owner|founder|co-?founder|ceo"
    r"|president|decision[- ]maker|managing director)",
    "i (?:can )?(?:make|take) (?:the|that|all the|those) (?:final )?(?:decisions?|call)",
    "it's my (?:decision|call)",
    "i sign off",
    "i have (?:the )?(?:final say|(?:budget )?authority)",
    "i (?:own|control) the budget",
)
_BOSS = any_of(
    *("boss", "manager", "director", "board", "cfo", "ceo", "cto", "owner", "partners?"),
    *("approval", "sign[- ]?off", "finance", "legal", "management", "team"),
)
_APPROVAL = words(
    rf"(?:need|have) to (?:check|clear|discuss|run|ask|talk|get)[^.;]{{0,60}}?\b{_BOSS}",
    rf"need (?:approval|{_BOSS}'s approval)",
    rf"my {_BOSS} (?:decides|makes the decision|has to (?:approve|decide|sign)|has the final say)",
    rf"(?:can't|cannot|couldn't|not allowed to)(?: \w+){{1,3}} without (?:my|our|the) {_BOSS}",
    "not my (?:decision|call)",
    "above my pay ?grade",
)
_SHARED = words(
    "we decide (?:together|as a (?:team|group))",
    "we make (?:the |those )?decisions? (?:together|as a (?:team|group))",
    "committee",
    "(?:joint|group|team) decision",
)
_STRUCTURE = words(
    r"(?:\d+ )?(?:remote|distributed|hybrid|in-house|outsourced|offshore|field|inside) "
    r"(?:\w+ )?(?:teams?|staff|reps|agents|salespeople)",
    r"\d+ (?:sales|support|marketing|account|customer success|service|field|inside sales) "
    r"(?:reps|people|agents|managers|executives|representatives|staff)",
    r"(?:\d+|separate|dedicated) (?:teams|departments|offices|locations|branches)",
)


def business_signals(sentence: Sentence) -> Iterator[Mention]:
    """Industry, location, use case, pain points, budget authority and team structure."""
    text = sentence.numerals
    yield from _industry(sentence)
    for place in [*_PLACE.finditer(text)] or _PLACE_IN_LOWER_CASE.finditer(text):
        if not _NO_PLACE.match(place["place"]):
            negated = sentence.negates(*place.span("place"))
            yield Mention("location", place["place"].rstrip(" ,.'-"), negated=negated)
    yield from _use_case(sentence)
    if (pain := _PAIN.search(text)) and (
        _PAIN_IN_A_NEGATION.search(pain[0]) or not sentence.negates(*pain.span())
    ):
        yield Mention("pain_points", sentence.text[:_PAIN_LENGTH])
    yield from _authority(sentence)
    parts = [match for match in _STRUCTURE.finditer(text) if not sentence.negates(*match.span())]
    if parts:
        yield Mention("team_structure", ", ".join(part[0] for part in parts))


def _industry(sentence: Sentence) -> Iterator[Mention]:
    text = sentence.numerals
    for match in _INDUSTRY.finditer(text):
        if _OURSELVES.search(text[: match.start()]):
            index = int((match.lastgroup or "i0")[1:])
            negated = sentence.negates(*match.span())
            yield Mention("industry", _INDUSTRY_NAMES[index], negated=negated)
            if not negated:
                return


def _use_case(sentence: Sentence) -> Iterator[Mention]:
    match = _USE_CASE.search(sentence.numerals)
    if not match or _OF_THE_MOMENT.match(match["case"]):
        return
    if not sentence.negates(*match.span("case")):
        case = match["case"].strip(" ,")
        yield Mention("use_case", case, first_wins=True, corrects=sentence.corrects)


def _authority(sentence: Sentence) -> Iterator[Mention]:
    text = sentence.numerals
    if _APPROVAL.search(text):
        yield Mention("budget_authority", "needs approval")
    elif _SHARED.search(text):
        yield Mention("budget_authority", "shared")
    elif match := _DECIDER.search(text):
        negated = " not " in match[0].lower() or sentence.negates(*match.span())
        yield Mention("budget_authority", "needs approval" if negated else "decision maker")
