/** What in the configuration of a device lets others log in to it, or eavesdrop. */
import type { DliClientOptions } from "../client";

/** Warnings about what in the configuration of a device gives its login away. */
export function risksOf({ url, token, insecureSkipVerify, fingerprintSha256 }: DliClientOptions): string[] {
  const isPlain = /^http:/i.test(url);
  return [
    ...(isPlain && token !== undefined
      ? ["the token is sent over http://, where everybody on the network can read it: use https:// in dli:url"]
      : []),
    ...(!isPlain && insecureSkipVerify && fingerprintSha256 === undefined
      ? [
          "no certificate is checked (dli:insecureSkipVerify), so anybody on the network can pretend to be the device: set dli:fingerprintSha256 or dli:caCert instead",
        ]
      : []),
  ];
}
