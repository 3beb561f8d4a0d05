/**
 * The switches of the External APIs page stand in `config/` under names that begin with `allow_rest`; the known list
 * of names is cut there, so both are found by their prefix: the one that ends in `nonadmin` opens the API to other
 * users, the other is the API itself (device.md sections 3.3 and 3.11).
 */
import * as z from "zod";
import { devicePath, isForbiddenError, isNotFoundError } from "../client";
import type { Context } from "../runtime/context";
import { wireObject } from "../runtime/decode";
import { field, settings } from "../schema/settings-group";

const restKey = (nonAdmin: boolean) => (members: readonly string[]) =>
  members.find((name) => name.startsWith("allow_rest") && name.endsWith("nonadmin") === nonAdmin);

export const restApi = settings("RestApi", {
  description: "The device's REST-style API, which this provider itself talks to.",
  id: "rest-api",
  inputs: {
    enabled: field(
      { container: "config/", member: restKey(false), usual: "allow_restapi" },
      z.boolean(),
      "Whether the device answers the REST-style API. Turning it off ends this provider's access: it takes `allowLockout`.",
    ),
    allowNonAdmin: field(
      { container: "config/", member: restKey(true), usual: "allow_restapi_nonadmin" },
      z.boolean(),
      "Whether users other than the admin may use the REST-style API, for the outlets they have access to.",
    ),
  },
});

/** Whether the device shows that users other than the admin may use the REST-style API. */
export async function mayOthersUseRest(context: Context): Promise<boolean> {
  const answer = await context.device.read(devicePath("config")).catch((error: unknown) => {
    if (isForbiddenError(error) || isNotFoundError(error)) {
      return undefined;
    }
    throw error;
  });
  const config = wireObject.safeParse(answer).data ?? {};
  const name = restKey(true)(Object.keys(config));
  return name !== undefined && config[name] === true;
}
