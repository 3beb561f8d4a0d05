/** Keeps passwords, tokens and keys out of the journal. */
import type { DeviceCore } from "../device/contract";
import type { Json } from "../schema/nodes";

/** What stands in the journal for a secret. */
const redacted = "[redacted]";

/** A longer body shows as its length: what nobody has logged in for may not cost more than this to read. */
const mostCharacters = 100_000;

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

/** A form field by field. A field that speaks of a secret keeps its name, if it is one, and nothing else. */
function redactForm(text: string, secrets: ReadonlySet<string>): string {
  return [...new URLSearchParams(text)]
    .map(([key, value]) => {
      if (!secretName.test(key) && !secretName.test(value) && !secrets.has(value)) {
        return `${key}=${value}`;
      }
      return `${/^[\w.-]+$/.test(key) ? key : redacted}=${redacted}`;
    })
    .join("&");
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
  if (body.length > mostCharacters) {
    return `[${body.length} characters]`;
  }
  return scrub(shownBody(body, secrets), secrets);
}

function shownBody(body: string, secrets: ReadonlySet<string>): string {
  try {
    return JSON.stringify(redactJson(JSON.parse(body) as Json, secrets));
  } catch {
    if (/^[\w%.-]+=/.test(body)) {
      return redactForm(body, secrets);
    }
    // Something that is neither JSON nor a form, and yet speaks of a secret, is not worth the risk.
    return secretName.test(body) ? redacted : body;
  }
}

/** An address that may be shown: `auth/users/password=1234/` is a matrix selection like any other. */
export function redactPath(path: string, secrets: ReadonlySet<string>): string {
  const steps = path.split(/([/;])/).map((step) => {
    const name = /pass|token|secret/i.exec(step);
    const at = name === null ? -1 : step.indexOf("=", name.index);
    return at < 0 ? step : `${step.slice(0, at + 1)}${redacted}`;
  });
  return scrub(steps.join(""), secrets);
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
