"""Shows the mean latency where the slowest were asked for."""

from helpers import aws, dashboard
from labs.cloudwatch import exercises

EXERCISE = "dashboards"
MESSAGE = "How slow is it for the slowest?"


def put(**bodies: str) -> None:
    """Put dashboards by their readers."""
    for who, body in bodies.items():
        aws.client("cloudwatch").put_dashboard(DashboardName=aws.name(who), DashboardBody=body)


def apply() -> None:
    space, place = exercises.namespace(), {"region": aws.region()}
    numbers = dashboard.figures("Orders", [space, "orders"], [space, "revenue"], **place)
    share = dashboard.graph(
        "Share",
        [{"expression": "100 * e / r"}],
        [space, "errors", {"id": "e"}],
        [space, "requests", {"id": "r"}],
        **place,
    )
    slow = dashboard.graph("Latency", [space, "latency"], stat="Average", **place)
    put(business=dashboard.body(numbers), operations=dashboard.body(share, slow), developer=dashboard.body())


def undo() -> None:
    client = aws.client("cloudwatch")
    client.delete_dashboards(DashboardNames=[aws.name(who) for who in ("business", "operations", "developer")])
