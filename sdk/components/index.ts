/** Components: several resources declared as one. */
export {
  type NamedOutletArgs,
  type NamedUserArgs,
  PowerController,
  type PowerControllerArgs,
  type WatchArgs,
} from "./power-controller";
export { SecurityBaseline, type SecurityBaselineArgs } from "./security-baseline";
