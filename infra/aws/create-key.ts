import { parseArgs } from "node:util";
import * as z from "zod";
import { apiKeyItemKey, newApiKey } from "../../functions/auth/api-key.ts";
import { openTable } from "../../shared/resources/table.ts";

const usage = "usage: node infra/aws/create-key.ts --table NAME --tenant TENANT [--name NAME]";

const schema = z.object({
  table: z.string().min(1),
  tenant: z.string().regex(/^[a-z0-9][a-z0-9-]{0,62}$/, "lower-case letters, digits and dashes"),
  name: z.string().min(1).max(100).default("unnamed"),
});

/** Makes an API key for a tenant and prints it, once: the table keeps its hash alone. */
async function createKey({ table, tenant, name }: z.infer<typeof schema>): Promise<void> {
  const key = newApiKey();
  const item = { ...apiKeyItemKey(key), tenant, name, createdAt: new Date().toISOString() };
  if (!(await openTable(table).put(item, "absent"))) throw new Error("this key is taken already; try again");
  console.log(key);
}

const option = { type: "string" } as const;
const { values } = parseArgs({ options: { table: option, tenant: option, name: option } });
const given = schema.safeParse(values);
if (given.success) await createKey(given.data);
else {
  console.error(`${z.prettifyError(given.error)}\n${usage}`);
  process.exitCode = 2;
}
