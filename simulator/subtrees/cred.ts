/** `cred/`: who makes the request, and what they may do. */
import { boolean, computed, object, opaque, optional, string } from "../schema/nodes";

/** cred/ (device.md section 3.9): who makes the request. Nothing is stored; outlet_access is a list, true or false. */
export const credSchema = computed(
  object({
    name: optional(string()),
    is_admin: boolean(),
    outlet_access: opaque(),
    agent: string(),
    ip_address: optional(string()),
  }),
);
