"""Storage in DynamoDB through PynamoDB: the table, the codec, and a module or folder per area."""

from vpnbot.storage.dynamodb.pynamodb_import import import_pynamodb

import_pynamodb()  # before any module of the storage imports it
