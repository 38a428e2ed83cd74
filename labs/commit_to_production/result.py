"""What became of one fault."""

from __future__ import annotations

from dataclasses import dataclass

from labs.commit_to_production import faults


@dataclass(frozen=True)
class Result:
    """What became of one fault.

    Args:
        fault: its name.
        verdict: how it ended.
        stage: where the release's execution ended.
        tries: how often the action that ran most often ran.
        weight: the largest share of the calls that the alias was seen to give to the new release, 0 to 1.
        exposed: share of the customers' answers that came from the new release, 0 to 1.
        hurt: answers of the new release that were not right.
    """

    fault: str
    verdict: str
    stage: str
    tries: int
    weight: float
    exposed: float
    hurt: int

    @property
    def right(self) -> bool:
        """Whether that is an end that was wanted, and no more customers met the release than had to."""
        fault = faults.EIGHT.get(self.fault)
        return fault is None or (self.verdict in fault.wanted and self.weight <= fault.share)
