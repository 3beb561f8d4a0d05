/** What Pulumi programs import: resources, functions, components and the provider. */
export * from "./components";
export * from "./enums";
export * from "./functions";
export { Provider, type ProviderArgs } from "./provider";
export * from "./resources";
