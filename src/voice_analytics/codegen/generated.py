"""Every generated file and what it is made of.

`make schemas` and `make events` write them; `--check` and the tests compare.
"""

from collections.abc import Callable
from pathlib import Path

from voice_analytics.catalog.tables import DELIVERY_ERRORS, REJECTED_EVENTS, SESSION_ANALYTICS
from voice_analytics.codegen import (
    columns,
    costs_doc,
    deployment_doc,
    event_schema,
    layer,
    privacy,
    queries_doc,
    readme,
)
from voice_analytics.codegen.athena import ATHENA_STACK, athena_stack
from voice_analytics.codegen.contract import CONTRACT, contract_json
from voice_analytics.codegen.data_dictionary import data_dictionary

# in this order: the layer's hash covers its contract and its requirements
_FILES: dict[Path, Callable[[Path], str]] = {
    CONTRACT: lambda _: contract_json(),
    Path("schemas/session_analytics.schema.json"): lambda _: event_schema.event_schema(),
    Path("schemas/session_analytics.columns.json"): lambda _: columns.columns_json(
        SESSION_ANALYTICS
    ),
    Path("schemas/session_analytics.sql"): lambda _: columns.ddl(SESSION_ANALYTICS),
    Path("schemas/rejected_events.columns.json"): lambda _: columns.columns_json(REJECTED_EVENTS),
    Path("schemas/rejected_events.sql"): lambda _: columns.ddl(REJECTED_EVENTS),
    Path("schemas/delivery_errors.columns.json"): lambda _: columns.columns_json(DELIVERY_ERRORS),
    Path("schemas/delivery_errors.sql"): lambda _: columns.ddl(DELIVERY_ERRORS),
    Path("schemas/data-dictionary.md"): data_dictionary,
    ATHENA_STACK: athena_stack,
    columns.TEMPLATE: columns.template_with_columns,
    readme.README: readme.readme_with_events,
    queries_doc.DOCUMENT: queries_doc.document_with_lists,
    costs_doc.DOCUMENT: costs_doc.document_with_tables,
    # after the template, which these read
    deployment_doc.REFERENCE: deployment_doc.reference_with_lists,
    deployment_doc.OPERATE: deployment_doc.operate_with_lists,
    privacy.COMPILED: privacy.compiled_policy,
    layer.REQUIREMENTS: layer.layer_requirements,
    layer.HASH_FILE: layer.layer_hash,
}


def write(root: Path) -> list[Path]:
    """Write what differs; the changed files, relative to the root."""
    changed = []
    for path, made in _FILES.items():
        text = made(root)
        if _current(root / path) != text:
            (root / path).write_text(text)
            changed.append(path)
    return changed


def drifted(root: Path) -> list[Path]:
    """The files that are not as `write` would leave them."""
    return [path for path, made in _FILES.items() if _current(root / path) != made(root)]


def _current(path: Path) -> str | None:
    return path.read_text() if path.exists() else None
