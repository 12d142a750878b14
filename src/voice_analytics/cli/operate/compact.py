"""`operate compact`: few files a day instead of many."""

from datetime import date, timedelta
from typing import Annotated

from cyclopts import Parameter

from voice_analytics.cli.operate.stack_options import (
    FINDING,
    FINE,
    PLAN,
    Acting,
    Target,
    show,
    tell,
)
from voice_analytics.operate import compact as compacting
from voice_analytics.operate.compact import Compaction
from voice_analytics.operate.ledger import Ledger
from voice_analytics.operate.prices import read_prices


def compact(
    target: Target,
    acting: Acting | None = None,
    *,
    first: Annotated[date | None, Parameter(name="--from")] = None,
    last: Annotated[date | None, Parameter(name="--to")] = None,
    grace_minutes: int = 60,
) -> int:
    """Merge the many small files of closed days into few.

    Days of more than a week ago, as the saved queries read the last week of the table itself. A run
    writes the new files; the next one, an hour later at least, deletes their sources. So run it
    once a day. The views show each call once at every moment. Such as:

    voice-analytics operate compact --stack voice-analytics --yes

    Parameters
    ----------
    target
        The stack.
    acting
        Whether to act.
    first
        First day (dt) to compact.
    last
        Last day (dt) to compact.
    grace_minutes
        How long sources stay once the new file is there: longer than the longest query.

    """
    stack = target.find()
    acting = acting or Acting()
    compaction = Compaction(first, last, timedelta(minutes=grace_minutes))
    ledger = Ledger(stack.aws, stack.bucket, compacting.COMMAND, acting.resume)
    if acting.resume:
        compaction = compacting.from_options(ledger.options())
    if not acting.yes:
        planned = compacting.plan_compaction(stack, compaction)
        usd = round(compacting.requests_usd(planned, read_prices(stack.region)), 4)
        facts = {"days": planned.days, "files": planned.files, "bytes": planned.bytes, "usd": usd}
        show({"plan": PLAN, **facts}, as_json=target.as_json)
        return FINE
    tell(f"run {ledger.run}")
    done = compacting.run_compaction(stack, compaction, ledger, tell)
    show({"run": ledger.run, **done.as_json()}, as_json=target.as_json)
    left = done.of_another_run or done.changed_meanwhile or done.not_parquet
    return FINDING if left else FINE
