"""AppSpec files: what is read, and where a mistake is said to be."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from helpers.localcloud.codedeploy import appspec
from helpers.localcloud.codedeploy.appspec import AppSpecError, FileCopy, Script

FUNCTION = """version: 0.0
Resources:
  - shop:
      Type: AWS::Lambda::Function
      Properties:
        Name: shop
        Alias: live
        CurrentVersion: 1
        TargetVersion: 2
Hooks:
  - BeforeAllowTraffic: check
"""
SERVICE = """version: 0.0
Resources:
  - TargetService:
      Type: AWS::ECS::Service
      Properties:
        TaskDefinition: shop:2
        LoadBalancerInfo:
          ContainerName: web
          ContainerPort: 8080
        PlatformVersion: LATEST
Hooks:
  - BeforeInstall: one
  - AfterAllowTestTraffic: two
"""
SERVER = """version: 0.0
os: linux
files:
  - source: /site
    destination: /srv/shop
hooks:
  ApplicationStart:
    - location: start.sh
      timeout: 300
      runas: shop
"""


def test_a_function_is_read_from_yaml_and_json() -> None:
    found = appspec.parse_lambda(FUNCTION)
    assert (found.function, found.alias, found.current, found.target) == ("shop", "live", "1", "2")
    assert found.hooks == {"BeforeAllowTraffic": "check"}
    import yaml

    assert appspec.parse_lambda(json.dumps(yaml.safe_load(FUNCTION))) == found


def test_a_service_is_read() -> None:
    found = appspec.parse_ecs(SERVICE)
    assert (found.task_definition, found.container, found.port) == ("shop:2", "web", 8080)
    assert found.hooks == {"BeforeInstall": "one", "AfterAllowTestTraffic": "two"}
    assert found.options == {"platformVersion": "LATEST"}


def test_a_bundle_is_read() -> None:
    found = appspec.parse_server(SERVER)
    assert found.files == [FileCopy("/site", "/srv/shop")]
    assert found.hooks == {"ApplicationStart": [Script("start.sh", 300, "shop")]}


@pytest.mark.parametrize(
    ("parse", "text", "message"),
    [
        (appspec.parse_lambda, "{", "line 1, column 2"),
        (appspec.parse_lambda, "a: [\nb: c\n", "line 3, column 1"),
        (appspec.parse_lambda, "- a\n", "line 1: an AppSpec is a mapping"),
        (appspec.parse_lambda, "version: 1.0\n", "line 1: version is 1.0"),
        (appspec.parse_lambda, "version: 0.0\nResources: {}\n", "line 2: Resources must be a list"),
        (appspec.parse_lambda, SERVICE, "line 3: the resource's Type is 'AWS::ECS::Service'"),
        (appspec.parse_lambda, FUNCTION.replace("TargetVersion: 2", "TargetVersion: 1"), "line 5: CurrentVersion and"),
        (appspec.parse_lambda, FUNCTION.replace("        Alias: live\n", ""), "line 5: the function's properties need"),
        (
            appspec.parse_lambda,
            FUNCTION.replace("BeforeAllow", "DuringAllow"),
            "line 11: DuringAllowTraffic is no hook",
        ),
        (appspec.parse_ecs, SERVICE.replace("8080", "http"), "line 9: ContainerPort is 'http'"),
        (appspec.parse_ecs, SERVICE.replace("          ContainerName: web\n", ""), "need LoadBalancerInfo"),
        (appspec.parse_server, SERVER.replace("linux", "amiga"), "line 2: os is 'amiga'"),
        (appspec.parse_server, SERVER.replace("300", "0"), "line 9: timeout is 0"),
        (appspec.parse_server, SERVER.replace("ApplicationStart", "Install"), "line 7: Install is no event with"),
        (appspec.parse_server, SERVER.replace("    destination: /srv/shop\n", ""), "line 4: an entry of files"),
    ],
)
def test_a_mistake_is_said_with_its_line(parse: Callable[[str], Any], text: str, message: str) -> None:
    with pytest.raises(AppSpecError) as caught:
        parse(text)
    assert message in str(caught.value)
