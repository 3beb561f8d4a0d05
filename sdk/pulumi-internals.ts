/** What this package uses of Pulumi's SDK beyond its types, which any version may change. */
import * as pulumi from "@pulumi/pulumi";

interface Resource {
  readonly __name?: string;
  readonly __parentResource?: pulumi.Resource;
  readonly __pulumiType?: string;
  /** Of a provider: the package that it is a provider of. */
  readonly pkg?: string;
  /** Of a component: settles when everything in it is declared. */
  readonly __data?: Promise<unknown>;
  readonly __childResources?: Iterable<pulumi.Resource>;
}

/** The name that the program gives to a resource. */
export function nameOf(resource: pulumi.Resource): string | undefined {
  return (resource as Resource).__name;
}

export function parentOf(resource: pulumi.Resource): pulumi.Resource | undefined {
  return (resource as Resource).__parentResource;
}

/** What a component holds, as far as it is declared. */
export function childrenOf(resource: pulumi.Resource): pulumi.Resource[] {
  return [...((resource as Resource).__childResources ?? [])];
}

/** Settles when everything in a component is declared. */
export async function whenDeclared(resource: pulumi.Resource): Promise<void> {
  await (resource as Resource).__data;
}

/** The type token of a resource, or of what stands for one in a policy; `undefined` of any other value. */
export function typeOf(value: unknown): string | undefined {
  return (value as Resource | null | undefined)?.__pulumiType;
}

/** The package of a provider. Not `instanceof`: it may come from another copy of this package. */
export function packageOf(provider: pulumi.ProviderResource): string | undefined {
  return (provider as Resource).pkg;
}

/** Whether a key of the stack's configuration is encrypted; `undefined` if this version of Pulumi does not tell. */
export function isConfigSecret(key: string): boolean | undefined {
  return (pulumi.runtime as { isConfigSecret?: (key: string) => boolean }).isConfigSecret?.(key);
}

/** Whether the program is under test with Pulumi's mocks, which answer as the plugin does. */
export function isMocked(): boolean {
  return pulumi.runtime.hasMonitor() && pulumi.runtime.getMonitor()?.constructor.name === "MockMonitor";
}

/** Whether the Automation API runs the program in a process that may run others at the same time. */
export function isInline(): boolean {
  const { asyncLocalStorage } = globalThis as { asyncLocalStorage?: { getStore?: () => unknown } };
  return asyncLocalStorage?.getStore?.() !== undefined;
}

/** The methods of an output, which with `true` also work on a partially unknown value. */
interface Output {
  promise(withUnknowns: true): Promise<unknown>;
  apply(then: (value: unknown) => unknown, withUnknowns: true): unknown;
}

/** The value of an output, even if parts of it are unknown. */
export function promiseWithUnknowns(output: pulumi.Output<unknown>): Promise<unknown> {
  return (output as unknown as Output).promise(true);
}

/** An output of what `then` makes of a value, even if parts of that are unknown. */
export function applyWithUnknowns(output: pulumi.Output<unknown>, then: (value: unknown) => unknown): unknown {
  return (output as unknown as Output).apply(then, true);
}
