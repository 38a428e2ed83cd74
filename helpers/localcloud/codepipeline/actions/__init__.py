"""What each kind of action does. A new one is a function here and a line in `providers.py`."""

from __future__ import annotations

from collections.abc import Callable

from . import (
    approval,
    cloudformation,
    codebuild,
    codecommit,
    codedeploy,
    codedeploy_ecs,
    ecs,
    lambda_deploy,
    lambda_invoke,
    s3_deploy,
    s3_source,
)
from .context import ActionContext, Outcome

RUNNERS: dict[tuple[str, str], Callable[[ActionContext], Outcome]] = {
    ("Source", "CodeCommit"): codecommit.run,
    ("Source", "S3"): s3_source.run,
    ("Build", "CodeBuild"): codebuild.run,
    ("Test", "CodeBuild"): codebuild.run,
    ("Deploy", "S3"): s3_deploy.run,
    ("Deploy", "CloudFormation"): cloudformation.run,
    ("Deploy", "CodeDeploy"): codedeploy.run,
    ("Deploy", "CodeDeployToECS"): codedeploy_ecs.run,
    ("Deploy", "ECS"): ecs.run,
    ("Deploy", "Lambda"): lambda_deploy.run,
    ("Approval", "Manual"): approval.run,
    ("Invoke", "Lambda"): lambda_invoke.run,
}
