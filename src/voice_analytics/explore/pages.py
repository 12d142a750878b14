"""The pages: what each shows, from the saved queries."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

from voice_analytics.catalog.saved_queries import queries
from voice_analytics.catalog.slices import literal
from voice_analytics.errors import UserError
from voice_analytics.explore.search import CHOICES, Search
from voice_analytics.explore.sql_box import ask_box, csv_of
from voice_analytics.report.answers import collect
from voice_analytics.report.conversation import (
    CALLS,
    TIMELINE,
    Key,
    Places,
    conversation,
    key_of,
    moment,
)
from voice_analytics.report.days import Days
from voice_analytics.report.figures import queries_of, sections_for
from voice_analytics.report.headlines import headlines
from voice_analytics.report.lists import LISTS
from voice_analytics.report.page import FOLDER, About, environment, lists, sections
from voice_analytics.report.privacy import Privacy
from voice_analytics.report.sources import Ask, Record
from voice_analytics.report.words import readable

TEMPLATES = Path(__file__).parent / "pages"
_PAGE = 50  # calls of a page of the list
_MOST = 1_000  # rows of call_list
# answers that are kept for the next page: of a lake, those of two pages of figures
_KEPT, _KEPT_OF_LAKE = 8, 64


class Settings(NamedTuple):
    """What the pages say of their source; `days` are those that are shown without a choice."""

    source: str
    days: Days
    held: Days | None
    people: bool
    call_url: str


class Pages:
    """The pages over one source, each a function from an address's fields to HTML."""

    def __init__(self, ask: Ask, settings: Settings) -> None:
        self._ask = ask
        self._settings = settings
        self._privacy = Privacy(settings.people)
        self._templates = environment(TEMPLATES, FOLDER)
        self._saved = queries()
        self._kept = lru_cache(_KEPT_OF_LAKE if settings.held else _KEPT)(ask)

    def calls(self, fields: Mapping[str, str]) -> str:
        """The list of calls with the fields that choose among them."""
        search = self._search(fields)
        records = self._kept(self._saved[CALLS].sql, search.calls())
        number = int(fields["page"]) if fields.get("page", "").isdecimal() else 1
        shown = records[_PAGE * (number - 1) : _PAGE * number]
        return self._render(
            "calls.html.jinja",
            search,
            rows=[self._row(record, search) for record in shown],
            total=len(records),
            first=_PAGE * (number - 1) + 1,
            last=_PAGE * (number - 1) + len(shown),
            most=_MOST,
            choices=self._choices(search),
            earlier=search.address("/", [("page", str(number - 1))]) if number > 1 else "",
            later=search.address("/", [("page", str(number + 1))])
            if len(records) > _PAGE * number
            else "",
        )

    def call(self, fields: Mapping[str, str]) -> str:
        """A call as it is read. Raises UserError where there is none of that id."""
        search = self._search(fields)
        session_id, started_at = fields.get("session_id", ""), fields.get("started_at", "")
        calls = Search(search.days, {"timezone": search.timezone}).calls()
        selection = calls.narrowed(f"session_id = {literal(session_id)}")
        records = [
            record
            for record in self._ask(self._saved[CALLS].sql, selection)
            if started_at in ("", record["started_at"])
        ]
        if not records:
            problem = f"no call {session_id} from {search.days.first} to {search.days.last}"
            raise UserError(problem, "choose other days in the list of calls")
        call = records[0]
        steps = [
            record
            for record in self._ask(self._saved[TIMELINE].sql, selection)
            if key_of(record) == key_of(call)
        ]
        places = Places(self._settings.call_url, search.timezone)
        read = conversation(call, steps, "call", self._privacy, places)
        return self._render("call.html.jinja", search, call=read)

    def figures(self, fields: Mapping[str, str]) -> str:
        """The figures of the report for the calls that were chosen."""
        search = self._search(fields)
        chosen = sections_for(None)
        about = About(
            "Figures",
            search.days,
            self._settings.source,
            datetime.now(UTC),
            search.described(),
            self._settings.people,
            None,
            Places(self._settings.call_url, search.timezone),
        )
        names = (*queries_of(chosen), *LISTS)
        answers = collect(
            self._kept, search.calls(), names, self._settings.held, of_listed=(CALLS,)
        )
        return self._render(
            "figures.html.jinja",
            search,
            about=about,
            before=str(about.days.before()) if answers.before else "",
            no_comparison=answers.no_comparison,
            headlines=headlines(answers.records, answers.before, about.days),
            lists=lists(answers, about, lambda key: self._link(key, search)),
            sections=sections(answers, about),
        )

    def sql(self, fields: Mapping[str, str]) -> str:
        """The box for SQL, with the answer to what stands in it."""
        search = self._search(fields)
        box = ask_box(fields, search.calls(), self._ask, self._privacy)
        saved = sorted(self._saved.values(), key=lambda query: (query.audience, query.name))
        return self._render("sql.html.jinja", search, box=box, saved=saved)

    def csv(self, fields: Mapping[str, str]) -> str:
        """The answer as CSV. Raises UserError where there is none."""
        box = ask_box(fields, self._search(fields).calls(), self._ask, self._privacy)
        if box.error:
            raise UserError(box.error, "mend the query on the page")
        return csv_of(box)

    def error(self, error: UserError) -> str:
        """A page that says what is wrong."""
        return self._render("error.html.jinja", self._search({}), problem=str(error))

    def _search(self, fields: Mapping[str, str]) -> Search:
        return Search.of(fields, self._settings.days)

    def _render(self, template: str, search: Search, **values: Any) -> str:
        pages = {"Calls": "/", "Figures": "/figures", "SQL": "/sql"}
        return self._templates.get_template(template).render(
            search=search,
            settings=self._settings,
            pages={name: search.address(path) for name, path in pages.items()},
            **values,
        )

    def _link(self, key: Key, search: Search) -> str:
        session_id, started_at = key
        return search.address("/call", [("session_id", session_id), ("started_at", started_at)])

    def _row(self, record: Record, search: Search) -> dict[str, Any]:
        """A call in the list."""
        return record | {
            "link": self._link(key_of(record), search),
            "who": self._privacy.name(record),
            "when": moment(record["started_at"]),
            "how": readable(record["final_outcome"]) or "not known",
            "agent": " ".join(filter(None, (record["agent_name"], record["agent_version"]))),
        }

    def _choices(self, search: Search) -> dict[str, list[tuple[str, str]]]:
        """The values that each field can have on these days, with their words."""
        names = ", ".join(CHOICES)
        sql = f"SELECT {names} FROM sessions WHERE {_between(search.days)} GROUP BY {names}"  # noqa: S608 - our own text
        records = self._kept(sql)
        return {
            name: [
                (value, readable(value) if name == "final_outcome" else value) for value in known
            ]
            for name in CHOICES
            if (known := _distinct_values(records, name))
        }


def _between(days: Days) -> str:
    return f"dt BETWEEN '{days.first}' AND '{days.last}'"


def _distinct_values(records: Sequence[Record], name: str) -> list[str]:
    return sorted({record[name] for record in records if record[name]})
