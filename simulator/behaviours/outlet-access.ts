/** Forms of `outlet_access`, a variant of true, false and a list of booleans (device.md sections 3.2 and 3.9). */
import type { DialectSettings } from "../dialects";
import type { Json } from "../schema/nodes";

/** What a read shows of one boolean per outlet. */
export function outletAccessAsRead(
  access: readonly boolean[],
  form: DialectSettings["outletAccessForm" | "credOutletAccessForm"],
): Json {
  if (form !== "booleans" && access.every((entry) => entry)) {
    return true;
  }
  if (form === "trueOrFalse" && !access.some((entry) => entry)) {
    return false;
  }
  return [...access];
}
