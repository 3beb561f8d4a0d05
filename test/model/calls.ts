/** Calls that devices have acted on, and whether each action of the program was called exactly once. */
import type { SimulatedDevice } from "../../simulator";
import type { Operation } from "./engine";
import { leaf } from "./leaves";
import { type DeviceName, deviceNames, type PerDevice } from "./program";
import { modelOf } from "./resources";

/** Counts the calls that devices act on, until the returned function is called for the counts. */
export function countCalls(devices: PerDevice<SimulatedDevice>): () => ReadonlyMap<string, number> {
  const counted = new Map<string, number>();
  const stops = deviceNames.flatMap((name) =>
    ["relay/outlets/5/cycle", "script/start", "system/reboot"].map((path) =>
      devices[name].behaviours.register({
        name: "counted",
        path,
        call: (_context, _args, next) => {
          const result = next();
          counted.set(`${name} ${path}`, (counted.get(`${name} ${path}`) ?? 0) + 1);
          return result;
        },
      }),
    ),
  );
  return () => {
    for (const stop of stops) {
      stop();
    }
    return counted;
  };
}

/** Messages about calls that did not happen exactly once for each action that is new or triggered. */
export function wronglyCalled(
  operations: readonly Operation[],
  called: ReadonlyMap<string, number>,
  restarted: DeviceName | undefined,
): string[] {
  const due = new Map<string, number>();
  for (const { kind, declared, before, error } of operations) {
    if (!declared || (kind !== "create" && kind !== "update")) {
      continue;
    }
    const isTriggered =
      kind === "create" ||
      leaf((before?.attempted ?? before?.inputs)?.["triggers"]) !== leaf(declared.inputs["triggers"]);
    for (const call of (isTriggered && modelOf(declared.type).calls?.(declared.inputs)) || []) {
      const place = `${declared.inputs["device"]} ${call}`;
      due.set(place, (due.get(place) ?? 0) + 1);
      // A cycle may find an outlet switched off by the restart, which looks as if it had been cycled already.
      if (!error && !called.has(place) && declared.inputs["device"] !== restarted) {
        return [`${place}: never, although nothing failed`];
      }
    }
  }
  return [...called].flatMap(([place, times]) =>
    times > (due.get(place) ?? 0) ? [`${place}: ${times} times instead of ${due.get(place) ?? 0}`] : [],
  );
}
