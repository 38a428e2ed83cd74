"""Forgets one account in the base, which by itself can only forget all."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path


def forget_account(home: Path, account: str) -> int:
    """Drop everything the base holds for `account`; return how many entries there were.

    All of its state is in module-level containers whose keys begin with the account.
    """
    from ministack.core.responses import AccountRegionScopedDict, AccountScopedDict

    count = 0
    for module in _service_modules():
        for value in list(vars(module).values()):
            if isinstance(value, AccountScopedDict | AccountRegionScopedDict):
                mine = [key for key in list(value._data) if key[0] == account]
                count += sum(value._data.pop(key, None) is not None for key in mine)
    shutil.rmtree(home / "cloud" / "s3" / account, ignore_errors=True)
    return count


def _service_modules() -> list[object]:
    return [module for name, module in list(sys.modules.items()) if name.startswith("ministack.services.")]
