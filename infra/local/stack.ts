import { appendFileSync, mkdirSync } from "node:fs";
import { join, resolve } from "node:path";
import { chatEnvironment, functionEnvironment, inheritedEnvironment } from "./environment.ts";
import type { RunnerOptions } from "./events/runner.ts";
import { startSources } from "./events/sources.ts";
import type { GatewayOptions } from "./gateway/main.ts";
import { lockState } from "./lock.ts";
import { type LocalOptions, withDefaults } from "./options.ts";
import { isFree } from "./port.ts";
import { type Crew, createCrew, pidsOf } from "./process/crew.ts";
import type { Supervised } from "./process/supervise.ts";
import type { StorageProcessOptions } from "./services/storage-main.ts";
import type { TableProcessOptions } from "./services/table-main.ts";

export type { LocalOptions } from "./options.ts";

/** A running local stack. */
export interface LocalStack {
  /** Base URL of the API. */
  readonly url: string;
  readonly stateDir: string;
  /** The functions' environment variables, for those who call the core directly. */
  readonly environment: Readonly<Record<string, string>>;
  /** Process ids of the workers that are up. */
  workers(): number[];
  /** Process ids of everything that the stack started. */
  processes(): number[];
  /** Ends everything; runs in progress pause at their next checkpoint, and go on at the next start. */
  stop(): Promise<void>;
}

export class PortInUseError extends Error {
  override readonly name = "PortInUseError";

  constructor(port: number) {
    super(`port ${port} is in use; name another one`);
  }
}

/** Time that running slices have to pause in `stop`, and that a process has to end. */
const PAUSE_MS = 10_000;
const END_MS = 3_000;

/**
 * Starts the local stack, in processes of their own: the table; the bucket with the queues; the API; the
 * functions behind events; the compute's workers. What dies is started again; what is on disk stays.
 *
 * @throws {StateInUseError} when another stack uses the state directory.
 * @throws {PortInUseError} when `port` is taken.
 * @throws {LlmError} when the environment names a chat model wrongly.
 */
export async function startLocal(given: LocalOptions): Promise<LocalStack> {
  const options = withDefaults({ ...given, stateDir: resolve(given.stateDir) });
  if (options.port !== 0 && !(await isFree(options.port))) throw new PortInUseError(options.port);
  const chat = chatEnvironment();
  const lock = lockState(options.stateDir);
  const logDir = join(options.stateDir, "log");
  mkdirSync(logDir, { recursive: true });
  const warn = warner(join(logDir, "stack.log"), options.quiet);
  const crew = createCrew({ logDir, warn });
  try {
    const services = await startServices(crew, options);
    const { environment, gateway, clerk, workers } = startFunctions(crew, options, services, chat);
    const url = await endpointOf(gateway);
    const sources = startSources({ ...options, workers, clerk, ...services, warn });
    lock.announce(url);
    const stop = async () => {
      await sources.stop(PAUSE_MS);
      await crew.stop(END_MS);
      lock.release();
    };
    let stopped: Promise<void> | undefined;
    return {
      url,
      stateDir: options.stateDir,
      environment,
      workers: () => pidsOf(workers),
      processes: crew.pids,
      stop() {
        stopped ??= stop();
        return stopped;
      },
    };
  } catch (error) {
    await crew.stop(END_MS);
    lock.release();
    throw error;
  }
}

interface Server {
  readonly port: number;
}

interface Services {
  readonly tableEndpoint: string;
  readonly storageEndpoint: string;
}

/** Starts what stands for the services of AWS. */
async function startServices(crew: Crew, options: Required<LocalOptions>): Promise<Services> {
  const { stateDir, visibilitySeconds, reserveBytes } = options;
  const environment = inheritedEnvironment();
  const table = crew.start<Server>({
    name: "table",
    module: import.meta.resolve("./services/table-main.ts"),
    environment,
    options: (last) => ({ stateDir, port: last?.port ?? 0 }) satisfies TableProcessOptions,
  });
  const storage = crew.start<Server>({
    name: "storage",
    module: import.meta.resolve("./services/storage-main.ts"),
    environment,
    options: (last) => {
      const port = last?.port ?? 0;
      return { stateDir, port, visibilitySeconds, reserveBytes } satisfies StorageProcessOptions;
    },
  });
  return { tableEndpoint: await endpointOf(table), storageEndpoint: await endpointOf(storage) };
}

/** Starts the processes in which the functions run. */
function startFunctions(
  crew: Crew,
  options: Required<LocalOptions>,
  services: Services,
  chat: NodeJS.ProcessEnv,
) {
  const variables = functionEnvironment({ ...options, ...services });
  const environment = { ...inheritedEnvironment(), ...variables };
  const gateway = crew.start<Server>({
    name: "api",
    module: import.meta.resolve("./gateway/main.ts"),
    environment,
    options: (last) => ({ port: last?.port ?? options.port }) satisfies GatewayOptions,
  });
  const startRunner = (name: string, variables: NodeJS.ProcessEnv = {}) => {
    const module = import.meta.resolve("./events/runner.ts");
    const runner: RunnerOptions = { nice: options.nice };
    return crew.start({ name, module, environment: { ...environment, ...variables }, options: () => runner });
  };
  const clerk = startRunner("events");
  const workers = Array.from({ length: options.workers }, (_, i) => startRunner(`worker-${i + 1}`, chat));
  return { environment: variables, gateway, clerk, workers };
}

async function endpointOf(server: Supervised<Server>): Promise<string> {
  return `http://127.0.0.1:${(await server.ready()).port}`;
}

/** Warnings go to the log, and to the terminal when they are new: what is down says so every second. */
function warner(file: string, quiet: boolean): (message: string) => void {
  let last = "";
  return (message) => {
    appendFileSync(file, `${new Date().toISOString()} ${message}\n`);
    if (!quiet && message !== last) console.warn(`tenfold: ${message}`);
    last = message;
  };
}
