"""Each receiver's request, as an EventBridge sends it that reads the template's rules.

ministack's EventBridge fills in the input transformers, signs in with the connections and calls a
server on 127.0.0.1. Its CloudFormation knows neither connections nor API destinations, so they are
made here from the template's properties, with that server for the vendors' hosts. golden/ holds the
requests; a golden file that is missing is written, and the test fails.
"""

import json
import re
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from boto3 import Session
from jsonschema import Draft202012Validator

from tests.alerts import vendors
from tests.alerts.conftest import app, lead
from tests.alerts.receiver import Receiver, Sent, receiver
from tests.alerts.stack import resources
from tests.e2e.deploy.ministack import ministack
from tests.template.cloudformation import ACCOUNT, REGION
from tests.template.rules.parts import of_type

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("receivers")]
GOLDEN = Path(__file__).with_name("golden")
ROW = lead("RM_1", started_at="2026-03-02 09:00:00.000", ended_at="2026-03-02 09:05:00.000")
# receiver: method, path, schema of the body
REQUESTS: dict[str, tuple[str, str, dict[str, Any]]] = {
    "slack": ("POST", "/services/T0/B0/x", vendors.SLACK),
    "hubspot_contact": (
        "POST",
        "/crm/v3/objects/contacts/batch/upsert",
        vendors.HUBSPOT_CONTACT,
    ),
    "hubspot_task": ("POST", "/crm/v3/objects/tasks", vendors.HUBSPOT_TASK),
    "salesforce_lead": (
        "PATCH",
        "/services/data/v62.0/sobjects/Lead/Voice_Lead_Id__c/{id}",
        vendors.SALESFORCE_LEAD,
    ),
    "salesforce_task": ("POST", "/services/data/v62.0/sobjects/Task", vendors.SALESFORCE_TASK),
}
AUTHORIZATION = {
    "slack": None,
    "hubspot_contact": "Bearer the-token",
    "hubspot_task": "Bearer the-token",
    "salesforce_lead": "Bearer a-token",
    "salesforce_task": "Bearer a-token",
}
_SECRETS = {"token": "the-token", "client_id": "the-id", "client_secret": "the-secret"}
_WAIT_SECONDS = 30


class Bus:
    """The bus of the template in the emulator, and what its receivers are sent."""

    def __init__(self, client: Callable[[str], Any], server: Receiver) -> None:
        self.events, self.sqs, self.sns = client("events"), client("sqs"), client("sns")
        self.server = server
        made = resources()
        self.name = made["LeadBus"]["Properties"]["Name"]
        self.events.create_event_bus(Name=self.name)
        self.mail = self._mailbox(made)
        arns = self._destinations(made)
        for _, rule in of_type(made, "AWS::Events::Rule"):
            self._put_rule(rule["Properties"], arns)

    def tell(self, detail: dict[str, Any]) -> None:
        self.server.sent.clear()
        entry = {
            "EventBusName": self.name,
            "Source": "voice-analytics",
            "DetailType": "HotLead",
            "Detail": json.dumps(detail),
        }
        assert self.events.put_events(Entries=[entry])["FailedEntryCount"] == 0

    def sent(self, count: int) -> list[Sent]:
        """The requests, tokens' aside, as soon as there are so many."""
        end = time.monotonic() + _WAIT_SECONDS
        while time.monotonic() < end:
            found = [sent for sent in self.server.sent if "oauth2" not in sent.path]
            if len(found) >= count:
                return found
            time.sleep(0.05)
        raise TimeoutError(f"{count} requests were expected: {self.server.sent}")

    def letter(self) -> str:
        """The mail that the topic sends."""
        end = time.monotonic() + _WAIT_SECONDS
        while time.monotonic() < end:
            found = self.sqs.receive_message(QueueUrl=self.mail).get("Messages", [])
            if found:
                text: str = json.loads(found[0]["Body"])["Message"]
                return text
            time.sleep(0.05)
        raise TimeoutError("no mail")

    def _mailbox(self, made: Any) -> str:
        topic = self.sns.create_topic(Name=made["EmailTopic"]["Properties"]["TopicName"])
        url: str = self.sqs.create_queue(QueueName="mail")["QueueUrl"]
        arn = f"arn:aws:sqs:{REGION}:{ACCOUNT}:mail"
        self.sns.subscribe(TopicArn=topic["TopicArn"], Protocol="sqs", Endpoint=arn)
        return url

    def _destinations(self, made: Any) -> dict[str, str]:
        """The ARNs in the emulator, by those of the template."""
        connections = {}
        for _, found in of_type(made, "AWS::Events::Connection"):
            properties = self._filled_in(found["Properties"])
            answer = self.events.create_connection(**properties)
            connections[properties["Name"]] = answer["ConnectionArn"]
        arns = {}
        for _, found in of_type(made, "AWS::Events::ApiDestination"):
            properties = self._filled_in(found["Properties"])
            name = properties["Name"]
            connection = properties["ConnectionArn"].split("/")[1]
            answer = self.events.create_api_destination(
                **properties | {"ConnectionArn": connections[connection]}
            )
            arns[name] = answer["ApiDestinationArn"]
        return arns

    def _put_rule(self, rule: dict[str, Any], arns: dict[str, str]) -> None:
        self.events.put_rule(
            Name=rule["Name"],
            EventBusName=self.name,
            EventPattern=json.dumps(rule["EventPattern"]),
        )
        targets = []
        for target in rule["Targets"]:
            kept = {key: value for key, value in target.items() if key != "DeadLetterConfig"}
            if ":api-destination/" in target["Arn"]:
                kept["Arn"] = arns[target["Arn"].split("/")[1]]
            targets.append(kept)
        self.events.put_targets(Rule=rule["Name"], EventBusName=self.name, Targets=targets)

    def _filled_in(self, properties: dict[str, Any]) -> dict[str, Any]:
        """With values for the secrets, and the server of the test for the vendors' hosts."""
        host = f"http://127.0.0.1:{self.server.port}"

        def secret(found: re.Match[str]) -> str:
            if found[1] == "url":
                slack = "slack" in found[0]
                return f"{host}/services/T0/B0/x" if slack else host
            return _SECRETS[found[1]]

        text = re.sub(
            r"\{\{resolve:secretsmanager:[^}]+:SecretString:(\w+)\}\}",
            secret,
            json.dumps(properties),
        )
        filled: dict[str, Any] = json.loads(text.replace("https://api.hubapi.com", host))
        return filled


@pytest.fixture(scope="module")
def bus(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bus]:
    with receiver() as server, ministack(tmp_path_factory.mktemp("ministack")) as cloud:
        session: Any = Session(ACCOUNT, "unchecked", region_name=REGION)
        yield Bus(lambda service: session.client(service, endpoint_url=cloud.endpoint), server)


@pytest.fixture(scope="module")
def told(bus: Bus) -> dict[str, Sent]:
    """The requests for one lead with contact data, by receiver."""
    return requests(bus, app("lead_alerts").lead_of(ROW, with_contact=True))


def requests(bus: Bus, detail: dict[str, Any]) -> dict[str, Sent]:
    """What is sent for one lead, by receiver."""
    bus.tell(detail | {"url": "https://console.aws.amazon.com/athena/home"})
    found = bus.sent(len(REQUESTS))
    paths = {path.format(**detail): name for name, (_, path, _) in REQUESTS.items()}
    assert sorted(sent.path for sent in found) == sorted(paths)
    return {paths[sent.path]: sent for sent in found}


@pytest.mark.parametrize("name", REQUESTS)
def test_a_request_is_as_recorded_and_as_the_vendor_documents_it(
    name: str, told: dict[str, Sent]
) -> None:
    sent, (method, _, schema) = told[name], REQUESTS[name]
    assert sent.method == method
    assert sent.headers["content-type"].partition(";")[0] == "application/json"
    assert sent.headers.get("authorization") == AUTHORIZATION[name]
    body = json.loads(sent.body)
    Draft202012Validator(schema).validate(body)
    assert body == json.loads(_golden(f"{name}.json", json.dumps(body, indent=1) + "\n"))


def test_the_mail_is_as_recorded(bus: Bus, told: dict[str, Sent]) -> None:
    letter = bus.letter()
    assert letter == _golden("email.txt", letter + "\n").rstrip("\n")


def test_the_token_of_salesforce_is_asked_for_with_the_secret(
    bus: Bus, told: dict[str, Sent]
) -> None:
    asked = [sent for sent in bus.server.sent if sent.path == "/services/oauth2/token"]
    assert asked
    assert b"client_credentials" in asked[0].body
    text = asked[0].body.decode() + asked[0].headers.get("authorization", "")
    assert "the-secret" in text or "Basic" in text


def test_without_an_address_there_is_a_task_and_no_contact(bus: Bus, told: dict[str, Sent]) -> None:
    bus.tell(app("lead_alerts").lead_of(ROW, with_contact=False))
    found = bus.sent(len(REQUESTS) - 1)
    paths = {urlsplit(sent.path).path for sent in found}
    assert REQUESTS["hubspot_contact"][1] not in paths
    assert REQUESTS["hubspot_task"][1] in paths
    assert b"Dora" not in b"".join(sent.body for sent in found)


def test_the_longest_and_wildest_texts_are_taken(bus: Bus, told: dict[str, Sent]) -> None:
    """Quotes, markup and line ends would break the JSON, or be refused."""
    texts = dict.fromkeys(
        set(ROW) - {"score", "started_at", "ended_at"}, '"<!here>\\\n' * 99 + "x" * 99
    )
    wild = ROW | texts | {"user_email": f"{'a' * 68}@example.com"}
    for name, sent in requests(bus, app("lead_alerts").lead_of(wild, with_contact=True)).items():
        Draft202012Validator(REQUESTS[name][2]).validate(json.loads(sent.body))


@pytest.mark.parametrize("schema", [schema for *_, schema in REQUESTS.values()], ids=REQUESTS)
def test_a_schema_refuses_what_the_vendor_would(schema: dict[str, Any]) -> None:
    Draft202012Validator.check_schema(schema)
    bodies: list[dict[str, Any]] = [{}, {"unknown": 1}, {"text": ""}, {"inputs": []}]
    for body in bodies:
        assert not Draft202012Validator(schema).is_valid(body)


def _golden(name: str, now: str) -> str:
    path = GOLDEN / name
    if not path.exists():
        path.parent.mkdir(exist_ok=True)
        path.write_text(now, encoding="utf-8")
        pytest.fail(f"{path} was not there and is written: look at it")
    return path.read_text(encoding="utf-8")
