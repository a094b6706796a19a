"""DynamoDB through PynamoDB: the table, the codec, and one module or folder per area."""
