"""Deploy: a stack, or a change set of one.

https://docs.aws.amazon.com/codepipeline/latest/userguide/action-reference-CloudFormation.html
"""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime
from typing import Any

from . import artifacts, stack_input
from .context import ActionContext, ActionFailed, Outcome

MODES = ("CREATE_UPDATE", "REPLACE_ON_FAILURE", "DELETE_ONLY", "CHANGE_SET_REPLACE", "CHANGE_SET_EXECUTE")
_TURN = 0.3
_QUIET = 30.0
_REPLACED = ("ROLLBACK_COMPLETE", "ROLLBACK_FAILED", "CREATE_FAILED", "DELETE_FAILED", "UPDATE_ROLLBACK_FAILED")
_GOOD = ("CREATE_COMPLETE", "UPDATE_COMPLETE")
_NO_CHANGES = ("No updates are to be performed", "didn't contain changes", "No changes")
Stack = dict[str, Any]


def run(context: ActionContext) -> Outcome:
    """Do what ActionMode says and wait for its end. Done again after a crash it gives the same."""
    work = _Stack(context)
    try:
        return work.modes[context.configuration["ActionMode"]]()
    except work.client.exceptions.ClientError as error:
        raise ActionFailed("JobFailed", error.response["Error"]["Message"]) from None


class _Stack:
    """The stack of one action."""

    def __init__(self, context: ActionContext) -> None:
        self._context = context
        self._name = context.configuration["StackName"]
        self.client = context.client("cloudformation")
        self.modes: dict[str, Callable[[], Outcome]] = {
            "CREATE_UPDATE": self._create_or_update,
            "REPLACE_ON_FAILURE": self._replace_on_failure,
            "DELETE_ONLY": self._delete,
            "CHANGE_SET_REPLACE": self._replace_change_set,
            "CHANGE_SET_EXECUTE": self._execute_change_set,
        }

    def _create_or_update(self) -> Outcome:
        stack = self._settled()
        if stack and self._context.run.external_id and stack["StackStatus"] not in _GOOD:
            # It was begun before a crash and has ended meanwhile.
            return self._outcome(stack)
        given = stack_input.request(self._context)
        if stack is None:
            made = self.client.create_stack(**given)
            self._note(made["StackId"])
        else:
            self._note(stack["StackId"])
            if not self._changes(lambda: self.client.update_stack(**given)):
                return self._outcome(stack, "The stack is up to date already.")
        return self._outcome(self._settled())

    def _replace_on_failure(self) -> Outcome:
        stack = self._settled()
        if stack and stack["StackStatus"] in _REPLACED and not self._context.run.external_id:
            self.client.delete_stack(StackName=self._name)
            self._settled()
        return self._create_or_update()

    def _delete(self) -> Outcome:
        stack = self._settled()
        if stack is None:
            return Outcome(summary=f"There is no stack {self._name} (any more).")
        self._note(stack["StackId"])
        self.client.delete_stack(StackName=self._name)
        if left := self._settled():
            raise self._failed(left)
        return Outcome(summary=f"The stack {self._name} was deleted.")

    def _replace_change_set(self) -> Outcome:
        stack = self._settled()
        self._note(self._change_set)
        if self._described() is not None:
            self.client.delete_change_set(StackName=self._name, ChangeSetName=self._change_set)
        new = stack is None or stack["StackStatus"] == "REVIEW_IN_PROGRESS"
        given = stack_input.request(self._context)
        self.client.create_change_set(
            **given, ChangeSetName=self._change_set, ChangeSetType="CREATE" if new else "UPDATE"
        )
        found = self._decided_change_set()
        if found["Status"] == "FAILED" and not _says_no_changes(found.get("StatusReason", "")):
            reason = found.get("StatusReason", "no reason was given")
            raise ActionFailed("JobFailed", f"The change set {self._change_set} failed: {reason}")
        variables = {"StackName": self._name, "ChangeSetName": self._change_set}
        summary = f"The change set {self._change_set} has {len(found.get('Changes', []))} changes."
        return Outcome(self._output(variables), variables, summary)

    def _execute_change_set(self) -> Outcome:
        found = self._described()
        if found is None and self._context.run.external_id:
            # It was executed before a crash.
            return self._outcome(self._settled())
        if found is None:
            raise ActionFailed("JobFailed", f"The stack {self._name} has no change set {self._change_set}.")
        if found["Status"] == "FAILED" and _says_no_changes(found.get("StatusReason", "")):
            return self._outcome(self._settled(), "The change set has no changes.")
        self._note(found["ChangeSetId"])
        if found["ExecutionStatus"] == "AVAILABLE":
            self.client.execute_change_set(StackName=self._name, ChangeSetName=self._change_set)
        return self._outcome(self._settled())

    @property
    def _change_set(self) -> str:
        return self._context.configuration["ChangeSetName"]

    def _described(self) -> Stack | None:
        try:
            found = self.client.describe_change_set(StackName=self._name, ChangeSetName=self._change_set)
        except self.client.exceptions.ClientError as error:
            if error.response["Error"]["Code"] in (
                "ChangeSetNotFound",
                "ChangeSetNotFoundException",
                "ValidationError",
            ):
                return None
            raise
        return dict(found)

    def _decided_change_set(self) -> Stack:
        while True:
            found = self._described()
            if found is None:
                raise ActionFailed("JobFailed", f"The change set {self._change_set} was deleted while it was made.")
            if found["Status"] in ("CREATE_COMPLETE", "FAILED"):
                return found
            self._pause()

    def _settled(self) -> Stack | None:
        """Wait until nothing goes on with the stack and return it; None if there is none."""
        seen: tuple[str, datetime] | None = None
        while True:
            stack = self._look()
            if stack is None or not stack["StackStatus"].endswith("_IN_PROGRESS"):
                return stack
            if stack["StackStatus"] == "REVIEW_IN_PROGRESS":
                return stack
            now = self._context.records.cloud.clock.now()
            if seen is None or seen[0] != stack["StackStatus"]:
                seen = stack["StackStatus"], now
            elif self._context.job.resumed and (now - seen[1]).total_seconds() > _QUIET:
                raise ActionFailed(
                    "JobFailed",
                    f"The stack {self._name} stays {stack['StackStatus']}: what worked on it ended with the local"
                    " cloud. Delete the stack, then retry the stage.",
                )
            self._pause()

    def _look(self) -> Stack | None:
        try:
            stacks = self.client.describe_stacks(StackName=self._name)["Stacks"]
        except self.client.exceptions.ClientError as error:
            if "does not exist" in error.response["Error"]["Message"]:
                return None
            raise
        return dict(stacks[0]) if stacks and stacks[0]["StackStatus"] != "DELETE_COMPLETE" else None

    def _pause(self) -> None:
        self._context.check_alive()
        with self._context.records.bell:
            self._context.records.bell.wait(_TURN)

    def _note(self, id_: str) -> None:
        self._context.run.external_id = id_
        self._context.save()

    def _changes(self, update: Callable[[], object]) -> bool:
        try:
            update()
        except self.client.exceptions.ClientError as error:
            if _says_no_changes(error.response["Error"]["Message"]):
                return False
            raise
        return True

    def _outcome(self, stack: Stack | None, summary: str = "") -> Outcome:
        if stack is None or stack["StackStatus"] not in (*_GOOD, "IMPORT_COMPLETE"):
            raise self._failed(stack)
        variables = {output["OutputKey"]: output["OutputValue"] for output in stack.get("Outputs", [])}
        said = summary or f"The stack {self._name} is {stack['StackStatus']}."
        return Outcome(self._output(variables), variables, said)

    def _output(self, content: dict[str, str]) -> list[Any]:
        """The outputs as a JSON file, if an output artifact is to have them."""
        file = self._context.configuration.get("OutputFileName")
        if not file or not self._context.output_names:
            return []
        return [artifacts.make(self._context, self._context.output_names[0], {file: json.dumps(content).encode()})]

    def _failed(self, stack: Stack | None) -> ActionFailed:
        if stack is None:
            return ActionFailed("JobFailed", f"The stack {self._name} is gone.")
        events = self.client.describe_stack_events(StackName=stack["StackId"])["StackEvents"]
        failed = [e for e in events if "FAILED" in e["ResourceStatus"] and e.get("ResourceStatusReason")]
        # The newest come first; the first failure is the cause of those after it.
        why = f" {failed[-1]['LogicalResourceId']}: {failed[-1]['ResourceStatusReason']}" if failed else ""
        return ActionFailed("JobFailed", f"The stack {self._name} is {stack['StackStatus']}.{why}")


def _says_no_changes(message: str) -> bool:
    return any(said.lower() in message.lower() for said in _NO_CHANGES)
