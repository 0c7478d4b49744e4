import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import {
  BatchWriteCommand,
  DynamoDBDocumentClient,
  GetCommand,
  PutCommand,
  QueryCommand,
  type QueryCommandInput,
} from "@aws-sdk/lib-dynamodb";
import { tableSchema } from "./table-schema.ts";

export interface Key {
  readonly PK: string;
  readonly SK: string;
}
export type Item = Key & { readonly [attribute: string]: unknown };

/** What must hold of the item in the table at the instant of a put. `below` holds as well when there is none. */
export type Condition =
  | "absent"
  | { readonly attribute: string; readonly is: string | number }
  | { readonly attribute: string; readonly below: number };

export interface Range {
  readonly PK: string;
  /** Sort keys from `from` to `to`, both included. */
  readonly from: string;
  readonly to: string;
  readonly descending?: boolean;
  /** Begin behind this sort key, in the direction of reading; it need not exist, but lies in the range. */
  readonly after?: string;
  /** At most so many items are looked at; fewer come back when `where` refuses some. */
  readonly limit?: number;
  /** Attributes that must have this value; `undefined`: that must not be there. */
  readonly where?: Readonly<Record<string, string | undefined>>;
  /** Only these attributes come back, besides the keys. */
  readonly select?: readonly string[];
}

/** The few operations that the resources need; all reads see every write that was answered before. */
export interface Table {
  get(key: Key): Promise<Item | undefined>;
  /** Writes the whole item; false, and nothing written, when the condition does not hold. */
  put(item: Item, condition?: Condition): Promise<boolean>;
  delete(keys: readonly Key[]): Promise<void>;
  /** One page of a range; `last` is the sort key after which the next page begins. */
  query(range: Range): Promise<{ readonly items: readonly Item[]; readonly last?: string }>;
  /** Keys of the live items that are due at or before this moment (epoch ms), the longest due first. */
  due(until: number, limit: number): Promise<readonly Key[]>;
}

/** Puts an item into the live index: it comes up in `due` from this moment on. */
export const liveKeys = (due: number, key: Key) => ({
  [tableSchema.index.partitionKey]: "LIVE",
  [tableSchema.index.sortKey]: `${dueKey(due)}#${key.PK}#${key.SK}`,
});

const dueKey = (milliseconds: number) => String(Math.max(0, Math.floor(milliseconds))).padStart(15, "0");

/** A table at DynamoDB, or at whatever `AWS_ENDPOINT_URL_DYNAMODB` points to. */
export function openTable(name: string, client: DynamoDBClient = new DynamoDBClient({})): Table {
  const documents = DynamoDBDocumentClient.from(client, { marshallOptions: { removeUndefinedValues: true } });
  return {
    async get(key) {
      const { Item } = await documents.send(
        new GetCommand({ TableName: name, Key: key, ConsistentRead: true }),
      );
      // Items have our keys; their readers check the rest.
      return Item as Item | undefined;
    },
    async put(item, condition) {
      try {
        await documents.send(new PutCommand({ TableName: name, Item: item, ...expression(condition) }));
        return true;
      } catch (error) {
        if (error instanceof Error && error.name === "ConditionalCheckFailedException") return false;
        throw error;
      }
    },
    async delete(keys) {
      for (let at = 0; at < keys.length; at += 25)
        await deleteBatch(documents, name, keys.slice(at, at + 25));
    },
    async query(range) {
      const { Items = [], LastEvaluatedKey } = await documents.send(
        new QueryCommand(queryInput(name, range)),
      );
      const last: unknown = LastEvaluatedKey?.SK;
      return { items: Items as Item[], ...(typeof last === "string" && { last }) };
    },
    async due(until, limit) {
      const { index } = tableSchema;
      const { Items = [] } = await documents.send(
        new QueryCommand({
          TableName: name,
          IndexName: index.name,
          KeyConditionExpression: "#p = :p AND #s < :s",
          ExpressionAttributeNames: { "#p": index.partitionKey, "#s": index.sortKey },
          ExpressionAttributeValues: { ":p": "LIVE", ":s": dueKey(until + 1) },
          Limit: limit,
        }),
      );
      return Items.map((item) => ({ PK: String(item.PK), SK: String(item.SK) }));
    },
  };
}

function expression(condition: Condition | undefined) {
  if (condition === undefined) return {};
  if (condition === "absent") return { ConditionExpression: "attribute_not_exists(PK)" };
  const ExpressionAttributeNames = { "#a": condition.attribute };
  return "is" in condition
    ? {
        ConditionExpression: "#a = :v",
        ExpressionAttributeNames,
        ExpressionAttributeValues: { ":v": condition.is },
      }
    : {
        ConditionExpression: "attribute_not_exists(PK) OR #a < :v",
        ExpressionAttributeNames,
        ExpressionAttributeValues: { ":v": condition.below },
      };
}

function queryInput(name: string, range: Range): QueryCommandInput {
  const where = Object.entries(range.where ?? {});
  const names = Object.fromEntries([
    ...where.map(([attribute], i) => [`#w${i}`, attribute]),
    ...(range.select ?? []).map((attribute, i) => [`#s${i}`, attribute]),
  ]);
  const values = Object.fromEntries(where.flatMap(([, is], i) => (is === undefined ? [] : [[`:w${i}`, is]])));
  const filter = where.map(([, is], i) =>
    is === undefined ? `attribute_not_exists(#w${i})` : `#w${i} = :w${i}`,
  );
  return {
    TableName: name,
    KeyConditionExpression: "PK = :pk AND SK BETWEEN :from AND :to",
    ExpressionAttributeValues: { ":pk": range.PK, ":from": range.from, ":to": range.to, ...values },
    ConsistentRead: true,
    ScanIndexForward: range.descending !== true,
    ...(range.after !== undefined && { ExclusiveStartKey: { PK: range.PK, SK: range.after } }),
    ...(range.limit !== undefined && { Limit: range.limit }),
    ...(filter.length > 0 && { FilterExpression: filter.join(" AND ") }),
    ...(range.select !== undefined && {
      ProjectionExpression: ["PK", "SK", ...range.select.map((_, i) => `#s${i}`)].join(", "),
    }),
    ...(Object.keys(names).length > 0 && { ExpressionAttributeNames: names }),
  };
}

async function deleteBatch(documents: DynamoDBDocumentClient, name: string, keys: readonly Key[]) {
  let requests = keys.map((Key) => ({ DeleteRequest: { Key } }));
  for (let attempt = 0; requests.length > 0; attempt++) {
    if (attempt === 8) throw new Error(`${requests.length} items of the table could not be deleted`);
    if (attempt > 0) await new Promise((resolve) => setTimeout(resolve, 25 * 2 ** attempt));
    const answer = await documents.send(new BatchWriteCommand({ RequestItems: { [name]: requests } }));
    const left = answer.UnprocessedItems?.[name] ?? [];
    const again = new Set(left.map((request) => String(request.DeleteRequest?.Key?.SK)));
    requests = requests.filter((request) => again.has(request.DeleteRequest.Key.SK));
  }
}

/** Every item of a range, page after page. */
export async function* queryAll(table: Table, range: Range): AsyncGenerator<Item> {
  let after = range.after;
  do {
    const { items, last } = await table.query({ ...range, ...(after !== undefined && { after }) });
    yield* items;
    after = last;
  } while (after !== undefined);
}
