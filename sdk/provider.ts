/** The provider class. Generated from provider/devices/configuration/keys.ts by `npm run generate`. Do not edit. */
import * as pulumi from "@pulumi/pulumi";
import { noteProvider } from "./owners";
import { argumentsOf } from "./plain-object";
import { version } from "./version";

/** Arguments of {@link Provider}. What is left out is looked up in the environment. */
export interface ProviderArgs {
  /** Address, `http://192.168.0.100` or `https://...`. */
  url?: pulumi.Input<string>;
  /** Account to log in with. Default: `admin`. */
  username?: pulumi.Input<string>;
  /**
   * Its password.
   * Encrypted in the state.
   */
  password?: pulumi.Input<string>;
  /**
   * Tried once when the device refuses `password`.
   * Encrypted in the state.
   */
  previousPassword?: pulumi.Input<string>;
  /**
   * Bearer token (`CLIENT.TOKEN`), instead of account and password.
   * Encrypted in the state.
   */
  token?: pulumi.Input<string>;
  /**
   * Certificate that the device's certificate is checked with, usually that of its authority: PEM text, or the path
   * of a PEM file.
   */
  caCert?: pulumi.Input<string>;
  /** SHA-256 fingerprint that the certificate must have. */
  fingerprintSha256?: pulumi.Input<string>;
  /** True = accept any certificate; `fingerprintSha256` is still checked. Default: false. */
  insecureSkipVerify?: pulumi.Input<boolean>;
  /**
   * True = accept TLS 1.0 and 1.1, which devices with old firmware have, their ciphers, and TLS without secure
   * renegotiation. Default: false.
   */
  allowOldTls?: pulumi.Input<boolean>;
  /** How long connecting may take, in seconds: more than 0, at most 3600. Default: 10. */
  connectTimeoutSeconds?: pulumi.Input<number>;
  /** How long a whole response may take, in seconds: more than 0, at most 3600. Default: 30. */
  requestTimeoutSeconds?: pulumi.Input<number>;
  /**
   * Numbers of outlets, separated by commas (`1,4`), that nothing in this package switches off, cycles, lets
   * AutoPing cycle, or leaves without power by a reboot, a recovery mode or what the device measures, whatever a
   * program declares. In the stack's configuration it applies to every provider of a program, as an argument of a
   * provider to that one alone. It does not cover scripts on the device, or people.
   */
  protectedOutlets?: pulumi.Input<string>;
  /**
   * Refuses every request that would change the device, whatever a program declares: for audits, and for taking
   * over what exists. Default: false.
   */
  readOnly?: pulumi.Input<boolean>;
  /**
   * Serial number of the device that is meant. Any other device is refused before anything is written; without this
   * key, any device other than the one that the states remember. After replacing a device, set it to the new serial
   * number: what the program declares is then created there.
   */
  serial?: pulumi.Input<string>;
  /**
   * What happens if the device cannot be reached (connection refused, no answer to the attempt, no route, unknown
   * name): `fail` (default); `keep` = in a deployment, the read before an update leaves the state as it is, with a
   * warning, and only a write fails; `forget` = the same, and what is removed from the program or destroyed is
   * removed from the state, with a warning that names what stays on the device. A drift audit (`pulumi refresh`,
   * `preview --refresh`) always fails. `dli:unreachable` and DLI_UNREACHABLE apply to all devices;
   * DLI_UNREACHABLE=fail wins over everything.
   */
  unreachable?: pulumi.Input<string>;
  /**
   * Whether a preview reads the device, to say what will happen to its power and to fail as early as the update
   * would. Set it to false in a pipeline that cannot reach the device: the plan then says that it has not looked.
   * Default: true.
   */
  previewReads?: pulumi.Input<boolean>;
  /**
   * Several devices: for each name an object with the arguments of this provider.
   * Encrypted in the state.
   */
  devices?: pulumi.Input<Record<string, pulumi.Input<ProviderArgs>>>;
}

/** Names of the arguments that are encrypted. */
export const secrets: readonly string[] = ["password", "previousPassword", "token", "devices"];

/**
 * The native plugin, configured for one device or for several named ones. Give it to a resource with the option
 * `provider`, or to a component with `providers`. Its own environment variables win over the arguments: for a
 * provider `rack1` these are `DLI_RACK1_URL`, `DLI_RACK1_USERNAME`, `DLI_RACK1_PASSWORD` and so on.
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
