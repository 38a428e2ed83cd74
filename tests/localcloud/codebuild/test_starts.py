"""A start that cannot be built is refused with a sentence, or fails with one; it is no fault of the cloud."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.localcloud.codebuild.bench import Bench, plain, reason


@pytest.mark.parametrize(
    ("overrides", "about"),
    [
        ({"artifactsOverride": {"type": "S3"}}, "need a location"),
        ({"artifactsOverride": {"type": "CODEPIPELINE", "location": "a"}}, "only a pipeline"),
        ({"secondarySourcesOverride": [{"type": "S3", "location": "a/b"}]}, "sourceIdentifier"),
        ({"secondarySourcesOverride": [{"type": "S3", "sourceIdentifier": "other"}]}, "needs a location"),
        ({"secondaryArtifactsOverride": [{"type": "S3", "location": "a"}]}, "artifactIdentifier"),
        ({"sourceTypeOverride": "GITHUB", "sourceLocationOverride": "shop"}, "not modelled"),
        ({"environmentVariablesOverride": plain(**{"A=B": "x"})}, "'A=B'"),
        ({"environmentVariablesOverride": plain(A="x\0y")}, "NUL"),
    ],
)
def test_a_start_that_cannot_be_built_is_refused(bench: Bench, overrides: dict[str, Any], about: str) -> None:
    with pytest.raises(ClientError, match=about) as caught:
        bench.start(**overrides)
    assert caught.value.response["Error"]["Code"] == "InvalidInputException"
    assert bench.client.list_builds()["ids"] == []
    assert bench.run()["buildNumber"] == 1


def test_a_variable_too_long_for_a_process_fails_the_build_by_name(bench: Bench) -> None:
    build = bench.run(environmentVariablesOverride=plain(LONG="x" * 200_000))
    phase, code, message = reason(build)
    assert (phase, code) == ("DOWNLOAD_SOURCE", "CLIENT_ERROR")
    assert "LONG has 200005 bytes" in message


def test_a_variable_of_the_buildspec_that_no_process_can_have_is_refused_with_its_line(bench: Bench) -> None:
    build = bench.run('version: 0.2\nenv:\n  variables:\n    A: "x\\0y"\nphases: {build: {commands: [env]}}\n')
    phase, code, message = reason(build)
    assert (phase, code) == ("DOWNLOAD_SOURCE", "YAML_FILE_ERROR")
    assert "line 4:" in message
