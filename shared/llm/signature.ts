import { Sha256 } from "@smithy/core/checksum";
import { SignatureV4 } from "@smithy/signature-v4";

export interface AwsCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

export interface AwsRequest {
  readonly service: string;
  readonly region: string;
  readonly credentials: AwsCredentials;
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

/** The headers with which AWS takes a POST as that of the credentials' owner (Signature Version 4). */
export async function signedHeaders(request: AwsRequest): Promise<Record<string, string>> {
  const { service, region, credentials, url, body, now } = request;
  const signer = new SignatureV4({ service, region, credentials, sha256: Sha256 });
  const { headers } = await signer.sign(
    {
      method: "POST",
      protocol: url.protocol,
      hostname: url.hostname,
      path: url.pathname,
      headers: { ...request.headers, host: url.host },
      body,
    },
    { signingDate: new Date(now) },
  );
  const { host: _, ...sent } = headers;
  return sent;
}
