"""A service level objective: its error budget, and how fast errors burn it."""

from __future__ import annotations

from dataclasses import dataclass

MINUTES_OF_A_DAY = 1440


@dataclass(frozen=True)
class Objective:
    """What is promised: the share `target` of good requests (0.999) over `days`.

    Raises ValueError for a target outside of 0 < target < 1 (99.9 is a percentage, 0.999 a share), or days below 1.
    """

    target: float
    days: int = 30

    def __post_init__(self) -> None:
        if not 0 < self.target < 1:
            raise ValueError(
                f"The target is {self.target:g}; it must be a share between 0 and 1, such as 0.999 for 99.9 %."
            )
        if self.days < 1:
            raise ValueError(f"The objective is over {self.days} days; it must be at least one.")

    @property
    def budget(self) -> float:
        """The share of requests that may fail: 0.001 at 99.9 %."""
        return 1 - self.target

    @property
    def budget_minutes(self) -> float:
        """The minutes of total outage that would use up the budget: 43.2 at 99.9 % over 30 days."""
        return self.budget * self.days * MINUTES_OF_A_DAY

    @property
    def highest_burn_rate(self) -> float:
        """The burn rate when every request fails; no alarm above it can ever fire."""
        return 1 / self.budget

    def burn_rate(self, error_rate: float) -> float:
        """Return how many times faster than allowed an error rate (a share) uses the budget.

        At 1 the budget lasts exactly for the objective's days (CloudWatch Application Signals defines it alike).
        """
        return error_rate / self.budget

    def error_rate(self, burn_rate: float) -> float:
        """Return the error rate (a share) that burns at `burn_rate`; above 1 there is no such rate."""
        return burn_rate * self.budget

    def burn_rate_for(self, budget_share: float, hours: float) -> float:
        """Return the burn rate that uses `budget_share` of the budget in `hours`: 2 % in one hour is 14.4."""
        return budget_share * self.days * 24 / hours
