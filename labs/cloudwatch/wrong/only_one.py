"""One dashboard for everybody."""

from helpers import aws, dashboard
from labs.cloudwatch import exercises
from labs.cloudwatch.wrong import averages

EXERCISE = "dashboards"
MESSAGE = "no dashboard"


def apply() -> None:
    space = exercises.namespace()
    body = dashboard.body(dashboard.figures("Orders", [space, "orders"], [space, "revenue"], region=aws.region()))
    averages.put(business=body)


def undo() -> None:
    aws.client("cloudwatch").delete_dashboards(DashboardNames=[aws.name("business")])
