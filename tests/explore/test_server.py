"""Explore answers this machine alone, its own pages alone, and questions alone."""

import re
from html import unescape
from http.client import HTTPConnection
from urllib.parse import urlencode, urlsplit

import pytest

from tests.explore.conftest import FORMULA, MARKUP, Explored
from voice_analytics.errors import UserError
from voice_analytics.explore.server import listen

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("explore")]  # its lake is asked once


class Response:
    """What a request was answered."""

    def __init__(self, explored: Explored, path: str, method: str = "GET", **headers: str) -> None:
        connection = HTTPConnection(urlsplit(explored.address).netloc)
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        connection.request(method, path, headers=named)
        answered = connection.getresponse()
        self.status, self.headers = answered.status, answered.headers
        self.text = answered.read().decode()
        connection.close()


def asked(explored: Explored, path: str, **fields: str) -> Response:
    return Response(explored, f"{path}?{urlencode(fields)}")


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example", "0.0.0.0", ""])
def test_a_request_that_names_another_host_is_refused(host: str, explored: Explored) -> None:
    assert Response(explored, "/", Host=host).status == 400


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost:8421"])
def test_this_machine_is_answered_and_nothing_is_let_out(host: str, explored: Explored) -> None:
    answered = Response(explored, "/", Host=host)
    assert answered.status == 200
    policy = answered.headers["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'; script-src 'self'; style-src 'self';")
    assert "unsafe" not in policy
    assert answered.headers["Cache-Control"] == "no-store"
    assert answered.headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert answered.headers["Access-Control-Allow-Origin"] is None


@pytest.mark.parametrize(
    ("path", "destination", "status"),
    [
        ("/", "empty", 403),
        ("/", "iframe", 403),
        ("/", "document", 200),
        ("/sql", "document", 403),
        ("/sql.csv", "document", 403),
    ],
)
def test_another_sites_page_may_link_to_a_page_but_read_and_ask_nothing(
    path: str, destination: str, status: int, explored: Explored
) -> None:
    headers = {"Sec_Fetch_Site": "cross-site", "Sec_Fetch_Dest": destination}
    assert Response(explored, path, **headers).status == status


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "OPTIONS"])
def test_nothing_is_changed(method: str, explored: Explored) -> None:
    assert Response(explored, "/", method).status == 405


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT * FROM read_csv('/etc/passwd')",
        "SELECT * FROM '/etc/passwd'",
        "SELECT read_text('/etc/passwd')",
        "SELECT getenv('HOME')",
        "DROP TABLE sessions",
        "CREATE TABLE a AS SELECT 1 AS b",
        "INSERT INTO sessions SELECT * FROM sessions",
        "UNLOAD (SELECT 1 AS a) TO 's3://elsewhere/' WITH (format = 'JSON')",
        "COPY sessions TO '/tmp/a'",
        "ATTACH '/tmp/a'",
        "SELECT 1; DROP TABLE sessions",
        "PRAGMA database_list",
        "SET memory_limit = '1GB'",
        "INSTALL httpfs",
        "SELECT * FROM elsewhere.sessions",
        "EXECUTE session_transcript USING 'a'",
    ],
)
def test_sql_neither_writes_nor_reads_elsewhere(sql: str, explored: Explored) -> None:
    answered = asked(explored, "/sql", sql=sql)
    assert 'class="problem" role="alert"' in answered.text
    assert "<table>" not in answered.text
    assert asked(explored, "/sql.csv", sql=sql).status == 400


def test_sql_is_answered_and_hides_who_called(explored: Explored) -> None:
    sql = "SELECT started_at, user_name, user_email AS mail, outcome, 1 AS a, 2 AS a FROM sessions"
    answered = asked(explored, "/sql", sql=sql)
    assert "<td>2026-11-21T12:00:00" in answered.text
    assert "Lovelace" not in answered.text
    assert "ada@" not in answered.text
    assert '<th scope="col">a (2)</th>' in answered.text
    csv = asked(explored, "/sql.csv", sql=sql)
    assert f'"\'{FORMULA}"' in csv.text
    assert csv.headers["Content-Disposition"].startswith("attachment")


def test_a_saved_query_is_asked_by_its_name_and_value(explored: Explored) -> None:
    counted = asked(explored, "/sql", name="lead_funnel", agent_version="2.0")
    assert '<td>calls</td><td class="number">1</td>' in counted.text
    response = asked(explored, "/sql", name="session_transcript", value="call-0")
    assert "invoice by Friday" in response.text


@pytest.mark.parametrize(
    ("fields", "calls"),
    [
        ({}, 4),
        ({"text": "INVOICE"}, 1),
        ({"text": "%"}, 0),
        ({"text": "' OR 1=1 --"}, 0),
        ({"slow": "1"}, 1),
        ({"agent_version": "2.0"}, 1),
        ({"agent_name": MARKUP}, 1),
        ({"call": "IT'S"}, 1),
        ({"final_outcome": "resolved", "from": "2026-11-21", "to": "2026-11-21"}, 1),
        ({"from": "2026-11-22", "to": "2026-11-23"}, 0),
    ],
)
def test_calls_are_chosen_by_the_address(
    fields: dict[str, str], calls: int, explored: Explored
) -> None:
    answered = asked(explored, "/", **fields)
    assert answered.status == 200
    assert answered.text.count('<th scope="row"') == calls


@pytest.mark.parametrize(
    ("path", "fields", "problem"),
    [
        ("/", {"from": "tomorrow"}, "tomorrow is not a day"),
        ("/", {"from": "2026-11-22", "to": "2026-11-21"}, "is after"),
        ("/", {"from": "1970-01-01"}, "days are too many"),
        ("/", {"timezone": "../../etc/passwd"}, "unknown time zone"),
        ("/call", {"session_id": "nobody"}, "no call nobody"),
    ],
)
def test_what_cannot_be_shown_is_said(
    path: str, fields: dict[str, str], problem: str, explored: Explored
) -> None:
    answered = asked(explored, path, **fields)
    assert answered.status == 400
    assert problem in answered.text


def test_a_call_is_read_without_who_called(explored: Explored) -> None:
    text = asked(explored, "/call", session_id="call-0").text
    assert "A.L., acme.example" in text
    assert "I need an invoice by Friday" in text
    assert "I see, […]." in text
    assert "Lovelace" not in text


def test_other_paths_are_not_found(explored: Explored) -> None:
    for path in ("/static/..%2fserver.py", "/static/pages.py", "/openapi.json"):
        assert Response(explored, path).status == 404


def test_a_port_that_is_taken_is_said(explored: Explored) -> None:
    port = urlsplit(explored.address).port
    assert port
    with pytest.raises(UserError, match="cannot listen on port"):
        listen(port)


def test_what_would_hide_or_turn_text_is_shown_as_pictures(explored: Explored) -> None:
    fields = {"from": "2026-11-21", "to": "2026-11-22"}
    page = asked(explored, "/call", session_id="call-3", **fields).text
    assert "a<U+202E>b ␛[2J" in unescape(page)
    sql = "SELECT 'a\u202eb\x1b[2J' AS one"
    page = asked(explored, "/sql", sql=sql).text
    (answer,) = re.findall(r"<td>(.*?)</td>", page)
    assert unescape(answer) == "a<U+202E>b␛[2J"
    (box,) = re.findall(r"<textarea[^>]*>(.*?)</textarea>", page)
    assert unescape(box) == sql
