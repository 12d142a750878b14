"""Who calls: an invented person with a company, needs and a device."""

import unicodedata
from dataclasses import dataclass
from random import Random

from voice_analytics.synthetic import script


@dataclass(frozen=True, slots=True)
class Visitor:
    """A caller, of whom the agent learns a part.

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


def make_visitor(rng: Random) -> Visitor:
    """Returns an invented visitor.

    Small teams are common and large ones rare; a person's volume grows with the team.
    """
    first, last = rng.choice(script.FIRST_NAMES), rng.choice(script.LAST_NAMES)
    company = rng.choice(script.COMPANIES)
    team_size = max(1, round(rng.lognormvariate(1.6, 0.9)))
    return Visitor(
        name=f"{first} {last}",
        email=_ascii(f"{first}.{last}@{company.replace(' ', '-')}.{rng.choice(script.MAIL_ROOTS)}"),
        company=company,
        industry=rng.choice(script.INDUSTRIES),
        location=rng.choice(script.LOCATIONS),
        team_size=team_size,
        monthly_volume=max(1, round(team_size * rng.lognormvariate(2.3, 0.7))),
        integrations=_some_integrations(rng),
        pain_points=tuple(rng.sample(script.PAINS, rng.randint(1, 2))),
        use_case=rng.choice(script.USE_CASES),
        current_tool=rng.choice(script.TOOLS),
        urgency=rng.choice(script.URGENCIES),
        decision_timeline=rng.choice(script.TIMELINES),
        budget_authority=rng.choice(script.AUTHORITIES),
        team_structure=rng.choice(script.STRUCTURES),
        utm_source=rng.choice(script.UTM_SOURCES),
        utm_campaign=rng.choice(script.UTM_CAMPAIGNS),
        plan_tier=rng.choice(script.PLANS),
        browser=rng.choice(script.BROWSERS),
        system=rng.choice(script.SYSTEMS),
    )


def _some_integrations(rng: Random) -> tuple[str, ...]:
    """One to three, the popular ones more often, each once, the most wanted first."""
    drawn = rng.choices(script.INTEGRATIONS, script.INTEGRATION_WEIGHTS, k=rng.randint(1, 3))
    return tuple(dict.fromkeys(drawn))


def _ascii(address: str) -> str:
    return unicodedata.normalize("NFKD", address).encode("ascii", "ignore").decode().lower()
