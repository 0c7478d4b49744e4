/**
 * The one table, as plain data. Every primary key starts with the tenant; the sparse index `live` holds
 * what is not finished, ordered by the moment when somebody should look after it.
 */
export const tableSchema = {
  partitionKey: "PK",
  sortKey: "SK",
  /** Epoch seconds after which DynamoDB may drop an item. */
  timeToLive: "expiresAt",
  index: { name: "live", partitionKey: "livePK", sortKey: "liveSK", projection: "KEYS_ONLY" },
} as const;

/** `CreateTable` parameters of the table, for stores that are not made by CloudFormation. */
export const createTableInput = (tableName: string) => ({
  TableName: tableName,
  BillingMode: "PAY_PER_REQUEST" as const,
  AttributeDefinitions: [
    tableSchema.partitionKey,
    tableSchema.sortKey,
    tableSchema.index.partitionKey,
    tableSchema.index.sortKey,
  ].map((name) => ({ AttributeName: name, AttributeType: "S" as const })),
  KeySchema: keySchema(tableSchema.partitionKey, tableSchema.sortKey),
  GlobalSecondaryIndexes: [
    {
      IndexName: tableSchema.index.name,
      KeySchema: keySchema(tableSchema.index.partitionKey, tableSchema.index.sortKey),
      Projection: { ProjectionType: tableSchema.index.projection },
    },
  ],
});

function keySchema(partition: string, sort: string) {
  return [
    { AttributeName: partition, KeyType: "HASH" as const },
    { AttributeName: sort, KeyType: "RANGE" as const },
  ];
}
