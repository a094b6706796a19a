"""Our own client of DynamoDB behind PynamoDB; botocore's makes the calls where the environment asks for it."""
