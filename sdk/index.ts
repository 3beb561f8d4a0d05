/** The door of the package for Pulumi programs: a class per resource. */
export * from "./functions";
export * from "./resources";
