"""Calls to AWS services that speak JSON, with botocore's signer and credentials: DynamoDB, Parameter Store and SQS.

Our own client makes them; botocore's makes them where `endpoint.of_environment` finds none for ours.
"""
