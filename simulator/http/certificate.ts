/** Makes the self-signed certificate of a device. */
import { X509Certificate } from "node:crypto";

/** A self-signed certificate, new for each device. */
export interface Certificate {
  /** PEM. */
  readonly certificate: string;
  /** PEM. */
  readonly key: string;
  /** SHA-256 of the DER form: upper-case hex pairs with colons, as Node and openssl print it. */
  readonly fingerprintSha256: string;
}

/** Makes a certificate for localhost and one more host name or address. */
export async function makeCertificate(host: string): Promise<Certificate> {
  // Loaded here because it costs time that only HTTPS needs.
  const { generate } = await import("selfsigned");
  const addresses = [...new Set(["127.0.0.1", "::1", ...(/^[\d.]+$|:/.test(host) ? [host] : [])])];
  const pems = await generate([{ name: "commonName", value: "DLI power controller (simulated)" }], {
    keyType: "ec",
    algorithm: "sha256",
    extensions: [
      { name: "basicConstraints", cA: true },
      { name: "keyUsage", digitalSignature: true, keyCertSign: true },
      { name: "extKeyUsage", serverAuth: true },
      {
        name: "subjectAltName",
        altNames: [{ type: 2, value: "localhost" }, ...addresses.map((ip) => ({ type: 7 as const, ip }))],
      },
    ],
  });
  return {
    certificate: pems.cert,
    key: pems.private,
    fingerprintSha256: new X509Certificate(pems.cert).fingerprint256,
  };
}
