/** The registry: every resource, action and function of the package, one line each. */
import { outletCycle } from "./actions/outlet-cycle";
import { reboot } from "./actions/reboot";
import { scriptRun } from "./actions/script-run";
import { scriptStop } from "./actions/script-stop";
import { switchOutlets } from "./actions/switch-outlets";
import { browse } from "./functions/browse";
import { getDevice } from "./functions/get-device";
import { getMeters } from "./functions/get-meters";
import { getOutlets } from "./functions/get-outlets";
import { getThreads } from "./functions/get-threads";
import { access } from "./resources/access";
import { adminPassword } from "./resources/admin-password";
import { apiClient } from "./resources/api-client";
import { autoPing } from "./resources/auto-ping";
import { autoPingItem } from "./resources/auto-ping-item";
import { outlet } from "./resources/outlet";
import { outlets } from "./resources/outlets";
import { relay } from "./resources/relay";
import { restApi } from "./resources/rest-api";
import { script } from "./resources/script";
import { scriptSnippet } from "./resources/script-snippet";
import { setting } from "./resources/setting";
import { ssh } from "./resources/ssh";
import { user } from "./resources/user";
import type { AnyDefinition } from "./schema/definition";
import type { AnyFunction } from "./schema/function";

/** Resources and actions, in the order of the docs. */
export const resources: readonly AnyDefinition[] = [
  outlet,
  outlets,
  user,
  adminPassword,
  apiClient,
  restApi,
  ssh,
  access,
  autoPing,
  autoPingItem,
  script,
  scriptSnippet,
  relay,
  setting,
  outletCycle,
  switchOutlets,
  scriptRun,
  scriptStop,
  reboot,
];

/** Functions, in the order of the docs. */
export const functions: readonly AnyFunction[] = [getDevice, getOutlets, getMeters, getThreads, browse];

/** The definition of a type name, `Outlet`; `undefined` when this version of the package does not have it. */
export function definitionOf(type: string): AnyDefinition | undefined {
  return resources.find((definition) => definition.type === type);
}

/** The function of this name, `getDevice`; `undefined` when this version of the package does not have it. */
export function functionNamed(name: string): AnyFunction | undefined {
  return functions.find((definition) => definition.name === name);
}
