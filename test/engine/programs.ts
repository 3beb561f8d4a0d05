/** Writes the text of Pulumi programs, so that tests can give resources as data. */

/** One resource of a program. */
export interface Declared {
  /** Type name, `Outlet`. */
  readonly type: string;
  /** Logical name; default: the type's name. */
  readonly name?: string;
  readonly inputs: object;
  /** Logical names of earlier resources that it waits for. */
  readonly dependsOn?: readonly string[];
  readonly ignoreChanges?: readonly string[];
  readonly replaceOnChanges?: readonly string[];
  /** Hides inputs that are wrong on purpose from TypeScript, as in a JavaScript program. */
  readonly unchecked?: boolean;
}

/** A program of these resources. */
export function programOf(...resources: readonly Declared[]): string {
  const lines = resources.map(
    ({ type, name = type, inputs, unchecked = false, dependsOn = [], ignoreChanges, replaceOnChanges }) => {
      const text = JSON.stringify(inputs, undefined, 2) + (unchecked ? " as never" : "");
      const others = dependsOn.map((other) => `made[${JSON.stringify(other)}]!`);
      const options = [
        ...(others.length > 0 ? [`dependsOn: [${others.join(", ")}]`] : []),
        ...(ignoreChanges ? [`ignoreChanges: ${JSON.stringify(ignoreChanges)}`] : []),
        ...(replaceOnChanges ? [`replaceOnChanges: ${JSON.stringify(replaceOnChanges)}`] : []),
      ];
      const last = options.length > 0 ? `, { ${options.join(", ")} }` : "";
      return `made[${JSON.stringify(name)}] = new dli.${type}(${JSON.stringify(name)}, ${text}${last});`;
    },
  );
  const imports = ['import type { Resource } from "@pulumi/pulumi";', 'import * as dli from "pulumi-dli";'];
  return [...imports, "const made: Record<string, Resource> = {};", ...lines, ""].join("\n");
}

/** The environment with which a command reaches a device. */
export function loginTo(device: { url: string; username: string; password: string }): Record<string, string> {
  return { DLI_URL: device.url, DLI_USERNAME: device.username, DLI_PASSWORD: device.password };
}
