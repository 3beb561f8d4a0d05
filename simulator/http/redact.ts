/** Keeps passwords, tokens and keys out of the journal. */
import type { DeviceCore } from "../device/contract";
import type { Json } from "../schema/nodes";

/** What the journal shows in place of a secret. */
const redacted = "[redacted]";

/** A longer body shows as its length, so that a request without a login costs little. */
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

/** Redacts a form field by field; a field that mentions a secret keeps only its name. */
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

/** The last resort for text of unknown form; short secrets are covered by the rules on names. */
function scrub(text: string, secrets: ReadonlySet<string>): string {
  return [...secrets]
    .filter((secret) => secret.length >= 6)
    .reduce((scrubbed, secret) => scrubbed.replaceAll(secret, redacted), text);
}

/**
 * A request body without secrets: no value of a member or field whose name suggests a secret, no known secret, and
 * nothing at all if the address is that of a secret.
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
    // Text that is neither JSON nor a form may contain a secret anywhere if it mentions one.
    return secretName.test(body) ? redacted : body;
  }
}

/** An address without secrets: `auth/users/password=1234/` is a valid matrix selection. */
export function redactPath(path: string, secrets: ReadonlySet<string>): string {
  const steps = path.split(/([/;])/).map((step) => {
    const name = /pass|token|secret/i.exec(step);
    const at = name === null ? -1 : step.indexOf("=", name.index);
    return at < 0 ? step : `${step.slice(0, at + 1)}${redacted}`;
  });
  return scrub(steps.join(""), secrets);
}

/** All secrets in the device's state. */
export function secretsOf(device: DeviceCore): string[] {
  const { auth, mqtt } = device.tree;
  const secrets = auth.users.map((user) => user.password);
  for (const client of Object.values(auth.clients)) {
    secrets.push(...Object.keys(client.access_tokens), ...Object.keys(client.refresh_tokens));
  }
  return [...secrets, mqtt.password ?? ""].filter((secret) => secret !== "");
}
