"""AWS CodeDeploy: applications, deployment groups and deployments to servers, Lambda and ECS."""

from .service import CodeDeploy

__all__ = ["CodeDeploy"]
