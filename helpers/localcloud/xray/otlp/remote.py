"""What a client's span says of the service it calls: its name, AWS's fields, a database's.

https://opentelemetry.io/docs/specs/semconv/cloud-providers/aws-sdk/
"""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from .attributes import Attributes, text

_AWS_SYSTEM = "aws-api"
_SYSTEM = ("rpc.system", "rpc.system.name")
_DATABASE = ("db.name", "db.namespace")
_DATABASE_SYSTEM = ("db.system", "db.system.name")
_QUERY = ("db.statement", "db.query.text")
_SERVER = ("server.address", "net.peer.name", "http.host")
_SQL_SYSTEMS = frozenset(
    {"db2", "mariadb", "microsoft.sql_server", "mssql", "mysql", "oracle", "oracle.db", "other_sql", "postgresql"}
    | {"sqlite"}
)
# The document's field, and the attributes that tell it.
_AWS_FIELDS = {
    "account_id": ("aws.account_id", "cloud.account.id"),
    "operation": ("aws.operation", "rpc.method"),
    "region": ("aws.region", "cloud.region"),
    "request_id": ("aws.request_id", "aws.requestId"),
    "queue_url": ("aws.queue_url", "aws.sqs.queue.url", "messaging.url"),
    "table_name": ("aws.table_name", "aws.dynamodb.table_names"),
    "topic_arn": ("aws.sns.topic.arn",),
}
TAKEN = frozenset(
    {*_SYSTEM, *_DATABASE, *_DATABASE_SYSTEM, *_QUERY, "db.user", "rpc.service", "rpc.method", "peer.service"}
    | {attribute for names in _AWS_FIELDS.values() for attribute in names}
)


def is_aws(attributes: Attributes) -> bool:
    """Return whether the call goes to AWS's API by an SDK of AWS."""
    return text(attributes, *_SYSTEM) == _AWS_SYSTEM


def namespace(attributes: Attributes) -> str:
    """Return the namespace of the subsegment: aws or remote."""
    return "aws" if is_aws(attributes) else "remote"


def name(attributes: Attributes) -> str | None:
    """Return the name of the service that is called, or None if nothing tells it."""
    if is_aws(attributes) and (service := text(attributes, "rpc.service")):
        return service
    if known := text(attributes, "peer.service", "aws.remote.service"):
        return known
    server = text(attributes, *_SERVER) or _host(attributes)
    if database := text(attributes, *_DATABASE):
        return f"{database}@{server}" if server else database
    return text(attributes, "rpc.service") or server or text(attributes, "messaging.destination.name")


def aws_fields(attributes: Attributes) -> dict[str, Any]:
    """Return the `aws` block of a call to AWS, empty for another."""
    if not is_aws(attributes):
        return {}
    found = {field: _first(attributes, names) for field, names in _AWS_FIELDS.items()}
    return {field: value for field, value in found.items() if value}


def sql(attributes: Attributes) -> dict[str, Any]:
    """Return the `sql` block of a query to a database of SQL, empty for another."""
    system = text(attributes, *_DATABASE_SYSTEM)
    if system not in _SQL_SYSTEMS:
        return {}
    block = {"database_type": system, "sanitized_query": text(attributes, *_QUERY), "user": text(attributes, "db.user")}
    return {field: value for field, value in block.items() if value}


def _first(attributes: Attributes, names: tuple[str, ...]) -> str | None:
    """A list (of table names) stands for its first."""
    for attribute in names:
        value = attributes.get(attribute)
        if value:
            return str(value[0] if isinstance(value, list) else value)
    return None


def _host(attributes: Attributes) -> str | None:
    try:
        return urlsplit(text(attributes, "url.full", "http.url") or "").hostname
    except ValueError:
        return None
