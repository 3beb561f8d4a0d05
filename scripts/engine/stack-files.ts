/**
 * Writes a stack's files without Pulumi, as `pulumi stack init test` and `pulumi config set-all` do, and reads the
 * state that `pulumi stack export` prints. Every test on the engine needs a stack, and each command takes a while.
 */
import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { parse, stringify } from "yaml";
import { decrypted, encrypted } from "./stack-secrets";

/** A configuration value; a plain string is not a secret. */
export type ConfigValue = string | { secret: string };

/** Folders of the project, its states, and the CLI's own files. */
export interface StackFolders {
  readonly project: string;
  readonly state: string;
  readonly home: string;
}

/** The name of every stack. */
export const STACK = "test";

/** Protects the secrets of a stack without a key service. */
export const PASSPHRASE = "correct horse battery staple";

/** The environment variable with the address of the tests' key service. */
export const KEY_SERVICE_VARIABLE = "PULUMI_DLI_KEY_SERVICE";

const SALT = "ZPw1u8b0Hqs=";

/** Writes the stack's configuration, and how its secrets are protected. */
export function writeStackSettings(
  { project }: StackFolders,
  config: Record<string, ConfigValue>,
  keyService: string | undefined,
): void {
  const protection = keyService ? keptByKeyService : keptByPassphrase();
  write(path.join(project, `Pulumi.${STACK}.yaml`), stringify({ ...protection, ...storedForm(config) }));
}

/** Creates the stack in a file backend, without a state, and selects it. */
export function writeEmptyStack(folders: StackFolders): void {
  const { project, state, home } = folders;
  const name = projectName(project);
  const stack = `organization/${name}/${STACK}`;
  writeJson(stateFile(folders), { version: 3, checkpoint: { stack } });
  write(path.join(state, ".pulumi", "meta.yaml"), "version: 1\n");
  const projectFile = path.join(project, "Pulumi.yaml");
  const selection = `${name}-${createHash("sha1").update(projectFile).digest("hex")}-workspace.json`;
  writeJson(path.join(home, "workspaces", selection), { stacks: { [pathToFileURL(state).href]: stack } });
}

/** Reads what `pulumi stack export` would print. */
export function readState(folders: StackFolders, { showSecrets }: { showSecrets: boolean }): unknown {
  const { version, checkpoint } = JSON.parse(readFileSync(stateFile(folders), "utf8"));
  const deployment = checkpoint.latest ?? {};
  return { version, deployment: showSecrets ? decrypted(deployment) : deployment };
}

function stateFile({ project, state }: StackFolders): string {
  return path.join(state, ".pulumi", "stacks", projectName(project), `${STACK}.json`);
}

function projectName(project: string): string {
  return (parse(readFileSync(path.join(project, "Pulumi.yaml"), "utf8")) as { name: string }).name;
}

/** Pulumi decrypts this word to find out whether a passphrase is right. */
function keptByPassphrase(): object {
  return { encryptionsalt: `v1:${SALT}:${encrypted("pulumi")}` };
}

/** Pulumi has the key service decrypt this key, which is the same for every stack. */
const keptByKeyService = { secretsprovider: "hashivault://tests", encryptedkey: btoa("vault:v1:tests") };

function storedForm(config: Record<string, ConfigValue>): { config?: Record<string, string | { secure: string }> } {
  const entries = Object.entries(config).map(([key, value]): [string, string | { secure: string }] => [
    key,
    typeof value === "string" ? value : { secure: encrypted(value.secret) },
  ]);
  // Left out if empty, because the CLI keeps the style it finds, and that of an empty map differs.
  return entries.length > 0 ? { config: Object.fromEntries(entries) } : {};
}

function writeJson(file: string, value: unknown): void {
  write(file, JSON.stringify(value));
}

function write(file: string, text: string): void {
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, text);
}
