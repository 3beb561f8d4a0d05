/** The REST API of a device: two switches in `config/`, whose names are at the head of `provider/subtrees/rest-switches.ts`. */
import * as z from "zod";
import { field, settings } from "../schema/settings-group";
import { restSwitch } from "../subtrees/rest-switches";

export const restApi = settings("RestApi", {
  description: "The device's REST-style API, which this provider itself uses.",
  id: "rest-api",
  inputs: {
    enabled: field(
      { container: "config/", member: restSwitch(false), usual: "allow_restapi" },
      z.boolean(),
      "Whether the REST-style API is enabled. Disabling it locks this provider out, so it needs `allowLockout`.",
    ),
    allowNonAdmin: field(
      { container: "config/", member: restSwitch(true), usual: "allow_restapi_nonadmin" },
      z.boolean(),
      "Whether users other than the admin may use the REST-style API, for the outlets they have access to.",
    ),
  },
});
