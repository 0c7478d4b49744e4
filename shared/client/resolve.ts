import { didYouMean } from "../resources/nearest.ts";
import type { Client } from "./client.ts";
import { UsageError } from "./failure.ts";

/** Something with an id, as it was found in a list; newest first. */
interface Listed {
  readonly id: string;
  readonly name?: string;
}

/** How far back a short form is looked for. */
const mostListed = 1_000;
const newest = "latest";

/**
 * The id that is meant by `given`: an id; `latest`; or the beginning or the end of one id, or the name, that
 * no other of the newest thousand has. Ids that are whole are not looked up; one that is `maybe` whole is taken for an
 * id where nothing else is found.
 * @throws UsageError when none or several could be meant.
 */
async function resolve(
  kind: string,
  given: string,
  whole: RegExp,
  listed: AsyncIterable<Listed>,
  maybe: RegExp = /^$/,
): Promise<string> {
  if (whole.test(given)) return given;
  const found: Listed[] = [];
  const names: string[] = [newest];
  let seen = 0;
  for await (const one of listed) {
    if (given === newest || one.id === given) return one.id;
    if (one.name !== undefined) names.push(one.name);
    if (one.id.startsWith(given) || one.id.endsWith(given) || one.name === given) found.push(one);
    if (++seen === mostListed) break;
  }
  const [only, ...others] = found;
  if (only === undefined) {
    if (maybe.test(given)) return given;
    if (given === newest) throw new UsageError(`There is no ${kind} yet`);
    const what =
      names.length > 1 ? "of this id or name, and none that begins or ends so" : "whose id begins or ends so";
    throw new UsageError(`${given}: there is no ${kind} ${what}${didYouMean(given, names)}`);
  }
  if (others.length === 0) return only.id;
  const ids = found.slice(0, 5).map(({ id }) => id);
  const more = found.length > ids.length ? ", ..." : "";
  throw new UsageError(`${given}: ${found.length} ${kind}s could be meant: ${ids.join(", ")}${more}`);
}

const uuid = "[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}";

/** An uploaded model's id; one that a run left has the run's id as its beginning. */
const isUuid = new RegExp(`^${uuid}$`);

/** The run that is meant: by its id, a unique beginning or end of it, or `latest`. */
export const resolveRun = (client: Client, given: string): Promise<string> =>
  resolve("run", given, isUuid, client.listRuns({ pageSize: 100 }));

/** The model that is meant: by its id, a unique beginning or end of it, its name, or `latest`. */
export const resolveModel = (client: Client, given: string): Promise<string> =>
  resolve("model", given, new RegExp(`^${uuid}-[0-9a-f]{12}$`), client.models({ pageSize: 100 }), isUuid);
