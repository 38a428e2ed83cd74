"""The service, composed of what it has operations for.

https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_Operations.html
"""

from __future__ import annotations

from collections.abc import Sequence

from ..resource import Resource
from .attributes import AttributeOperations
from .load_balancers import LoadBalancerOperations
from .rules import RuleOperations
from .tagging import TagOperations
from .target_groups import TargetGroupOperations
from .targets import TargetOperations


class ElbV2(
    LoadBalancerOperations,
    TargetGroupOperations,
    RuleOperations,
    TargetOperations,
    AttributeOperations,
    TagOperations,
):
    """The operations of Elastic Load Balancing v2 that the local cloud has."""

    service = "elbv2"
    signing_name = "elasticloadbalancing"
    validation_error = "ValidationError"

    def resources(self) -> Sequence[Resource]:
        from .resources import made_by

        return made_by(self)
