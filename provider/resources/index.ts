/** The registry: every resource of the package, one line each. */
import { access } from "./access";
import { adminPassword } from "./admin-password";
import { apiClient } from "./api-client";
import { autoPing } from "./auto-ping";
import { autoPingItem } from "./auto-ping-item";
import type { AnyDefinition } from "./definition";
import { outlet } from "./outlet";
import { outletCycle } from "./outlet-cycle";
import { outlets } from "./outlets";
import { reboot } from "./reboot";
import { relay } from "./relay";
import { restApi } from "./rest-api";
import { script } from "./script";
import { scriptRun } from "./script-run";
import { scriptSnippet } from "./script-snippet";
import { scriptStop } from "./script-stop";
import { setting } from "./setting";
import { ssh } from "./ssh";
import { switchOutlets } from "./switch-outlets";
import { user } from "./user";

export { deviceInput, inputsOf, outputsOf } from "./common";
export { Context, OperationCancelled, type RandomBytes } from "./context";
export type * from "./definition";
export { managed, output } from "./definition";
export type { Lockout } from "./lockout";
export { outletFromWire, outletsPath } from "./outlet-wire";
export type { Identity } from "./rights";
export { Run } from "./run";
export { sameJson } from "./same";
export type { Operation } from "./traffic";
export { ifPresent, understand, wireObject } from "./wire";

/** All definitions in the order of the docs. */
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
