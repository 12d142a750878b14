"""What is said in the invented calls: people, companies and lines about document software.

Nobody here exists: names are generic, and addresses lie under example.com and example.org
(RFC 2606). The lines are filled in from a Visitor: {name}, {company}, {team}, {volume}, {tool},
{use_case}, {integration}.
"""

from typing import NamedTuple

FIRST_NAMES = (
    "Ana", "Ben", "Carla", "David", "Elena", "Farid", "Grace", "Hiro", "Ines", "José", "Kateryna",
    "Liam", "Maya", "Noah", "Olivia", "Priya", "Quentin", "Rosa", "Sam", "Tariq", "Uma", "Victor",
    "Wendy", "Yara", "Zoë",
)  # fmt: skip
LAST_NAMES = (
    "Abbott", "Bianchi", "Castro", "Dubois", "Eriksen", "Fischer", "Garcia", "Haddad", "Ito",
    "Jensen", "Kowalski", "Lopez", "Müller", "Nguyen", "Okafor", "Patel", "Quinn", "Rossi", "Silva",
    "Tanaka", "Ueda", "Vargas", "Wong",
)  # fmt: skip
COMPANIES = (
    "Alder Clinic", "Birch Legal", "Cedar Homes", "Delta Freight", "Elm Software", "Fjord Energy",
    "Grove Staffing", "Harbor Bank", "Ivy Academy", "Juniper Media", "Kestrel Solar",
    "Linden Insurance", "Maple Events", "North Builders",
)  # fmt: skip
MAIL_ROOTS = ("example.com", "example.org")
INDUSTRIES = (
    "Healthcare", "Legal", "Real Estate", "Logistics", "Software", "Energy", "Staffing",
    "Financial Services", "Education", "Marketing Agency", "Construction",
)  # fmt: skip
LOCATIONS = (
    "New York",
    "Chicago",
    "Austin",
    "Denver",
    "San Francisco",
    "Toronto",
    "Atlanta",
    "Seattle",
    "Boston",
)
USE_CASES = (
    "sales proposals",
    "client contracts",
    "quotes",
    "onboarding packets",
    "NDAs",
    "statements of work",
    "lease agreements",
)
TOOLS = (
    "Word and e-mail",
    "Google Docs",
    "a PDF editor",
    "paper and a scanner",
    "another e-signature tool",
    "a spreadsheet",
)
INTEGRATIONS = (
    "HubSpot", "Salesforce", "Zapier", "Slack", "Google Drive", "Pipedrive", "Stripe", "QuickBooks",
    "Dynamics 365", "Monday",
)  # fmt: skip
INTEGRATION_WEIGHTS = (24, 21, 14, 9, 9, 8, 6, 4, 3, 2)
URGENCIES = ("this_week", "this_month", "this_quarter", "just_looking")
TIMELINES = ("within two weeks", "end of the month", "next quarter", "no date yet")
AUTHORITIES = ("decides alone", "recommends", "with the finance lead")
STRUCTURES = ("one sales team", "two offices", "sales and legal together", "freelancers")
PAINS = (
    "copying prices by hand", "no idea whether a document was opened", "slow approvals",
    "lost attachments", "contracts with old terms", "chasing signatures",
)  # fmt: skip
UTM_SOURCES, UTM_CAMPAIGNS = (
    ("google", "newsletter", "partner", "linkedin", "direct"),
    ("trial-q4", "templates", "esign-brand"),
)
PLANS = ("trial", "trial", "trial", "starter", "business")
BROWSERS, SYSTEMS = (
    ("Chrome 141", "Safari 26", "Edge 141", "Firefox 144"),
    ("macOS", "Windows", "iOS", "Android"),
)


class Topic(NamedTuple):
    """What a visitor asks about, what the agent searches for, and what it answers then."""

    category: str
    query: str
    questions: tuple[str, ...]
    answers: tuple[str, ...]


TOPICS = (
    Topic(
        "templates",
        "create template with variables",
        (
            (
                "How do I turn one of our {use_case} into a template, so that nobody starts "
                "from an old copy again?"
            ),
            "Can I upload a Word file and make a template of it?",
        ),
        (
            (
                "Yes. Open Templates, choose New, and upload the file. Then mark the names "
                "and prices as variables, and they are filled in for each new document."
            ),
            (
                "You can. Most teams start from one of the templates in the library and put "
                "their own text and logo into it, which takes about ten minutes."
            ),
        ),
    ),
    Topic(
        "e_signature",
        "signing order multiple signers",
        (
            "Can two people sign one after the other? Our director has to be the last.",
            "Are the e-signatures legally binding, and does the client need an account?",
        ),
        (
            (
                "Yes. Switch on the signing order in the recipients panel and drag the "
                "director to the end. Each person gets the document when the one before has "
                "signed."
            ),
            (
                "They are binding under ESIGN and eIDAS, each document carries a "
                "certificate, and the client signs in the browser without an account."
            ),
        ),
    ),
    Topic(
        "integrations",
        "{integration} integration set up",
        (
            "Does it work together with {integration}? We keep all our customers there.",
            (
                "We live in {integration}. Can I create a document from there, without "
                "typing the data twice?"
            ),
        ),
        (
            (
                "It does. After you connect {integration} under Settings, Integrations, a "
                "panel shows up there, and the fields you map are filled into the document."
            ),
            (
                "Yes, {integration} is one of the built-in integrations. The status of the "
                "document is written back too, so your team sees when it is viewed and "
                "signed."
            ),
        ),
    ),
    Topic(
        "pricing",
        "plans pricing for {team} users",
        (
            "What would it cost for {team} people, roughly {volume} documents a month?",
            "Is there a discount if we pay for the year?",
        ),
        (
            (
                "For {team} people the business plan fits, because it has the CRM "
                "integrations and the content library. I can set up a short call to go "
                "through the numbers."
            ),
            (
                "There is: a year paid at once is cheaper than twelve single months, and you "
                "can change the number of seats at any time."
            ),
        ),
    ),
    Topic(
        "analytics",
        "document analytics viewed time",
        ("Can I see whether a client opened the proposal, and which page they looked at?",),
        (
            (
                "Yes. Each document has an activity tab: when it was opened, by whom, and "
                "the time spent on each page. You can also be notified at the first view."
            ),
        ),
    ),
    Topic(
        "content_library",
        "content library reusable blocks",
        (("We use the same five paragraphs in all our {use_case}. Is there a place for those?"),),
        (
            (
                "That is what the content library is for. Save each paragraph as a block, "
                "and drag it into any document. When the text changes, you change it once."
            ),
        ),
    ),
    Topic(
        "approvals",
        "approval workflow before sending",
        ("Somebody has to approve discounts before a quote leaves. Can that be enforced?",),
        (
            (
                "It can. An approval step with a condition, for example a discount over ten "
                "percent, keeps the document from being sent until the approver agrees."
            ),
        ),
    ),
    Topic(
        "api",
        "api create document webhook",
        (
            (
                "Our developers ask for an API. Can we create documents from our own system "
                "and hear when they are signed?"
            ),
        ),
        (
            (
                "Yes, there is a REST API and there are webhooks for each change of status. "
                "A sandbox key is in the developer dashboard, also during the trial."
            ),
        ),
    ),
    Topic(
        "security",
        "soc 2 hipaa data residency",
        ("Our lawyer wants to know about SOC 2, and where the documents are stored.",),
        (
            (
                "The audit report can be requested from the trust page. Documents are "
                "encrypted at rest and in transit, and there is a choice between regions on "
                "the enterprise plan."
            ),
        ),
    ),
    Topic(
        "bulk_send",
        "bulk send personalised documents",
        ("Is there a way to send the same agreement to two hundred people at once?",),
        (
            (
                "Bulk send does that: upload a list with names and addresses, choose the "
                "template, and each person receives a document of their own."
            ),
        ),
    ),
)
TOPIC_WEIGHTS = (18, 16, 20, 16, 8, 6, 6, 4, 4, 2)

GREETINGS = (
    (
        "Hi {name}, I am the voice assistant for your trial. I can explain how "
        "things work, or find the right person for you."
    ),
    (
        "Hello, welcome to your trial! I am a virtual assistant and can help with "
        "templates, signatures, integrations and plans."
    ),
)
CONSENT_QUESTION = (
    "Before we start: this conversation is transcribed so that we can get "
    "better. Is that all right with you?"
)
CONSENT_GIVEN = ("Yes, that's fine.", "Sure, go ahead.", "OK, no problem.", "Yep.")
CONSENT_REFUSED = ("No, I would rather not.", "No. I don't want to be recorded.")
CONSENT_RESPECTED = (
    "I understand, nothing is kept then. The help centre has answers to most "
    "questions, and our team reads every mail. Good-bye!"
)
QUALIFYING = (
    (
        "What brings you here, what kind of documents do you send?",
        "Mostly {use_case}. Right now we do it with {tool}, and it takes too long.",
    ),
    (
        "How many people would work with it, and how many documents is that a month?",
        "We are {team} people at {company}. About {volume} documents, I would say.",
    ),
    (
        "And which of your other systems should it talk to?",
        "Well, {integration} first of all. The rest can wait.",
    ),
    (
        "What annoys you most about the way you do it today?",
        "Honestly, {pain}. I hear about it every week.",
    ),
)
NOTHING_FOUND = (
    (
        "I could not find anything certain about that. I would rather have a "
        "specialist answer you than guess."
    ),
    (
        "That one is not in my documentation. I have noted the question, and "
        "somebody from the team will write to you."
    ),
)
SEARCH_FAILED = (
    "My knowledge base does not answer at the moment, sorry. From memory: it "
    "should be possible, but please check the help centre."
)
THANKS = (
    "Great, that helps.",
    "OK, that makes sense.",
    "Ah, I see. Thanks.",
    "Hm, good to know.",
    "Perfect.",
)
MEETING_OFFER = (
    "From what you tell me, half an hour with one of our specialists would be "
    "worth it. Would {day} at {time} suit you?"
)
MEETING_DAYS, MEETING_TIMES = ("Tuesday", "Wednesday", "Thursday"), ("10 am", "11:30 am", "2 pm")
MEETING_ACCEPTED = "Yes, {day} works. Send the invitation to {email}, please."
MEETING_BOOKED = "Done: {day} at {time}. The invitation with the link is on its way to {email}."
MEETING_FAILED = (
    "The calendar does not take the booking right now. I have left your address "
    "with the team, and they will write to you today."
)
FAREWELLS = (
    (
        "Is there anything else I can do for you?",
        "No, that was all. Thank you.",
        "You are welcome, {name}. Enjoy your trial. Good-bye!",
    ),
    (
        "Did that answer your questions?",
        "It did, thanks a lot. Bye.",
        "Good to hear. Have a nice day!",
    ),
)
