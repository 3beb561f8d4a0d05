/** Keeps passwords, tokens and keys out of the journal. */
import type { DeviceCore } from "../device/contract";
import type { Json } from "../schema/nodes";

/** What stands in the journal for a secret. */
const redacted = "[redacted]";

const secretName = /pass|token|secret|community|private|https_cert|credential/i;

function redactJson(value: Json, secrets: ReadonlySet<string>): Json {
  if (Array.isArray(value)) {
    return value.map((element) => redactJson(element, secrets));
  }
  if (typeof value === "object" && value !== null) {
    // In a JSON patch the name is in `path` and the secret in `value`.
    const isSecretPatch = typeof value["path"] === "string" && secretName.test(value["path"]);
    return Object.fromEntries(
      Object.entries(value).map(([key, member]) => [
        key,
        secretName.test(key) || (isSecretPatch && key === "value") ? redacted : redactJson(member, secrets),
      ]),
    );
  }
  return typeof value === "string" && secrets.has(value) ? redacted : value;
}

function redactForm(text: string, secrets: ReadonlySet<string>): string {
  const fields = [...new URLSearchParams(text)].map(([key, value]) => [
    key,
    secretName.test(key) || secrets.has(value) ? redacted : value,
  ]);
  return fields.map(([key, value]) => `${key}=${value}`).join("&");
}

/** The last resort for a text of unknown form: short secrets are left to the rules by name. */
function scrub(text: string, secrets: ReadonlySet<string>): string {
  return [...secrets]
    .filter((secret) => secret.length >= 6)
    .reduce((scrubbed, secret) => scrubbed.replaceAll(secret, redacted), text);
}

/**
 * A request body that may be shown: no value of a member or field whose name speaks of a secret, no known secret, and
 * nothing at all where the address itself is that of a secret.
 */
export function redactBody(path: string, body: string, secrets: ReadonlySet<string>): string {
  if (body === "") {
    return "";
  }
  if (secretName.test(path)) {
    return redacted;
  }
  let shown: string;
  try {
    shown = JSON.stringify(redactJson(JSON.parse(body) as Json, secrets));
  } catch {
    shown = /^[\w%.-]+=/.test(body) ? redactForm(body, secrets) : body;
    // Something that is neither JSON nor a form, and yet speaks of a secret, is not worth the risk.
    shown = secretName.test(shown.replaceAll(redacted, "").replace(/\w*(pass|token|secret)\w*=/gi, ""))
      ? redacted
      : shown;
  }
  return scrub(shown, secrets);
}

/** An address that may be shown: `auth/users/password=1234/` is a matrix selection like any other. */
export function redactPath(path: string, secrets: ReadonlySet<string>): string {
  return scrub(path.replace(/((?:pass|token|secret)\w*=)[^/;]*/gi, `$1${redacted}`), secrets);
}

/** The secrets that the device knows right now, so that none of them shows in the journal. */
export function secretsOf(device: DeviceCore): string[] {
  const { auth, mqtt } = device.tree;
  const secrets = auth.users.map((user) => user.password);
  for (const client of Object.values(auth.clients)) {
    secrets.push(...Object.keys(client.access_tokens), ...Object.keys(client.refresh_tokens));
  }
  return [...secrets, mqtt.password ?? ""].filter((secret) => secret !== "");
}
