"""CloudWatch Logs. https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/"""

from __future__ import annotations

from collections.abc import Sequence

from ..resource import Resource
from .emf import KIND as EMF
from .emf import EmbeddedMetrics
from .fields import FieldOperations
from .groups import GroupOperations
from .insights.operations import InsightsOperations
from .metricfilters import MetricFilterOperations
from .reading import ReadingOperations
from .searching import SearchingOperations
from .streams import StreamOperations
from .subscriptions import SubscriptionOperations
from .tags import TagOperations
from .writing import WritingOperations


class Logs(
    GroupOperations,
    TagOperations,
    StreamOperations,
    WritingOperations,
    ReadingOperations,
    SearchingOperations,
    FieldOperations,
    MetricFilterOperations,
    SubscriptionOperations,
    InsightsOperations,
):
    """Groups and streams with their events, searched by patterns, followed by filters."""

    def resources(self) -> Sequence[Resource]:
        from .resources import made_by

        return made_by(self)

    def start(self) -> None:
        self._followers.handle(EMF, EmbeddedMetrics(self.cloud))
        super().start()
