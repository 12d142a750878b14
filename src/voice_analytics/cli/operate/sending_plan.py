"""The plan of a command that sends events: counts, USD and minutes."""

from voice_analytics.cli.operate.stack_options import FINDING, FINE, PLAN, Target, show
from voice_analytics.operate.prices import read_prices
from voice_analytics.operate.stack import Stack
from voice_analytics.operate.work import Tally


def print_plan(planned: Tally, stack: Stack, rate: int, target: Target) -> int:
    """Print what would be sent; the exit code."""
    prices = read_prices(stack.region)
    cost = {
        "usd": round(planned.usd(prices), 4),
        "minutes": round(planned.minutes(rate), 1),
    }
    show(
        {"plan": PLAN, **planned.as_json(), **cost},
        as_json=target.as_json,
    )
    return FINDING if planned.unreadable or planned.rejected_again else FINE
