"""Storage in DynamoDB through PynamoDB: the table, the codec, and a module or folder per area."""
