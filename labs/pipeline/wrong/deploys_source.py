"""A pipeline that deploys the source instead of what was built from it."""

from helpers import aws, cicd

EXERCISE = "pipeline"
MESSAGE = "it takes what the build gives"


def apply() -> None:
    shop, build = (
        {"RepositoryName": aws.name("shop"), "BranchName": "main"},
        {"ProjectName": aws.name("pipeline-build")},
    )
    target = {"BucketName": aws.bucket_name("production"), "Extract": "true"}
    role = aws.client("iam").get_role(RoleName=aws.name("pipeline-codepipeline"))["Role"]["Arn"]
    stages = [
        cicd.action("Source", "Source", "CodeCommit", shop, gives="source"),
        cicd.action("Build", "Build", "CodeBuild", build, takes="source", gives="release"),
        cicd.action("Deploy", "Deploy", "S3", target, takes="source"),
    ]
    declaration = {
        "name": aws.name("pipeline"),
        "roleArn": role,
        "pipelineType": "V2",
        "artifactStore": {"type": "S3", "location": aws.bucket_name("artifacts")},
        "stages": [{"name": action["name"], "actions": [action]} for action in stages],
    }
    aws.client("codepipeline").create_pipeline(pipeline=declaration)
    tip = aws.client("codecommit").get_branch(repositoryName=aws.name("shop"), branchName="main")
    cicd.execution_of(aws.name("pipeline"), tip["branch"]["commitId"])


def undo() -> None:
    aws.client("codepipeline").delete_pipeline(name=aws.name("pipeline"))
    bucket = aws.resource("s3").Bucket(aws.bucket_name("production"))
    bucket.objects.all().delete()
