/** How to set a configuration key of a device so that it takes effect, for remedies. */
import { isSecretKey } from "./keys";
import { devicesKey, type KeySources, locationInForce, variableFor } from "./keys-in-force";

/** A valid value for each key that is not a secret, and one that makes nothing less safe. */
const examples: Readonly<Record<string, string>> = {
  url: "http://192.168.0.100",
  username: "admin",
  caCert: '"$(cat ca.pem)"',
  fingerprintSha256: "01:23:45:67:89:AB:CD:EF:".repeat(4).slice(0, -1),
  insecureSkipVerify: "false",
  allowOldTls: "false",
  connectTimeoutSeconds: "10",
  requestTimeoutSeconds: "30",
  protectedOutlets: "1,4",
  readOnly: "true",
  serial: "LPC9-000417",
  unreachable: "fail",
  previewReads: "true",
};

/** What a wrong value of a key that is true or false seems to mean, such as `no` or `True`; `undefined` if nothing. */
export function meantTruth(value: unknown): "true" | "false" | undefined {
  const text = String(value).trim();
  return /^(true|t|yes|y|on|1)$/i.test(text) ? "true" : /^(false|f|no|n|off|0)$/i.test(text) ? "false" : undefined;
}

/** How to set a key of a device where it takes effect, as a whole sentence; to this value, if one is given. */
export function howToSet(sources: KeySources, key: string, given?: string): string {
  const isSecret = isSecretKey(key);
  const text = given === undefined || /^[\w.:-]+$/.test(given) ? given : `'${given.replaceAll("'", "'\\''")}'`;
  const value = isSecret ? undefined : (text ?? examples[key]);
  const location = locationInForce(sources, key);
  const variable = `${variableFor(sources, key)}${text === undefined ? "" : `=${text}`}`;
  const to = value === undefined ? "" : ` to ${value}`;
  const otherwise = `, or set the environment variable ${variable}.`;
  switch (location.kind) {
    case "variable":
      return `Set the environment variable ${location.variable}${to}.`;
    case "flag":
      return value === undefined
        ? `Pass it with \`${location.flag}\`${otherwise}`
        : `Give \`${location.flag}${location.flag.endsWith("=") ? "" : " "}${value}\`${otherwise}`;
    case "provider":
      return `Set \`${key}\` of the provider "${location.provider}"${to}${otherwise}`;
    case "entry":
      return `Add \`${key}${value === undefined ? "" : `: ${given === undefined ? value : inEntry(given)}`}\` to the entry "${sources.device}" of ${sources.provider === undefined ? "the secret " : ""}${devicesKey(sources.provider)}${otherwise}`;
    default:
      return `Run \`pulumi config set ${isSecret ? "--secret " : ""}dli:${key}${value === undefined ? "" : ` ${value}`}\`${otherwise}`;
  }
}

/** Quotes a text of digits, which would otherwise become a number. */
function inEntry(value: string): string {
  return /^\d+$/.test(value) ? `"${value}"` : value;
}
