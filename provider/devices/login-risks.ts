/** What in the configuration of a device lets others log in to it, or eavesdrop. */
import type { DliClientOptions } from "../client";

/** Warnings about what in the configuration of a device gives its login away. */
export function risksOf({ url, token, insecureSkipVerify, fingerprintSha256, caCert }: DliClientOptions): string[] {
  const isPlain = /^\s*http:/i.test(url);
  const idle = fingerprintSha256 !== undefined ? "fingerprintSha256" : caCert !== undefined ? "caCert" : undefined;
  return [
    ...(isPlain && idle !== undefined
      ? [`no certificate is asked for over http://, so dli:${idle} protects nothing: use https:// in dli:url`]
      : []),
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
