"""AWS services: API Gateway events, custom resources, Parameter Store, SQS, logs and metrics."""
