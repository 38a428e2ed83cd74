"""The operations on alarms. https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_Operations.html"""

from __future__ import annotations

from .composing import CompositeAlarmOperations
from .describing import DescribingOperations
from .muting import MutingOperations
from .tagging import TaggingOperations


class AlarmOperations(CompositeAlarmOperations, DescribingOperations, MutingOperations, TaggingOperations):
    """Alarms of CloudWatch, for the service to mix in."""
