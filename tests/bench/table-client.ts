import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { DynamoDBDocumentClient, GetCommand } from "@aws-sdk/lib-dynamodb";

const client = DynamoDBDocumentClient.from(new DynamoDBClient({}));

/** The least that a handler which reads the table can be: what the others are measured against. */
export const handler = (PK: string) => client.send(new GetCommand({ TableName: "any", Key: { PK, SK: PK } }));
