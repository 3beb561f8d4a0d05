/** The names by which the engine asks for resources and functions. */
import { status } from "@grpc/grpc-js";
import { definitionOf, functionNamed, functions } from "../registry";
import type { AnyDefinition } from "../schema/definition";
import type { AnyFunction } from "../schema/function";
import { CallError } from "./grpc";

/** The definition of a type token, `dli:index:Outlet`. @throws CallError */
export function resourceOf(token: string): AnyDefinition {
  const definition = definitionOf(nameOf(token));
  if (definition) {
    return definition;
  }
  throw new CallError(
    status.INVALID_ARGUMENT,
    `this version of the plugin has no resource ${token}; install the one that the program was written for`,
  );
}

/** The definition of a function's token, `dli:index:getOutlets`. @throws CallError */
export function functionOf(token: string): AnyFunction {
  const definition = functionNamed(nameOf(token));
  if (definition) {
    return definition;
  }
  const known = functions.map((candidate) => candidate.name).join(", ");
  throw new CallError(status.INVALID_ARGUMENT, `there is no function ${token}; there are ${known}`);
}

/** `Outlet` for `dli:index:Outlet`, `dli:index/outlet:Outlet` and `dli:Outlet`; empty for another package's token. */
function nameOf(token: string): string {
  return /^dli:(?:index(?:\/\w+)?:)?(\w+)$/.exec(token)?.[1] ?? "";
}
