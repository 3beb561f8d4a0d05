/** Prints the SDK's provider class from the configuration keys. */
import { type ConfigKey, deviceKeys } from "../../provider/devices/configuration/keys";
import { docComment } from "./doc-comment";

const devicesDescription = "Several devices: for each name an object with the arguments of this provider.";

/** The complete sdk/provider.ts. */
export function sdkProvider(keys: readonly ConfigKey[] = deviceKeys): string {
  const secrets = [...keys.filter(({ isSecret }) => isSecret).map(({ name }) => name), "devices"];
  return `/** The provider class. Generated from provider/devices/configuration/keys.ts by \`npm run generate\`. Do not edit. */
import * as pulumi from "@pulumi/pulumi";
import { noteProvider } from "./owners";
import { argumentsOf } from "./plain-object";
import { version } from "./version";

/** Arguments of {@link Provider}. What is left out is looked up in the environment. */
export interface ProviderArgs {
${keys.map(argument).join("\n")}
${docComment([devicesDescription, "Encrypted in the state."], "  ")}  devices?: pulumi.Input<Record<string, pulumi.Input<ProviderArgs>>>;
}

/** Names of the arguments that are encrypted. */
export const secrets: readonly string[] = ${JSON.stringify(secrets)};

/**
 * The native plugin, configured for one device or for several named ones. Give it to a resource with the option
 * \`provider\`, or to a component with \`providers\`. Its own environment variables win over the arguments: for a
 * provider \`rack1\` these are \`DLI_RACK1_URL\`, \`DLI_RACK1_USERNAME\`, \`DLI_RACK1_PASSWORD\` and so on.
 */
export class Provider extends pulumi.ProviderResource {
  /**
   * @param name - Name of the provider in the program.
   * @param args - How to reach the device.
   * @param options - Pulumi's options.
   */
  constructor(name: string, args: ProviderArgs = {}, options: pulumi.ResourceOptions = {}) {
    super("dli", name, texts(name, args), pulumi.mergeOptions({ version }, options));
    noteProvider(this, name, args);
  }
}

/** The engine keeps a provider's configuration as texts; secrets are encrypted in the state. */
function texts(provider: string, args: ProviderArgs): pulumi.Inputs {
  const given = Object.entries(argumentsOf("Provider", provider, args)).filter(([, value]) => value !== undefined);
  return Object.fromEntries(
    given.map(([name, value]) => {
      const known = pulumi.output(value) as pulumi.Output<unknown>;
      const text = known.apply((plain) => (typeof plain === "string" ? plain : JSON.stringify(plain ?? undefined)));
      return [name, secrets.includes(name) ? pulumi.secret(text) : text];
    }),
  );
}
`;
}

function argument({ name, type, description, isSecret }: ConfigKey): string {
  const notes = [description, ...(isSecret ? ["Encrypted in the state."] : [])];
  return `${docComment(notes, "  ")}  ${name}?: pulumi.Input<${type === "integer" ? "number" : type}>;`;
}
