"""`voice-analytics local leads`: the hot leads that the lead alerts would tell."""

import json
from datetime import UTC, datetime
from http.client import HTTPConnection, HTTPException
from typing import Annotated
from urllib.parse import SplitResult, urlsplit

import orjson
from cyclopts import Parameter
from rich.table import Table
from rich.text import Text

from voice_analytics.cli.options import Lake
from voice_analytics.cli.tables import result_console
from voice_analytics.errors import UsageError, UserError
from voice_analytics.lake.days import days_of
from voice_analytics.lake.leads import Lead, alerts_begin, hot_leads, mark_told, told, told_file
from voice_analytics.printable import printable

_TIMEOUT_SECONDS = 10


def leads(
    *,
    lake: Lake,
    since: datetime | None = None,
    contact: Annotated[bool, Parameter(negative="")] = False,
    webhook: str | None = None,
    as_json: Annotated[bool, Parameter(name="--json", negative="")] = False,
) -> None:
    """List the hot leads without a meeting, as the stack's lead alerts would tell them.

    With --webhook each is posted to an address on this machine, once: those that were taken stand
    in a file beside the lake, NAME.told-leads.json. Nothing leaves the machine.

    Example: voice-analytics local leads --lake lake --since 2026-03-01

    Parameters
    ----------
    lake
        Directory that voice-analytics local run has written.
    since
        When a call must have ended, in UTC. Default: 24 hours ago, as in the stack.
    contact
        Give name and address of the caller, as LeadAlertFields=contact does.
    webhook
        Post each lead that is not told yet to this address on 127.0.0.1 or localhost.
    as_json
        Print a JSON array with an event's detail a lead.

    """
    address = None if webhook is None else _address(webhook)
    begin = since or alerts_begin()
    if begin.tzinfo is not None:
        begin = begin.astimezone(UTC).replace(tzinfo=None)
    found = hot_leads(lake, begin, with_contact=contact)
    before = told(lake)
    if address is not None:
        ids = set(before)
        for lead in found:
            if lead["id"] not in ids:
                _post(address, lead)
                ids.add(lead["id"])
                mark_told(lake, ids)
    if as_json:
        print(orjson.dumps(found, option=orjson.OPT_INDENT_2).decode())
        return
    console = result_console()
    if not found:
        console.print(
            f"No hot lead in calls that ended since {begin:%Y-%m-%d %H:%M}. The lake holds days "
            f"up to {days_of(lake)[1]}: try an earlier --since"
        )
        return
    table = Table("ended", "score", "company", "what is known", "session", "told", box=None)
    for lead in found:
        state = "before" if lead["id"] in before else "now" if address else ""
        shown = (lead["ended_at"], str(lead["score"]), lead["company"], lead["summary"])
        table.add_row(*(Text(printable(text)) for text in (*shown, lead["session_id"], state)))
    console.print(table)
    if address is not None:
        console.print(f"Told leads are listed in {told_file(lake)}")


def _address(webhook: str) -> SplitResult:
    """The parts of the address. Raises UsageError where it is not one on this machine."""
    parts = urlsplit(webhook)
    if parts.scheme != "http" or parts.hostname not in {"127.0.0.1", "localhost"}:
        raise UsageError(
            f"--webhook {webhook} is not an http address on this machine",
            "give http://127.0.0.1:PORT/PATH; the deployed stack tells others, see docs/alerts.md",
        )
    return parts


def _post(address: SplitResult, lead: Lead) -> None:
    """Raises UserError unless the answer is 2xx: the lead is not told then."""
    connection = HTTPConnection("127.0.0.1", address.port, timeout=_TIMEOUT_SECONDS)
    headers = {"Content-Type": "application/json", "webhook-id": lead["id"]}
    try:
        connection.request("POST", address.path or "/", json.dumps(lead), headers)
        status = connection.getresponse().status
    except (OSError, HTTPException) as error:
        raise UserError(
            f"{address.geturl()} was not reached ({type(error).__name__})",
            "start the receiver, and run this again: what was told is not told twice",
        ) from None
    finally:
        connection.close()
    if not 200 <= status < 300:
        raise UserError(
            f"{address.geturl()} answered {status}",
            "mend the receiver, and run this again: what was told is not told twice",
        )
