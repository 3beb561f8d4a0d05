/**
 * Which devices exist and how to log in to them: stack configuration (`dli:*`), and the environment, which wins, so that
 * a pipeline can inject secrets without writing them down.
 */
import * as z from "zod";
import { ConfigurationError, type DliClientOptions } from "../client";

/** Looks up one configuration value, such as `dli:url`; secrets come in clear. */
export type ConfigLookup = (key: string) => string | undefined;

const flag = z.union([z.boolean(), z.enum(["true", "false"]).transform((text) => text === "true")]);
const seconds = z.coerce.number().positive();

/** The keys of one device, the same in `dli:KEY`, in an entry of `dli:devices` and, in capitals, in the environment. */
export const deviceSchema = z.strictObject({
  url: z.url({ protocol: /^https?$/ }).describe("Address, `http://192.168.0.100` or `https://...`."),
  username: z.string().min(1).default("admin").describe("Account to log in with."),
  password: z.string().min(1).optional().describe("Its password."),
  previousPassword: z.string().min(1).optional().describe("Tried once when the device refuses `password`."),
  token: z.string().min(1).optional().describe("Bearer token (`CLIENT.TOKEN`), instead of account and password."),
  caCert: z
    .string()
    .min(1)
    .optional()
    .describe("PEM text, or path of a PEM file, that the certificate is checked with."),
  fingerprintSha256: z.string().min(1).optional().describe("SHA-256 fingerprint that the certificate must have."),
  insecureSkipVerify: flag.optional().describe("True = accept any certificate."),
  connectTimeoutSeconds: seconds.optional().describe("How long a connection may take to come about."),
  requestTimeoutSeconds: seconds.optional().describe("How long an answer may take."),
});

/** Names of the configuration keys of a device. */
export const deviceKeys = Object.keys(deviceSchema.shape) as (keyof z.infer<typeof deviceSchema>)[];

/** Those of them that are secret. */
export const secretKeys = ["password", "previousPassword", "token"] as const;

/** Names of the devices that configuration and environment know, for whoever asks for all of them. */
export function deviceNames(lookup: ConfigLookup, env: NodeJS.ProcessEnv): string[] {
  const fleet = lookup("dli:devices");
  const names = fleet === undefined || fleet === "" ? [] : Object.keys(parseFleet(fleet));
  const hasDefault = Boolean(lookup("dli:url") || env["DLI_URL"]);
  return [...new Set([...(hasDefault ? ["default"] : []), ...names])];
}

/** Finds the options of a named device, or says which command sets what is missing. */
export function deviceOptions(name: string, lookup: ConfigLookup, env: NodeJS.ProcessEnv): DliClientOptions {
  const given = { ...fromConfig(name, lookup), ...fromEnvironment(name, env) };
  if (given["url"] === undefined) {
    throw new ConfigurationError({
      device: name,
      message: "its address is not configured",
      remedy: howToSet(name, "url"),
    });
  }
  const parsed = deviceSchema.safeParse(given);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    const key = String(issue?.path[0] ?? (issue?.code === "unrecognized_keys" ? issue.keys[0] : "url"));
    throw new ConfigurationError({
      device: name,
      message: `its configuration \`${key}\` cannot be used (${issue?.message})`,
      remedy: howToSet(name, key),
    });
  }
  const { url, username, password, token, ...rest } = parsed.data;
  if (password === undefined && token === undefined) {
    throw new ConfigurationError({ device: name, message: "it has no password", remedy: howToSet(name, "password") });
  }
  const defined = Object.fromEntries(Object.entries(rest).filter(([, value]) => value !== undefined));
  return { name, url, ...(token === undefined ? { username, password: password as string } : { token }), ...defined };
}

/** All secrets among a device's options, for redaction. */
export function secretsOf(options: DliClientOptions): string[] {
  return secretKeys.flatMap((key) => options[key] ?? []);
}

function fromConfig(name: string, lookup: ConfigLookup): Record<string, unknown> {
  const fleet = lookup("dli:devices");
  const entry = fleet === undefined ? undefined : parseFleet(fleet)[name];
  if (entry) {
    return { ...entry };
  }
  if (name !== "default") {
    return {};
  }
  const entries = deviceKeys.map((key) => [key, lookup(`dli:${key}`)] as const);
  return Object.fromEntries(entries.filter(([, value]) => value !== undefined && value !== ""));
}

function fromEnvironment(name: string, env: NodeJS.ProcessEnv): Record<string, unknown> {
  const prefix = name === "default" ? "DLI_" : `DLI_${environmentName(name)}_`;
  const entries = deviceKeys.map((key) => [key, env[prefix + environmentName(key)]] as const);
  return Object.fromEntries(entries.filter(([, value]) => value !== undefined && value !== ""));
}

function parseFleet(text: string): Record<string, Record<string, unknown>> {
  const schema = z.record(z.string(), z.record(z.string(), z.unknown()));
  try {
    return schema.parse(JSON.parse(text));
  } catch {
    // The cause would quote the text, which holds passwords.
    throw new ConfigurationError({
      message: "dli:devices is not a JSON object of devices",
      remedy:
        'Set it as `pulumi config set --secret dli:devices \'{"lab": {"url": "http://192.168.0.100", "password": "..."}}\'`.',
    });
  }
}

/** `caCert` of device `lab-1` is `DLI_LAB_1_CA_CERT` in the environment. */
export function environmentName(name: string): string {
  return name
    .replace(/([a-z0-9])([A-Z])/g, "$1_$2")
    .replace(/[^A-Za-z0-9]+/g, "_")
    .toUpperCase();
}

function howToSet(name: string, key: string): string {
  const secret = (secretKeys as readonly string[]).includes(key);
  const value = key === "url" ? "http://192.168.0.100" : key.toUpperCase();
  if (name === "default") {
    const command = `pulumi config set ${secret ? "--secret " : ""}dli:${key}${secret ? "" : ` ${value}`}`;
    return `Run \`${command}\`, or set the environment variable DLI_${environmentName(key)}.`;
  }
  const variable = `DLI_${environmentName(name)}_${environmentName(key)}`;
  return `Add \`${key}\` to the entry "${name}" of the secret \`dli:devices\`, or set the environment variable ${variable}.`;
}
