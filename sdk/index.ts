/** The door of the package for Pulumi programs: a class per resource. */
export * from "./components";
export * from "./functions";
export { Provider, type ProviderArgs } from "./provider";
export * from "./resources";
