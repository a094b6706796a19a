"""Calls to AWS services that speak JSON, with botocore's credentials: DynamoDB, Parameter Store and SQS.

Our own client makes them; botocore's makes them where `endpoint.of_environment` finds none for ours.
"""
