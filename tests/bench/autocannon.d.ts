declare module "autocannon" {
  interface Options {
    readonly url: string;
    readonly connections?: number;
    /** Seconds. */
    readonly duration?: number;
    readonly method?: string;
    readonly headers?: Readonly<Record<string, string>>;
    readonly body?: string;
  }

  /** Milliseconds. */
  interface Latency {
    readonly p50: number;
    readonly p99: number;
    readonly max: number;
  }

  interface Result {
    readonly latency: Latency;
    readonly requests: { readonly average: number; readonly total: number };
    readonly duration: number;
    readonly errors: number;
    readonly timeouts: number;
    readonly non2xx: number;
    readonly "2xx": number;
  }

  export default function autocannon(options: Options): Promise<Result>;
}
