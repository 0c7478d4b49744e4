import { constants } from "node:os";

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
  /**
   * How far what computes gives way to those who answer calls, whenever both want a core: the niceness of the
   * operating system, from 0, not at all, to 19. Default `TENFOLD_NICE`, or 10.
   */
  readonly nice?: number;
  /** Objects are refused when less than this would stay free on the disk. Default 64 MiB. */
  readonly reserveBytes?: number;
  /** Further methods, as URLs of modules whose default export is a method. */
  readonly methods?: readonly string[];
  /** Prints no warnings; they are in the log either way. */
  readonly quiet?: boolean;
}

/** The options with every default in its place. */
export function withDefaults(options: LocalOptions): Required<LocalOptions> {
  return {
    port: 0,
    workers: 1,
    leaseSeconds: 10,
    sliceSeconds: 900,
    visibilitySeconds: 30,
    deliveries: 1,
    nice: Number(process.env.TENFOLD_NICE || constants.priority.PRIORITY_BELOW_NORMAL),
    reserveBytes: 64 * 1024 * 1024,
    methods: [],
    quiet: false,
    ...options,
  };
}
