/** Problems of a program or its surroundings that only the program's own process can see. */
import { createRequire } from "node:module";
import path from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { secrets } from "./provider";
import { isConfigSecret } from "./pulumi-internals";

/** What was found to be in order, or told, in each run: a process that uses the Automation API runs several programs. */
const done = new WeakMap<object, Set<string>>();

function once(what: string, check: () => void): void {
  const run = pulumi.runtime.getMonitor();
  const ofRun = (run && done.get(run)) ?? new Set<string>();
  if (!ofRun.has(what)) {
    check();
    ofRun.add(what);
  }
  if (run !== undefined) {
    done.set(run, ofRun);
  }
}

/** Pulumi's dynamic provider process looks for this package next to the program, wherever the program itself found it. */
export function requireOwnDependency(): void {
  once("dependency", () => {
    try {
      // Resolves as that process does: from here, this package would find itself.
      createRequire(path.join(process.cwd(), "program.js")).resolve("pulumi-dli/package.json");
    } catch {
      throw new pulumi.RunError(
        `pulumi-dli is not among the packages of the program in ${process.cwd()}, so Pulumi's process for dynamic providers cannot find it: run \`npm install pulumi-dli\` there, or use the native plugin (\`pulumi config set dli:plugin true\`).`,
      );
    }
  });
}

/** Pulumi cannot import dynamic resources: its own process would end with an error that explains nothing. */
export function refuseImport(type: string, name: string, options: pulumi.CustomResourceOptions): void {
  if (options.import !== undefined) {
    throw new pulumi.RunError(
      `${type} "${name}": the option \`import\` works with the native plugin only (\`pulumi config set dli:plugin true\`). Without it leave \`import\` out: what always exists is taken over as it is declared, and everything else with \`adopt: true\`.`,
    );
  }
}

/** Warns once about secrets of the configuration that are in plain text in the stack's settings and state. */
export function warnOfClearSecrets(): void {
  once("secrets", () => {
    const config = new pulumi.Config("dli");
    const inClear = secrets.filter((key) => {
      const value = config.get(key);
      return value !== undefined && value !== "" && holdsSecret(key, value) && isConfigSecret(`dli:${key}`) === false;
    });
    if (inClear.length > 0) {
      // With `--path` Pulumi would replace a `dli:devices` that was set as one text.
      const commands = inClear.map((key) => `\`pulumi config set --secret dli:${key}\``);
      void pulumi.log.warn(
        `${inClear.map((key) => `dli:${key}`).join(", ")} is not a secret in the stack's configuration, so it is in plain text there, and in the state unless the native plugin is used. Set it again with ${commands.join(" and ")}.`,
      );
    }
  });
}

function holdsSecret(key: string, value: string): boolean {
  return key !== "devices" || secrets.some((secret) => value.includes(`"${secret}"`));
}
