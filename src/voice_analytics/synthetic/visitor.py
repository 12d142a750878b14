"""Who calls: an invented person with a company, needs and a device."""

import unicodedata
from dataclasses import dataclass
from random import Random

from voice_analytics.synthetic import script


@dataclass(frozen=True, slots=True)
class Visitor:
    """The truth about a caller, of which the agent finds out a part.

    `monthly_volume` counts documents.
    """

    name: str
    email: str
    company: str
    industry: str
    location: str
    team_size: int
    monthly_volume: int
    integrations: tuple[str, ...]
    pain_points: tuple[str, ...]
    use_case: str
    current_tool: str
    urgency: str
    decision_timeline: str
    budget_authority: str
    team_structure: str
    utm_source: str
    utm_campaign: str
    plan_tier: str
    browser: str
    system: str

    @property
    def worth_a_call(self) -> bool:
        """Whether sales would want to talk to them."""
        return self.team_size >= 5 or self.monthly_volume >= 100

    def fill(self, line: str, **more: str) -> str:
        """A line of the script with this person's particulars."""
        return line.format(
            name=self.name.split()[0],
            email=self.email,
            company=self.company,
            team=self.team_size,
            volume=self.monthly_volume,
            tool=self.current_tool,
            use_case=self.use_case,
            integration=self.integrations[0],
            pain=self.pain_points[0],
            **more,
        )


def meet(chance: Random) -> Visitor:
    """Somebody new.

    Small teams are common and large ones rare; a person's volume grows with the team.
    """
    first, last = chance.choice(script.FIRST_NAMES), chance.choice(script.LAST_NAMES)
    company = chance.choice(script.COMPANIES)
    team_size = max(1, round(chance.lognormvariate(1.6, 0.9)))
    return Visitor(
        name=f"{first} {last}",
        email=_ascii(
            f"{first}.{last}@{company.replace(' ', '-')}.{chance.choice(script.MAIL_ROOTS)}"
        ),
        company=company,
        industry=chance.choice(script.INDUSTRIES),
        location=chance.choice(script.LOCATIONS),
        team_size=team_size,
        monthly_volume=max(1, round(team_size * chance.lognormvariate(2.3, 0.7))),
        integrations=_some_integrations(chance),
        pain_points=tuple(chance.sample(script.PAINS, chance.randint(1, 2))),
        use_case=chance.choice(script.USE_CASES),
        current_tool=chance.choice(script.TOOLS),
        urgency=chance.choice(script.URGENCIES),
        decision_timeline=chance.choice(script.TIMELINES),
        budget_authority=chance.choice(script.AUTHORITIES),
        team_structure=chance.choice(script.STRUCTURES),
        utm_source=chance.choice(script.UTM_SOURCES),
        utm_campaign=chance.choice(script.UTM_CAMPAIGNS),
        plan_tier=chance.choice(script.PLANS),
        browser=chance.choice(script.BROWSERS),
        system=chance.choice(script.SYSTEMS),
    )


def _some_integrations(chance: Random) -> tuple[str, ...]:
    """One to three, the popular ones more often, each once, the most wanted first."""
    drawn = chance.choices(script.INTEGRATIONS, script.INTEGRATION_WEIGHTS, k=chance.randint(1, 3))
    return tuple(dict.fromkeys(drawn))


def _ascii(address: str) -> str:
    return unicodedata.normalize("NFKD", address).encode("ascii", "ignore").decode().lower()
