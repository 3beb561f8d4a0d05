/**
 * The components for programs in other languages. The native plugin loads this, with Pulumi's SDK in it, as
 * `dist/plugin/components.js` when a program declares its first component.
 */
import * as pulumi from "@pulumi/pulumi";
import { noteRemoteRun } from "../backend";
import { PowerController, SecurityBaseline } from "../components";
import type { Part } from "../components/arguments";
import { powerControllerPart } from "../components/power-controller";
import { securityBaselinePart } from "../components/security-baseline";
import { version } from "../version";
import { takenApart } from "./inputs";

interface Remote {
  readonly part: Part;
  construct(
    name: string,
    args: never,
    options: pulumi.ComponentResourceOptions,
  ): { component: pulumi.ComponentResource; state: pulumi.Inputs };
}

const remotes: Readonly<Record<string, Remote>> = {
  "dli:index:PowerController": {
    part: powerControllerPart,
    construct(name, args, options) {
      const component = new PowerController(name, args, options);
      const { outlets, users, watched } = component;
      return { component, state: { outlets, users, watched } };
    },
  },
  "dli:index:SecurityBaseline": {
    part: securityBaselinePart,
    construct(name, args, options) {
      const component = new SecurityBaseline(name, args, options);
      const { stopsWorking } = component;
      return { component, state: { stopsWorking } };
    },
  },
};

export interface ServeOptions {
  /** Whether programs ask for this version of the plugin; the name that the engine gives to its provider tells. */
  readonly isVersioned: boolean;
  /** Called when a component of this type has declared its resources. */
  readonly declared: (type: string) => void;
}

function providerOf({ isVersioned, declared }: ServeOptions): pulumi.provider.Provider {
  return {
    version,
    async construct(name, type, inputs, options) {
      const remote = Object.hasOwn(remotes, type) ? remotes[type] : undefined;
      if (remote === undefined) {
        throw new pulumi.RunError(
          `this version of the plugin has no component ${type}; it has ${Object.keys(remotes).join(", ")}`,
        );
      }
      noteRemoteRun(isVersioned ? version : undefined);
      const { component, state } = remote.construct(name, (await takenApart(remote.part, inputs)) as never, options);
      declared(type);
      return { urn: component.urn, state };
    },
  };
}

/** Serves the components on a port of this machine. `engine` is the address of the engine. */
export async function serve(engine: string, options: ServeOptions): Promise<number> {
  const print = console.log;
  try {
    return await new Promise<number>((resolve, reject) => {
      // Pulumi's server prints its port as a plugin does, but this plugin's output belongs to the engine.
      console.log = (port: unknown) => resolve(Number(port));
      pulumi.provider.main(providerOf(options), [engine]).catch(reject);
    });
  } finally {
    console.log = print;
  }
}
