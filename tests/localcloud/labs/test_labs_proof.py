"""Every lab is proved: starters, solutions, wrong answers, fresh copy, state after equals state before."""

from __future__ import annotations

import pytest

from helpers.lab import labs
from helpers.lab.proof import prove


@pytest.mark.timeout(1200)
@pytest.mark.parametrize("slug", labs())
def test_every_claim_about_the_lab_holds(slug: str) -> None:
    proof = prove(slug)
    assert proof.findings and proof.holds, str(proof)
