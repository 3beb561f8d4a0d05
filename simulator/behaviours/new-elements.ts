/** How new elements of collections get their names, and when they show. */
import type { Behaviour, DeviceCore } from "../device/contract";
import { keptName } from "../device/kept-name";
import { storedValue } from "../device/tree-access";
import type { Json } from "../schema/nodes";

const collections = ["auth/users", "auth/clients", "autoping/items", "script/snippets"];

/** By dialect, added elements show a moment after the response that announces them, and names are respelled. */
export function newElementBehaviours(device: DeviceCore): Behaviour[] {
  const late = collections.map(
    (path): Behaviour => ({
      name: `show a new element of ${path} when the dialect's time has passed`,
      path,
      insert(context, value, next) {
        const lag = device.dialects.newElementLagMilliseconds;
        if (lag === 0 || context.requester.kind === "hand") {
          return next(value);
        }
        const stored = storedValue(context);
        device.clock.startTimer(lag, () => next(value));
        return Array.isArray(stored) ? String(stored.length) : "";
      },
    }),
  );
  const spelled = ["auth/users/*/name", "autoping/items/*/addresses"].map(
    (path): Behaviour => ({
      name: `keep ${path} in the spelling of the dialect`,
      path,
      accept: (_context, value, next) => respelled(device, next(value)),
    }),
  );
  return [...late, ...spelled];
}

function respelled(device: DeviceCore, value: Json): Json {
  const list = Array.isArray(value) ? value : [value];
  const kept = list.map((name) => (typeof name === "string" ? keptName(device, name) : name));
  return Array.isArray(value) ? kept : (kept[0] ?? null);
}
