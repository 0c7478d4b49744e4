import { appendFileSync, mkdirSync } from "node:fs";
import { join, resolve } from "node:path";
import { functionEnvironment, inheritedEnvironment } from "./environment.ts";
import { startSources } from "./events/sources.ts";
import type { GatewayOptions, GatewayReady } from "./gateway/main.ts";
import { lockState } from "./lock.ts";
import { isFree } from "./port.ts";
import { type Supervised, supervise } from "./process/supervise.ts";
import type { ServicesOptions, ServicesPorts } from "./services/main.ts";

export interface LocalOptions {
  /** Where everything is kept; made when missing. */
  readonly stateDir: string;
  /** Port of the API on 127.0.0.1; 0, the default, takes any free one. */
  readonly port?: number;
  /** Processes that compute. They share the cores. Default 1. */
  readonly workers?: number;
  /** How long a slice may be silent before its run is given to another. Default 10. */
  readonly leaseSeconds?: number;
  /** The longest that one slice computes, as Lambda's limit. Default 900. */
  readonly sliceSeconds?: number;
  /** How long a message that was handed out stays hidden when its worker died. Default 30. */
  readonly visibilitySeconds?: number;
  /** How often each message of the queue is worked on; more than the usual 1 is for tests of idempotence. */
  readonly deliveries?: number;
  /** Objects are refused when less than this would stay free on the disk. Default 64 MiB. */
  readonly reserveBytes?: number;
  /** Further methods, as URLs of modules whose default export is a method. */
  readonly methods?: readonly string[];
  /** Prints no warnings; they are in the log either way. */
  readonly quiet?: boolean;
}

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
const PAUSE_MS = 3_000;
const END_MS = 3_000;

/**
 * Starts the local stack: the table, bucket and queues in one process, the API in another, the functions
 * behind events in a third, and the compute in workers. What dies is started again; what is on disk stays.
 *
 * @throws {StateInUseError} when another stack uses the state directory.
 * @throws {PortInUseError} when `port` is taken.
 */
export async function startLocal(options: LocalOptions): Promise<LocalStack> {
  const apiPort = options.port ?? 0;
  if (apiPort !== 0 && !(await isFree(apiPort))) throw new PortInUseError(apiPort);
  const stateDir = resolve(options.stateDir);
  const logDir = join(stateDir, "log");
  const lock = lockState(stateDir);
  mkdirSync(logDir, { recursive: true });
  const warn = warner(join(logDir, "stack.log"), options.quiet ?? false);
  const started: Supervised<unknown>[] = [];
  const start = <Ready>(
    name: string,
    module: string,
    environment: NodeJS.ProcessEnv,
    processOptions: (last: Ready | undefined) => unknown = () => ({}),
  ) => {
    const url = import.meta.resolve(module);
    const child = supervise<Ready>({ name, module: url, environment, logDir, warn, options: processOptions });
    started.push(child);
    return child;
  };
  const endAll = async () => {
    await Promise.all(started.slice(1).map((child) => child.stop(END_MS)));
    await started[0]?.stop(END_MS);
    lock.release();
  };

  try {
    const workerCount = options.workers ?? 1;
    const visibilitySeconds = options.visibilitySeconds ?? 30;
    const services = start<ServicesPorts>(
      "services",
      "./services/main.ts",
      inheritedEnvironment(),
      (last) => {
        const ports = last ?? { table: 0, storage: 0 };
        const reserveBytes = options.reserveBytes ?? 64 * 1024 * 1024;
        return { stateDir, ports, visibilitySeconds, reserveBytes } satisfies ServicesOptions;
      },
    );
    const ports = await services.ready();
    const storageEndpoint = `http://127.0.0.1:${ports.storage}`;
    const environment = functionEnvironment({
      stateDir,
      tableEndpoint: `http://127.0.0.1:${ports.table}`,
      storageEndpoint,
      leaseSeconds: options.leaseSeconds ?? 10,
      workers: workerCount,
      methods: options.methods ?? [],
    });
    const inherited = { ...inheritedEnvironment(), ...environment };
    const gateway = start<GatewayReady>("api", "./gateway/main.ts", inherited, (last) => {
      return { port: last?.port ?? apiPort } satisfies GatewayOptions;
    });
    const clerk = start("events", "./events/runner.ts", inherited);
    const workers = Array.from({ length: workerCount }, (_, i) =>
      start(`worker-${i + 1}`, "./events/runner.ts", inherited),
    );
    const { port } = await gateway.ready();
    const url = `http://127.0.0.1:${port}`;
    const sources = startSources({
      workers,
      clerk,
      storageEndpoint,
      visibilitySeconds,
      sliceSeconds: options.sliceSeconds ?? 900,
      deliveries: options.deliveries ?? 1,
      warn,
    });
    lock.announce(url);
    let stopped: Promise<void> | undefined;
    return {
      url,
      stateDir,
      environment,
      workers: () => pids(workers),
      processes: () => pids(started),
      stop() {
        stopped ??= sources.stop(PAUSE_MS).then(endAll);
        return stopped;
      },
    };
  } catch (error) {
    await endAll();
    throw error;
  }
}

function pids(children: readonly Supervised<unknown>[]): number[] {
  return children.map((child) => child.pid()).filter((pid) => pid !== undefined);
}

function warner(file: string, quiet: boolean): (message: string) => void {
  return (message) => {
    appendFileSync(file, `${new Date().toISOString()} ${message}\n`);
    if (!quiet) console.warn(`tenfold: ${message}`);
  };
}
