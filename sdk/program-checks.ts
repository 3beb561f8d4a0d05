/** What is wrong with a program or its surroundings that only the program's own process can see. */
import { createRequire } from "node:module";
import path from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { secrets } from "./provider";

/** What has been checked already in this process. */
const done = new Set<string>();

function once(what: string, check: () => void): void {
  if (!done.has(what)) {
    done.add(what);
    check();
  }
}

/** Pulumi's process for dynamic providers looks for this package beside the program, wherever the program found it. */
export function requireOwnDependency(): void {
  once("dependency", () => {
    try {
      // As that process looks: from here, this package would find itself.
      createRequire(path.join(process.cwd(), "program.js")).resolve("pulumi-dli/package.json");
    } catch {
      throw new pulumi.RunError(
        `pulumi-dli is not among the packages of the program in ${process.cwd()}, so Pulumi's process for dynamic providers cannot find it: run \`npm install pulumi-dli\` there, or use the native plugin (\`pulumi config set dli:plugin true\`).`,
      );
    }
  });
}

/** Pulumi cannot import dynamic resources: its process for them would end with an error about itself. */
export function refuseImport(type: string, name: string, options: pulumi.CustomResourceOptions): void {
  if (options.import !== undefined) {
    throw new pulumi.RunError(
      `${type} "${name}": the option \`import\` works with the native plugin only (\`pulumi config set dli:plugin true\`). Without it leave \`import\` out: what always exists is taken over as it is declared, and everything else with \`adopt: true\`.`,
    );
  }
}

/** Says once which secrets of the configuration stand in clear in the stack's settings and its state. */
export function warnOfClearSecrets(): void {
  once("secrets", () => {
    // Not in Pulumi's types, so it may go.
    const { isConfigSecret } = pulumi.runtime as { isConfigSecret?: (key: string) => boolean };
    const config = new pulumi.Config("dli");
    const inClear = secrets.filter((key) => {
      const value = config.get(key);
      return value !== undefined && value !== "" && holdsSecret(key, value) && isConfigSecret?.(`dli:${key}`) === false;
    });
    if (inClear.length > 0) {
      const commands = inClear.map((key) => `\`pulumi config set --secret ${secretKey(key)}\``);
      void pulumi.log.warn(
        `${inClear.map((key) => `dli:${key}`).join(", ")} is not a secret in the stack's configuration, so it stands in clear there, and in the state unless the native plugin is used. Set it again with ${commands.join(" and ")}.`,
      );
    }
  });
}

function holdsSecret(key: string, value: string): boolean {
  return key !== "devices" || secrets.some((secret) => value.includes(`"${secret}"`));
}

function secretKey(key: string): string {
  return key === "devices" ? "--path dli:devices.NAME.password" : `dli:${key}`;
}
