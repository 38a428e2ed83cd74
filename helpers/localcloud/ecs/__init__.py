"""Elastic Container Service, with tasks that really run."""

from .service import Ecs

__all__ = ["Ecs"]
