/**
 * The files that `pulumi stack init test` and `pulumi config set-all` leave behind. Every test on the engine begins with a
 * stack, and these two commands derive a key from the passphrase before they write a few lines.
 */
import { createCipheriv, createHash, randomBytes } from "node:crypto";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { parse, stringify } from "yaml";

/** A value for `pulumi config set`; a plain string is not a secret. */
export type ConfigValue = string | { secret: string };

/** Folders of the project, of its states, and of the CLI's own files. */
export interface StackFolders {
  readonly project: string;
  readonly state: string;
  readonly home: string;
}

const STACK = "test";

/** Protects the stack's secrets. */
export const PASSPHRASE = "correct horse battery staple";

const SALT = "ZPw1u8b0Hqs=";

/** What Pulumi derives from the two: PBKDF2, SHA-256, a million times. */
const KEY = Buffer.from("00c0b879696ee17c957c6fcb908f3c832b7985b7f7b02c26f899995fd0d94cf5", "hex");

/** Makes the stack `test` with this configuration, and selects it. */
export function writeStack({ project, state, home }: StackFolders, config: Record<string, ConfigValue>): void {
  const projectFile = path.join(project, "Pulumi.yaml");
  const { name } = parse(readFileSync(projectFile, "utf8")) as { name: string };
  const stack = `organization/${name}/${STACK}`;
  writeJson(path.join(state, ".pulumi", "stacks", name, `${STACK}.json`), { version: 3, checkpoint: { stack } });
  write(path.join(state, ".pulumi", "meta.yaml"), "version: 1\n");
  write(
    path.join(project, `Pulumi.${STACK}.yaml`),
    // By the encrypted word Pulumi knows whether a passphrase is right.
    stringify({ encryptionsalt: `v1:${SALT}:${encrypted("pulumi")}`, ...storedForm(config) }),
  );
  const selection = `${name}-${createHash("sha1").update(projectFile).digest("hex")}-workspace.json`;
  writeJson(path.join(home, "workspaces", selection), { stacks: { [pathToFileURL(state).href]: stack } });
}

function storedForm(config: Record<string, ConfigValue>): { config?: Record<string, string | { secure: string }> } {
  const entries = Object.entries(config).map(([key, value]): [string, string | { secure: string }] => [
    key,
    typeof value === "string" ? value : { secure: encrypted(value.secret) },
  ]);
  // The CLI goes on in the style that it finds, and an empty map has one of its own.
  return entries.length > 0 ? { config: Object.fromEntries(entries) } : {};
}

/** AES-256-GCM; after the version stand the nonce, and the text with its tag. */
function encrypted(text: string): string {
  const nonce = randomBytes(12);
  const cipher = createCipheriv("aes-256-gcm", KEY, nonce);
  const sealed = Buffer.concat([cipher.update(text, "utf8"), cipher.final(), cipher.getAuthTag()]);
  return `v1:${nonce.toString("base64")}:${sealed.toString("base64")}`;
}

function writeJson(file: string, value: unknown): void {
  write(file, JSON.stringify(value));
}

function write(file: string, text: string): void {
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, text);
}
