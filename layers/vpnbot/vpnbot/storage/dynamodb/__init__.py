"""Our own client of DynamoDB behind PynamoDB, with botocore's signer and credentials.

It makes the calls of the storage; botocore's client makes them where `endpoint.of_environment` finds none for ours.
"""
