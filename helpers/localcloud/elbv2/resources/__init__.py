"""Load balancers, target groups, listeners and rules as CloudFormation makes them.

https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/AWS_ElasticLoadBalancingV2.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ...resource import Resource
from .listeners import ListenerResource, ListenerRuleResource
from .load_balancers import LoadBalancerResource
from .target_groups import TargetGroupResource

if TYPE_CHECKING:
    from ..service import ElbV2


def made_by(elb: ElbV2) -> list[Resource]:
    """Return the types that `elb` makes."""
    return [LoadBalancerResource(elb), TargetGroupResource(elb), ListenerResource(elb), ListenerRuleResource(elb)]
