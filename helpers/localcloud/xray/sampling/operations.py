"""The operations of sampling."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from ...cloud import Cloud
from ...paging import page
from ...scope import Scope
from ...service import Service, ServiceError
from .model import Rule
from .rules import Rules
from .targets import Targets

Request = dict[str, Any]
_PAGE = 100


class SamplingOperations(Service):
    """Rules, targets and statistics of sampling."""

    def __init__(self, cloud: Cloud) -> None:
        super().__init__(cloud)
        self._rules = Rules(cloud)
        self._targets = Targets(cloud)

    def create_sampling_rule(self, scope: Scope, request: Request) -> Request:
        tags = {tag["Key"]: tag["Value"] for tag in request.get("Tags", ())}
        return _record(self._rules.create(scope, request["SamplingRule"], tags))

    def update_sampling_rule(self, scope: Scope, request: Request) -> Request:
        return _record(self._rules.update(scope, request["SamplingRuleUpdate"]))

    def delete_sampling_rule(self, scope: Scope, request: Request) -> Request:
        with self.cloud.store.transaction():
            rule = self._rules.delete(scope, request)
            self._targets.forget_rule(scope, rule)
        return _record(rule)

    def get_sampling_rules(self, scope: Scope, request: Request) -> Request:
        rules = [rule.document() for rule in self._rules.all(scope)]
        shown, token = page(rules, request.get("NextToken"), _PAGE, "InvalidRequestException")
        return {"SamplingRuleRecords": shown, "NextToken": token}

    def get_sampling_targets(self, scope: Scope, request: Request) -> Request:
        """Answer each report by itself: one about an unknown rule does not keep the others from their quotas."""
        targets, unprocessed = [], []
        for report in request["SamplingStatisticsDocuments"]:
            try:
                _check_report(report)
                targets.append(self._targets.report(scope, self._rules.find(scope, report), report))
            except ServiceError as error:
                unprocessed.append(_unprocessed(report, error.code, error.message))
        boosts = request.get("SamplingBoostStatisticsDocuments", ())
        changed = max(rule.modified for rule in self._rules.all(scope))
        return {
            "SamplingTargetDocuments": targets,
            "LastRuleModification": datetime.fromtimestamp(changed, UTC),
            "UnprocessedStatistics": unprocessed,
            "UnprocessedBoostStatistics": [_unprocessed(boost, "NotSupported", _NO_BOOST) for boost in boosts],
        }

    def get_sampling_statistic_summaries(self, scope: Scope, request: Request) -> Request:
        summaries = [counts.document() for counts in self._targets.counts(scope)]
        shown, token = page(summaries, request.get("NextToken"), _PAGE, "InvalidRequestException")
        return {"SamplingStatisticSummaries": shown, "NextToken": token}


_NO_BOOST = "The local cloud does not raise sampling rates on anomalies."


def _record(rule: Rule) -> Request:
    return {"SamplingRuleRecord": rule.document()}


def _check_report(report: Request) -> None:
    requests, sampled, borrowed = report["RequestCount"], report["SampledCount"], report.get("BorrowCount", 0)
    if not borrowed <= sampled <= requests:
        text = f"Of {requests} requests {sampled} were sampled and {borrowed} of these borrowed: that cannot be."
        raise ServiceError("InvalidRequestException", text)


def _unprocessed(report: Request, code: str, message: str) -> Request:
    return {"RuleName": report["RuleName"], "ErrorCode": code, "Message": message}
