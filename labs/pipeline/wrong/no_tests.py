"""A buildspec that packs and never tests."""

from helpers import aws, cicd

EXERCISE = "buildspec"
MESSAGE = "a shop with a wrong price was built and packed"
SPEC = """version: 0.2
phases:
  build:
    commands:
      - mkdir -p dist
      - cp -r shop VERSION dist/
      - commit=$CODEBUILD_RESOLVED_SOURCE_VERSION
      - printf '{"version":"%s","commit":"%s"}' "$(cat VERSION)" "$commit" > dist/release.json
artifacts:
  base-directory: dist
  files: ['**/*']
"""


def apply() -> None:
    cicd.commit(aws.name("shop"), "Pack the shop", {"buildspec.yml": SPEC})


def undo() -> None:
    cicd.commit(aws.name("shop"), "Take it back", {}, delete=["buildspec.yml"])
