/**
 * A stack's files without Pulumi: what `pulumi stack init test` and `pulumi config set-all` leave behind, and the state that
 * `pulumi stack export` prints. Every test on the engine begins with a stack, and each of these commands takes a while.
 */
import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { parse, stringify } from "yaml";
import { decrypted, encrypted } from "./stack-secrets";

/** A value for `pulumi config set`; a plain string is not a secret. */
export type ConfigValue = string | { secret: string };

/** Folders of the project, of its states, and of the CLI's own files. */
export interface StackFolders {
  readonly project: string;
  readonly state: string;
  readonly home: string;
}

/** The name of every stack. */
export const STACK = "test";

/** Protects the secrets of a stack, where no key service does. */
export const PASSPHRASE = "correct horse battery staple";

/** The variable with the address of the key service of the tests. */
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

/** Makes the stack, without a state, in a file backend, and selects it. */
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

/** What `pulumi stack export` prints, without waiting for it. */
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

/** By the encrypted word Pulumi knows whether a passphrase is right. */
function keptByPassphrase(): object {
  return { encryptionsalt: `v1:${SALT}:${encrypted("pulumi")}` };
}

/** Pulumi asks the service for the key; what it would know it by is the same for every stack. */
const keptByKeyService = { secretsprovider: "hashivault://tests", encryptedkey: btoa("vault:v1:tests") };

function storedForm(config: Record<string, ConfigValue>): { config?: Record<string, string | { secure: string }> } {
  const entries = Object.entries(config).map(([key, value]): [string, string | { secure: string }] => [
    key,
    typeof value === "string" ? value : { secure: encrypted(value.secret) },
  ]);
  // The CLI goes on in the style that it finds, and an empty map has one of its own.
  return entries.length > 0 ? { config: Object.fromEntries(entries) } : {};
}

function writeJson(file: string, value: unknown): void {
  write(file, JSON.stringify(value));
}

function write(file: string, text: string): void {
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, text);
}
