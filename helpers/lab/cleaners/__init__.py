"""What a lab can leave behind, and how each kind is found and deleted; in the order in which it must go."""

from helpers.lab.cleaners.balancing import LoadBalancers, SecurityGroups, TargetGroups
from helpers.lab.cleaners.base import Cleaner, Owner
from helpers.lab.cleaners.code import BuildProjects, Pipelines, Repositories
from helpers.lab.cleaners.containers import Clusters, ImageRepositories, Services, TaskDefinitions
from helpers.lab.cleaners.messages import Queues, Rules, Topics
from helpers.lab.cleaners.releasing import Applications, DeploymentConfigurations, Tables
from helpers.lab.cleaners.services import Functions, LogGroups, Parameters, Roles, Secrets
from helpers.lab.cleaners.storage import Buckets
from helpers.lab.cleaners.traces import SamplingRules, TraceGroups
from helpers.lab.cleaners.watching import CompositeAlarms, Dashboards, MetricAlarms, MuteRules

# What starts things goes first, what others write to or run as goes last.
CLEANERS: tuple[Cleaner, ...] = (
    Rules(), MuteRules(), CompositeAlarms(), MetricAlarms(), Dashboards(), SamplingRules(), TraceGroups(),
    Pipelines(), BuildProjects(), Applications(), DeploymentConfigurations(), Services(), LoadBalancers(),
    TargetGroups(), TaskDefinitions(), Clusters(),
    Functions(), Tables(), Repositories(), ImageRepositories(), SecurityGroups(),
    Topics(), Queues(), Parameters(), Secrets(), Buckets(), LogGroups(), Roles(),
)  # fmt: skip

__all__ = ["CLEANERS", "Cleaner", "Owner"]
