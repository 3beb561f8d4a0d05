/** The models of all resources and actions, one line each. */
import type { Inputs, ResourceModel } from "../resource-model";
import { accessModel } from "./access";
import { outletCycleModel, rebootModel, scriptRunModel, scriptStopModel, switchOutletsModel } from "./actions";
import { adminPasswordModel } from "./admin-password";
import { apiClientModel } from "./api-client";
import { autoPingItemModel } from "./auto-ping-item";
import { outletModel } from "./outlet";
import { outletsModel } from "./outlets";
import { scriptModel } from "./script";
import { scriptSnippetModel } from "./script-snippet";
import { settingModel } from "./setting";
import { autoPingModel, relayModel, restApiModel, sshModel } from "./settings";
import { userModel } from "./user";

export const models: readonly ResourceModel[] = [
  outletModel,
  outletsModel,
  userModel,
  adminPasswordModel,
  apiClientModel,
  restApiModel,
  sshModel,
  accessModel,
  autoPingModel,
  autoPingItemModel,
  scriptModel,
  scriptSnippetModel,
  relayModel,
  settingModel,
  outletCycleModel,
  switchOutletsModel,
  scriptRunModel,
  scriptStopModel,
  rebootModel,
];

const byType = new Map(models.map((model) => [model.type, model]));

/** The model of a type. */
export function modelOf(type: string): ResourceModel {
  const model = byType.get(type);
  if (!model) {
    throw new Error(`no model of ${type}`);
  }
  return model;
}

/** The claims of a declaration, each with the device. */
export function claimsOf(type: string, inputs: Inputs): string[] {
  return modelOf(type)
    .claims(inputs)
    .map((claim) => `${inputs["device"]}: ${claim}`);
}
